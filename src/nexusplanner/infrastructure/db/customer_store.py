"""Where customers and segments are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.customers import Customer, Segment, SegmentSummary
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, ConnectionId, CustomerId, NotFound, SegmentId
from nexusplanner.infrastructure.db.customers import customers, segments
from nexusplanner.infrastructure.db.holding import held_anew
from nexusplanner.infrastructure.db.meanings import meant
from nexusplanner.infrastructure.db.segment_summaries import summaries_of
from nexusplanner.infrastructure.db.source_keys import by_key


class SqlCustomers:
    """Customers and segments of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, customer_id: CustomerId, *, lock: bool = False) -> Customer:
        """The customer; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        key = (self._tenant, customer_id)
        found = await (held_anew(self._session, Customer, key) if lock else self._session.get(Customer, key))
        if found is None:
            raise NotFound.of("customer", customer_id)
        return found

    async def by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Customer]:
        """Those of `external_ids` that are known of the connection, or of none."""
        return await by_key(
            self._session,
            of=Customer,
            table=customers,
            tenant_id=self._tenant,
            brand_id=brand_id,
            external_ids=external_ids,
            connection_id=connection_id,
        )

    async def called(self, *, brand_id: BrandId, words: Collection[str]) -> Mapping[str, frozenset[CustomerId]]:
        """The customers each word means: by key, else by e-mail address. Words that mean none are absent."""
        found = await meant(
            self._session,
            table=customers,
            tenant_id=self._tenant,
            brand_id=brand_id,
            words={word: {word.lower()} for word in words},
            names=(func.nullif(func.lower(customers.c.email), ""),),
        )
        return {word: frozenset(CustomerId(each) for each in ids) for word, ids in found.items()}

    def add_all(self, customers: Iterable[Customer]) -> None:
        """Keep new customers."""
        self._session.add_all(customers)

    async def remove(self, customer: Customer) -> None:
        """Delete the customer."""
        await self._session.delete(customer)
        await self._session.flush()

    async def segment(self, segment_id: SegmentId, *, lock: bool = False) -> Segment:
        """The segment; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        key = (self._tenant, segment_id)
        found = await (held_anew(self._session, Segment, key) if lock else self._session.get(Segment, key))
        if found is None:
            raise NotFound.of("segment", segment_id)
        return found

    async def segments(self, *, brand_id: BrandId) -> Sequence[Segment]:
        """Every segment of the brand, by name."""
        query = (
            select(Segment)
            .where(segments.c.tenant_id == self._tenant, segments.c.brand_id == brand_id)
            .order_by(func.lower(segments.c.name), segments.c.id)
        )
        return (await self._session.scalars(query)).all()

    def add_segment(self, segment: Segment) -> None:
        """Keep a new segment."""
        self._session.add(segment)

    async def remove_segment(self, segment: Segment) -> None:
        """Delete the segment; its customers stay, without one."""
        await self._session.delete(segment)
        await self._session.flush()

    async def summaries(self, *, brand_id: BrandId) -> Sequence[SegmentSummary]:
        """What may be said of each segment, largest value share first."""
        return await summaries_of(self._session, tenant_id=self._tenant, brand_id=brand_id)
