"""The tokens a connection asks with, and new ones for old: by one process at a time, and in no transaction.

Another system may take a refresh token once only, so two that use the same one would end the sign-in. Whoever is to
renew takes a lease that is kept beside the tokens and asks while nothing in the database waits for the answer. What came
is kept only where what it replaces still is. A lease that nobody ends is over by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from nexusplanner.application.ports.connections import CrmSystem, SignInAgain, Tokens
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.domain.connections import SignIn
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import ConnectionId, DomainError

LEASE = timedelta(seconds=30)
"""Longer than any answer is waited for."""


class TokenBook:
    """Keeps the tokens of one connection."""

    def __init__(self, *, units: UnitsOfWork, actor: Actor, connection_id: ConnectionId, system: CrmSystem) -> None:
        self._units = units
        self._actor = actor
        self._connection_id = connection_id
        self._system = system

    async def kept(self) -> Tokens:
        """What may be asked with. Raises SignInAgain when there is nothing."""
        async with self._units.for_actor(self._actor) as uow:
            connection = await uow.connections.get(self._connection_id)
            found = await uow.connections.tokens(connection)
        if found is None:
            raise self.over()
        return found

    async def renewed(self, old: Tokens) -> Tokens | None:
        """New tokens; those another process got meanwhile; None while one is about to. Raises SignInAgain."""
        async with self._units.for_actor(self._actor) as uow:
            connection = await uow.connections.get(self._connection_id)
            lease = await uow.connections.lease_tokens(connection, lasts=LEASE)
            kept = await uow.connections.tokens(connection)
            client = await uow.connections.client(connection)
            if kept is None:
                raise self.over()
            if lease is None or kept.access != old.access:
                await uow.connections.end_lease(connection, lease=lease)
                return kept if kept.access != old.access else None
            if client is None or not kept.refresh or connection.sign_in is not SignIn.OAUTH:
                raise self.over()
        try:
            fresh = await self._system.refresh(connection.domain, client=client, tokens=kept)
        except DomainError:
            found = await self._without(lease)
            if found is None or found == kept:
                raise
            return found
        return await self._replace(kept, fresh)

    def over(self) -> SignInAgain:
        """What to raise when nothing is left to ask with."""
        vendor = self._system.kind.vendor
        return SignInAgain(f"{vendor} does not take the sign-in any more. Sign in again under Connections.")

    async def _without(self, lease: datetime) -> Tokens | None:
        """End the lease; the tokens that are kept now."""
        async with self._units.for_actor(self._actor) as uow:
            connection = await uow.connections.get(self._connection_id)
            await uow.connections.end_lease(connection, lease=lease)
            return await uow.connections.tokens(connection)

    async def _replace(self, before: Tokens, fresh: Tokens) -> Tokens:
        """Keep the fresh ones where the ones before still are; what somebody else kept meanwhile stays."""
        async with self._units.for_actor(self._actor) as uow:
            connection = await uow.connections.get(self._connection_id)
            kept = await uow.connections.tokens(connection, lock=True)
            if kept is None:
                raise self.over()
            if kept != before:
                return kept
            await uow.connections.keep_tokens(connection, tokens=fresh)
            return fresh
