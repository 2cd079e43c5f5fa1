"""Removing records that are gone in the other system, and moving what hangs on those that were merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.connections import GoneRecord
from nexusplanner.domain.connections import Changes, Connection, CrmObject
from nexusplanner.infrastructure.db.companies import deal_customers
from nexusplanner.infrastructure.db.connections.kinds import TABLES, came_through
from nexusplanner.infrastructure.db.connections.linking import ids_of, touch
from nexusplanner.infrastructure.db.connections.tables import records
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.touching import touch_customers, touch_segments_of

HOPS = 20
"""Records that were merged into one another in a row; more is a circle."""

_MERGED = "(SELECT unnest(CAST(:losers AS uuid[])) AS loser, unnest(CAST(:survivors AS uuid[])) AS survivor) AS pair"
_SEGMENT = text(
    f"""
UPDATE customers AS s SET segment_id = l.segment_id, version = s.version + 1
FROM {_MERGED} JOIN customers AS l ON l.tenant_id = :tenant AND l.id = pair.loser
WHERE s.tenant_id = :tenant AND s.id = pair.survivor AND s.segment_id IS NULL AND l.segment_id IS NOT NULL
"""  # noqa: S608 - a constant
)
_DEALS = text(
    f"""
INSERT INTO deal_customers (tenant_id, deal_id, customer_id)
SELECT DISTINCT d.tenant_id, d.deal_id, pair.survivor
FROM {_MERGED} JOIN deal_customers AS d ON d.tenant_id = :tenant AND d.customer_id = pair.loser
ON CONFLICT DO NOTHING
"""  # noqa: S608 - a constant
)
_COMPANY = """
UPDATE {table} AS ours SET company_id = pair.survivor, version = ours.version + 1
FROM """ + _MERGED + """
WHERE ours.tenant_id = :tenant AND ours.company_id = pair.loser
"""  # fmt: skip
_OF_CUSTOMERS, _OF_DEALS = (text(_COMPANY.format(table=table)) for table in ("customers", "deals"))


@dataclass(frozen=True, kw_only=True)
class _Merge:
    """Ids of a record and of the one that goes on for it."""

    loser_id: UUID
    survivor_id: UUID


class Dropping:
    """Removes records of one kind. dry: nothing is written."""

    def __init__(
        self, session: AsyncSession, *, connection: Connection, kind: CrmObject, now: datetime, dry: bool
    ) -> None:
        self._session = session
        self._connection = connection
        self._kind = kind
        self._now = now
        self._dry = dry
        self._tenant = connection.tenant_id
        self._read_before = came_through(connection, kind=kind)

    async def drop(self, gone: Sequence[GoneRecord]) -> Changes:
        """Remove them; what was never here is left out."""
        into = {each.external_id: _last(each, gone) for each in gone}
        keys = {*into, *filter(None, into.values())}
        ids = await ids_of(self._session, connection=self._connection, kind=self._kind, keys=keys)
        here = {key: ids[key] for key in into if key in ids}
        merges = [
            _Merge(loser_id=here[key], survivor_id=ids[into[key]])
            for key in here
            if into[key] in ids and into[key] not in here
        ]
        merged = sum(bool(into[key]) for key in here) if self._dry else len(merges)
        if not self._dry:
            await self._move(merges)
            if here:
                await self._remove(set(here.values()) - {each.survivor_id for each in merges}, keys=list(here))
            await self._remember([each for each in gone if each.into], into=into)
        return Changes(merged=merged, deleted=len(here) - merged)

    async def _move(self, merges: Sequence[_Merge]) -> None:
        if not merges:
            return
        survivors = [each.survivor_id for each in merges]
        given = {"tenant": self._tenant, "losers": [each.loser_id for each in merges], "survivors": survivors}
        if self._kind is CrmObject.CUSTOMERS:
            await self._session.execute(_SEGMENT, given)
            await self._session.execute(_DEALS, given)
        elif self._kind is CrmObject.COMPANIES:
            await self._session.execute(_OF_CUSTOMERS, given)
            await self._session.execute(_OF_DEALS, given)
        touch(self._session, kind=self._kind, ids=survivors)

    async def _remember(self, merged: Sequence[GoneRecord], *, into: Mapping[str, str]) -> None:
        """Know from now on what became part of what: it may still be found for a while, and referred to."""
        rows = [
            {
                "tenant_id": self._tenant,
                "connection_id": self._connection.id,
                "kind": self._kind,
                "external_id": each.external_id,
                "company_key": "",
                "customer_keys": [],
                "digest": "",
                "changed_at": each.changed_at or self._now,
                "pass_id": UUID(int=0),
            }
            for each in merged
        ]
        if not rows:
            return
        await self._session.execute(insert(records).on_conflict_do_nothing(), rows)
        for each in merged:
            await self._rename(each.external_id, to=into[each.external_id])

    async def _rename(self, key: str, *, to: str) -> None:
        """Let what refers to the one refer to the other: the other system may not say it of every record."""
        theirs = and_(records.c.tenant_id == self._tenant, records.c.connection_id == self._connection.id)
        if self._kind is CrmObject.COMPANIES:
            renamed = update(records).where(theirs, records.c.company_key == key)
            await self._session.execute(renamed.values(company_key=to))
        elif self._kind is CrmObject.CUSTOMERS:
            keys = records.c.customer_keys
            renamed = update(records).where(theirs, records.c.kind == CrmObject.DEALS, keys.contains([key]))
            await self._session.execute(renamed.values(customer_keys=func.array_replace(keys, key, to)))

    async def _remove(self, ids: set[UUID], *, keys: Sequence[str]) -> None:
        table, gone = TABLES[self._kind], func.any(list(ids))
        touch_customers(self._session, customer_ids=await self._neighbours(ids))
        await self._session.execute(
            delete(records).where(self._read_before, records.c.external_id == func.any(list(keys)))
        )
        await self._session.execute(delete(table).where(table.c.tenant_id == self._tenant, table.c.id == gone))
        touch_segments_of(self._session, brand_ids=[self._connection.brand_id])

    async def _neighbours(self, ids: set[UUID]) -> Sequence[Any]:
        """Customers whose segments may depend on what is removed."""
        gone = func.any(list(ids))
        if self._kind is CrmObject.COMPANIES:
            query = select(customers.c.id).where(customers.c.tenant_id == self._tenant, customers.c.company_id == gone)
        elif self._kind is CrmObject.DEALS:
            link = deal_customers.c
            query = select(link.customer_id).where(link.tenant_id == self._tenant, link.deal_id == gone)
        else:
            return ()
        return (await self._session.scalars(query)).all()


def _last(gone: GoneRecord, all_gone: Sequence[GoneRecord]) -> str:
    """Who goes on for the record in the end: what it was merged into may have been merged, too. Empty for nobody."""
    into = {each.external_id: each.into for each in all_gone}
    last = gone.into
    for _ in range(HOPS):
        if last not in into:
            return last
        last = into[last]
    return ""
