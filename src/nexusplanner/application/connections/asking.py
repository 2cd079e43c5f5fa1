"""Asking another system with patience: a refreshed token, a pause when it wants one, and an end to both."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from nexusplanner.application.connections.tokens import TokenBook
from nexusplanner.application.ports.connections import (
    CrmSilent,
    CrmSystem,
    SyncPaused,
    Throttled,
    TokenExpired,
    Tokens,
)
from nexusplanner.application.ports.fetching import FetchFailed
from nexusplanner.application.ports.unit_of_work import Clock, UnitsOfWork
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
        self._book = TokenBook(units=units, actor=actor, connection_id=connection_id, system=system)
        self._system = system
        self._clock = clock
        self._patience = patience
        self._tokens: Tokens | None = None
        self._waited = 0.0

    async def __call__(self, ask: Ask[T]) -> T:
        """The answer. Raises: SignInAgain, CrmRefused, SyncPaused."""
        failures, expired, renewed = 0, False, False
        while True:
            try:
                tokens = await self._current(renew=expired)
                expired = False
                return await ask(tokens)
            except TokenExpired as error:
                if renewed:
                    raise self._book.over() from error
                expired = renewed = True
            except Throttled as error:
                failures += 1
                await self._wait(error, failures)
            except (CrmSilent, FetchFailed) as error:
                failures += 1
                if failures >= self._patience.tries or (isinstance(error, FetchFailed) and not error.passing):
                    raise self._paused(error.message, seconds=self._patience.later, counts=True) from error
                await self._pause(self._growing(failures))

    async def _current(self, *, renew: bool) -> Tokens:
        if self._tokens is None:
            self._tokens = await self._book.kept()
        ends = self._tokens.expires_at
        if renew or (ends is not None and self._clock.now() >= ends - EARLY and self._tokens.refresh):
            return await self._renew(self._tokens)
        return self._tokens

    async def _renew(self, old: Tokens) -> Tokens:
        """New tokens, or those that another process got while this one waited for it."""
        waits = 0
        while (found := await self._book.renewed(old)) is None:
            waits += 1
            seconds = self._growing(waits)
            if self._waited + seconds > self._patience.whole:
                message = f"The sign-in to {self._system.kind.vendor} is being renewed, which takes long."
                raise self._paused(message, seconds=self._patience.later)
            await self._pause(seconds)
        self._tokens = found
        return found

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
