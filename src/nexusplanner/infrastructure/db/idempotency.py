"""Answers given to requests with an idempotency key."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from sqlalchemy import (
    Column,
    CursorResult,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.idempotency import InFlight, KeyReused, StoredResponse
from nexusplanner.domain.identity import Actor
from nexusplanner.infrastructure.db.types import instant, metadata, of_tenant, uuid_column

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("user_id"),
    Column("route", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    instant("created_at"),
    PrimaryKeyConstraint("tenant_id", "user_id", "route", "key"),
    of_tenant("user_id", "users", ondelete="CASCADE"),
    Index(None, "tenant_id", "created_at"),
)
_T = idempotency_keys.c


class SqlIdempotency:
    """Answers already given to the actor, in the unit of work's transaction."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._begun: list[tuple[str, str, str]] = []

    async def begin(self, *, route: str, key: str, body_hash: str) -> StoredResponse | None:
        """The answer to send again; None when this request is the first, which then holds the key until it ends.

        The key is held by an advisory lock, so that a second request learns at once that the first is in flight.
        Raises: InFlight, KeyReused.
        """
        if not await self._session.scalar(select(func.pg_try_advisory_xact_lock(self._lock(route=route, key=key)))):
            raise InFlight("The first request with this idempotency key has not ended. Try again in a moment.")
        query = select(_T.body_hash, _T.status, _T.headers, _T.body).where(
            _T.tenant_id == self._actor.tenant_id,
            _T.user_id == self._actor.user_id,
            _T.route == route,
            _T.key == key,
        )
        found = (await self._session.execute(query)).first()
        if found is None:
            self._begun.append((route, key, body_hash))
            return None
        if found.body_hash != body_hash:
            raise KeyReused("This idempotency key was sent before with another body. Use a new key for a new request.")
        return StoredResponse(status=found.status, headers=found.headers, body=found.body)

    async def resume(self) -> None:
        """Hold the keys again in a new transaction. Raises InFlight when another request used one in between."""
        begun, self._begun = self._begun, []
        for route, key, body_hash in begun:
            if await self.begin(route=route, key=key, body_hash=body_hash) is not None:
                raise InFlight("Another request with this idempotency key ended first. Send it again for the answer.")

    async def keep(self, *, route: str, key: str, body_hash: str, response: StoredResponse, now: datetime) -> None:
        """Remember the answer, a later one instead of an earlier; it is gone when the transaction is rolled back."""
        answer = {
            "body_hash": body_hash,
            "status": response.status,
            "headers": dict(response.headers),
            "body": response.body,
            "created_at": now,
        }
        kept = insert(idempotency_keys).values(
            tenant_id=self._actor.tenant_id, user_id=self._actor.user_id, route=route, key=key, **answer
        )
        await self._session.execute(
            kept.on_conflict_do_update(index_elements=idempotency_keys.primary_key.columns, set_=answer)
        )

    async def prune(self, *, before: datetime) -> int:
        """Drop the tenant's answers older than `before`; how many they were."""
        old = delete(idempotency_keys).where(_T.tenant_id == self._actor.tenant_id, _T.created_at < before)
        result = await self._session.execute(old)
        return result.rowcount if isinstance(result, CursorResult) else 0

    def _lock(self, *, route: str, key: str) -> int:
        name = f"{self._actor.tenant_id}/{self._actor.user_id}/{route}/{key}"
        return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
