"""Asking another system with patience: a refreshed token, a pause when it wants one, and an end to both."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from nexusplanner.application.connection_ports import (
    CrmSilent,
    CrmSystem,
    SignInAgain,
    SyncPaused,
    Throttled,
    TokenExpired,
    Tokens,
)
from nexusplanner.application.fetching_ports import FetchFailed
from nexusplanner.application.ports import Clock, UnitsOfWork
from nexusplanner.domain.connections import SignIn
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import ConnectionId

T = TypeVar("T")
Ask = Callable[[Tokens], Awaitable[T]]
DAY = timedelta(hours=24)
EARLY = timedelta(seconds=60)
"""A token is refreshed this long before it is over."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait for another system, in seconds.

    longest: one pause that it asks for. whole: all pauses of one kind of record together. tries: failures in a row.
    pause: before the second try, doubled after each. later: when it is worth asking again after giving up.
    """

    longest: float = 60
    whole: float = 240
    tries: int = 5
    pause: float = 1
    later: float = 300
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


AT_ONCE = Patience(longest=2, whole=4, tries=2, pause=0.5)
"""While somebody waits for the answer."""


class Asking:
    """Asks on behalf of one connection."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        actor: Actor,
        connection_id: ConnectionId,
        system: CrmSystem,
        clock: Clock,
        patience: Patience,
    ) -> None:
        self._units = units
        self._actor = actor
        self._connection_id = connection_id
        self._system = system
        self._clock = clock
        self._patience = patience
        self._tokens: Tokens | None = None
        self._waited = 0.0

    async def __call__(self, ask: Ask[T]) -> T:
        """The answer. Raises: SignInAgain, CrmRefused, SyncPaused."""
        tokens, failures, renewed = await self._current(), 0, False
        while True:
            try:
                return await ask(tokens)
            except TokenExpired as error:
                if renewed:
                    raise self._over() from error
                tokens, renewed = await self._renew(tokens), True
            except Throttled as error:
                failures += 1
                await self._wait(error, failures)
            except (CrmSilent, FetchFailed) as error:
                failures += 1
                if failures >= self._patience.tries or (isinstance(error, FetchFailed) and not error.passing):
                    raise self._paused(error.message, seconds=self._patience.later, counts=True) from error
                await self._pause(self._growing(failures))

    async def _current(self) -> Tokens:
        if self._tokens is None:
            async with self._units.for_actor(self._actor) as uow:
                connection = await uow.connections.get(self._connection_id)
                self._tokens = await uow.connections.tokens(connection)
        if self._tokens is None:
            raise self._over()
        ends = self._tokens.expires_at
        if ends is not None and self._clock.now() >= ends - EARLY and self._tokens.refresh:
            return await self._renew(self._tokens)
        return self._tokens

    async def _renew(self, old: Tokens) -> Tokens:
        """New tokens; only one at a time asks for them, and whoever waited takes what that one got."""
        async with self._units.for_actor(self._actor) as uow:
            connection = await uow.connections.get(self._connection_id)
            kept = await uow.connections.tokens(connection, lock=True)
            client = await uow.connections.client(connection)
            if kept is None:
                raise self._over()
            if kept.access == old.access:
                if client is None or not kept.refresh or connection.sign_in is not SignIn.OAUTH:
                    raise self._over()
                kept = await self._system.refresh(connection.domain, client=client, tokens=kept)
                await uow.connections.keep_tokens(connection, tokens=kept)
        self._tokens = kept
        return kept

    async def _wait(self, error: Throttled, failures: int) -> None:
        if error.daily:
            raise self._paused(error.message, seconds=error.seconds or DAY.total_seconds() / 24) from error
        seconds = error.seconds if error.seconds is not None else self._growing(failures)
        if seconds > self._patience.longest or self._waited + seconds > self._patience.whole:
            raise self._paused(error.message, seconds=max(seconds, 1)) from error
        await self._pause(seconds)

    async def _pause(self, seconds: float) -> None:
        self._waited += seconds
        await self._patience.sleep(seconds)

    def _growing(self, failures: int) -> float:
        whole: float = min(self._patience.pause * 2.0 ** min(failures - 1, 16), self._patience.longest)
        return whole * (0.5 + secrets.randbelow(1000) / 2000)

    def _paused(self, words: str, *, seconds: float, counts: bool = False) -> SyncPaused:
        until = self._clock.now() + timedelta(seconds=seconds)
        return SyncPaused(
            f"{words} It goes on by itself after {until:%H:%M} UTC; what was read is kept.",
            details={"retry_after": round(seconds), "until": until.isoformat(), "counts": counts},
        )

    def _over(self) -> SignInAgain:
        vendor = self._system.kind.vendor
        return SignInAgain(f"{vendor} does not take the sign-in any more. Sign in again under Connections.")
