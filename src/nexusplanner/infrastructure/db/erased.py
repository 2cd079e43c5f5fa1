"""People who were erased and must not come back, known by keyed hashes alone; and everything there is of a person."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, CursorResult, PrimaryKeyConstraint, String, Table, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.erasure import Trace
from nexusplanner.domain.customers import Customer
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import ConnectionId, CustomerId, DecisionId, NotFound
from nexusplanner.infrastructure.db.audit import decisions
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.idempotency import idempotency_keys
from nexusplanner.infrastructure.db.passages import passages
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, uuid_column

erased_subjects = Table(
    "erased_subjects",
    metadata,
    uuid_column("tenant_id"),
    Column("digest", String(64), nullable=False),
    instant("erased_at"),
    PrimaryKeyConstraint("tenant_id", "digest"),
    in_tenant(),
)

_E, _C, _K = erased_subjects.c, customers.c, idempotency_keys.c
AT_ONCE = 5_000


class SqlErased:
    """People the actor's tenant erased. sealer: makes the keyed hashes by which they are known again."""

    def __init__(self, session: AsyncSession, *, actor: Actor, sealer: Sealer) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._sealer = sealer

    async def hold(self) -> None:
        """Wait until nobody is adding people by a file or a sync, and keep them from it until this transaction ends."""
        await self._session.execute(select(func.pg_advisory_xact_lock(self._lock)))

    @property
    def _lock(self) -> int:
        key = hashlib.sha256(f"{self._tenant}/erased".encode()).digest()[:8]
        return int.from_bytes(key, "big", signed=True)

    async def among(self, traces: Sequence[Trace]) -> frozenset[int]:
        """Positions of those who were erased and must not come back by themselves.

        Nobody is erased until this transaction ends, so that whoever is added because of the answer is seen.
        """
        await self._session.execute(select(func.pg_advisory_xact_lock_shared(self._lock)))
        digests = [frozenset(self._digests(trace)) for trace in traces]
        asked = sorted(frozenset[str]().union(*digests))
        known: set[str] = set()
        for at in range(0, len(asked), AT_ONCE):
            query = select(_E.digest).where(
                _E.tenant_id == self._tenant, _E.digest == func.any(asked[at : at + AT_ONCE])
            )
            known |= set(await self._session.scalars(query))
        return frozenset(at for at, own in enumerate(digests) if own & known)

    async def remember(self, traces: Sequence[Trace], *, at: datetime) -> None:
        """Keep them from coming back."""
        digests = {digest for trace in traces for digest in self._digests(trace)}
        rows = [{"tenant_id": self._tenant, "digest": digest, "erased_at": at} for digest in sorted(digests)]
        if rows:
            await self._session.execute(insert(erased_subjects).values(rows).on_conflict_do_nothing())

    def _digests(self, trace: Trace) -> Iterator[str]:
        if email := trace.email.strip().lower():
            yield self._sealer.mark(email.encode(), bound_to=f"{self._tenant}/email".encode())
        system = trace.connection_id or trace.brand_id
        if system is not None and trace.external_id:
            bound_to = f"{self._tenant}/record/{system}".encode()
            yield self._sealer.mark(trace.external_id.encode(), bound_to=bound_to)

    async def records_of(self, customer_id: CustomerId) -> Sequence[Customer]:
        """The customer and every other with the same e-mail address, by id. Raises NotFound."""
        found = await self._session.get(Customer, (self._tenant, customer_id))
        if found is None:
            raise NotFound.of("customer", customer_id)
        if not found.email.strip():
            return [found]
        same = func.lower(_C.email) == found.email.lower()
        return (
            await self._session.scalars(select(Customer).where(_C.tenant_id == self._tenant, same).order_by(_C.id))
        ).all()

    async def traces_of(self, people: Sequence[Customer]) -> Sequence[Trace]:
        """By what these can be recognised, in every system that knows them."""
        ids = [person.id for person in people]
        records = metadata.tables["connection_records"].c
        query = select(records.connection_id, records.external_id).where(
            records.tenant_id == self._tenant, records.customer_id == func.any(ids)
        )
        return [
            *(
                Trace(
                    brand_id=person.brand_id,
                    connection_id=person.connection_id,
                    external_id=person.external_id,
                    email=person.email,
                )
                for person in people
            ),
            *(
                Trace(connection_id=ConnectionId(connection_id), external_id=external_id)
                for connection_id, external_id in await self._session.execute(query)
            ),
        ]

    async def kept_about(self, customer_ids: Collection[CustomerId]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Every row that belongs to these customers, by table, as it is kept."""
        found: dict[str, Sequence[Mapping[str, Any]]] = {}
        for table, column in self._tables():
            query = select(table).where(table.c.tenant_id == self._tenant, column == func.any(list(customer_ids)))
            rows = [dict(row) for row in (await self._session.execute(query)).mappings()]
            if rows:
                found[table.name] = rows
        return found

    async def noted_of(self, customer_ids: Collection[CustomerId]) -> Sequence[DecisionId]:
        """Ledger entries with sealed payloads of these customers, in order."""
        sealed_for = or_(*(func.strpos(decisions.c.entry, f'"{each}":"') > 0 for each in customer_ids))
        query = select(decisions.c.id).where(decisions.c.tenant_id == self._tenant, sealed_for)
        return (await self._session.scalars(query.order_by(decisions.c.sequence))).all()

    async def filed(self, owners: Collection[str]) -> tuple[int, int]:
        """How many passages these owners have, and how many vectors were made of them."""
        vectors = metadata.tables["passage_vectors"]
        query = (
            select(func.count(), func.count(vectors.c.passage_id))
            .select_from(passages)
            .outerjoin(
                vectors,
                (vectors.c.tenant_id == passages.c.tenant_id) & (vectors.c.passage_id == passages.c.id),
            )
            .where(passages.c.tenant_id == self._tenant, passages.c.owner == func.any(list(owners)))
        )
        found, made = (await self._session.execute(query)).one()
        return found, made

    async def forget_answers(self, words: Collection[str]) -> int:
        """Drop answers kept for repeated requests that hold any of these words; how many they were."""
        held = [func.position(literal(word.encode()).op("IN")(_K.body)) > 0 for word in words]
        result = await self._session.execute(delete(idempotency_keys).where(_K.tenant_id == self._tenant, or_(*held)))
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def remove(self, customer_ids: Collection[CustomerId]) -> None:
        """Delete the customers; every row that belongs to them goes with them."""
        ids: list[UUID] = list(customer_ids)
        await self._session.execute(delete(customers).where(_C.tenant_id == self._tenant, _C.id == func.any(ids)))

    def _tables(self) -> Iterator[tuple[Table, Column[Any]]]:
        """The customers and every table that refers to them, with the column that does."""
        yield customers, _C.id
        for table in metadata.sorted_tables:
            for key in table.foreign_key_constraints:
                if key.referred_table is customers:
                    yield table, next(column for column in key.columns if column.name != "tenant_id")
