"""Adding and changing records that came through a connection, a page of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.connections import GoneRecord, Taken
from nexusplanner.domain.connections import Changes, Connection, CrmObject
from nexusplanner.domain.shared import Money
from nexusplanner.infrastructure.db.connections.dropping import Dropping
from nexusplanner.infrastructure.db.connections.kinds import RECORD_ID, TABLES, came_through
from nexusplanner.infrastructure.db.connections.linking import ids_of, link_customers, touch
from nexusplanner.infrastructure.db.connections.tables import connections, records
from nexusplanner.infrastructure.db.customers import customers

_EMPTY: Mapping[CrmObject, Mapping[str, Any]] = {
    CrmObject.COMPANIES: {"domain": "", "industry": "", "region": "", "employees": None},
    CrmObject.CUSTOMERS: {
        "email": "",
        "company": "",
        "industry": "",
        "region": "",
        "employees": None,
        "since": None,
        "lifetime_value": None,
        "preferred_channel": "",
        "consent": "",
    },
    CrmObject.DEALS: {"stage": "", "amount": None, "closed_on": None, "won": None},
}
"""What a new record has where the mapping says nothing."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A record that was read before. record_id: None when it was merged into another."""

    record_id: UUID | None
    digest: str
    changed_at: datetime


class Taking:
    """Takes pages of one kind of record. pass_id: of the reading they are part of. dry: nothing is written."""

    def __init__(
        self,
        session: AsyncSession,
        *,
        connection: Connection,
        kind: CrmObject,
        pass_id: UUID,
        now: datetime,
        dry: bool,
    ) -> None:
        self._session = session
        self._connection = connection
        self._kind = kind
        self._pass = pass_id
        self._now = now
        self._dry = dry
        self._table = TABLES[kind]
        self._tenant = connection.tenant_id
        self._read_before = came_through(connection, kind=kind)

    async def take(self, found: Sequence[Taken]) -> Changes:
        """Add or change them."""
        newest = _newest(found)
        read = await self._known(list(newest))
        known = {key: each.record_id for key, each in read.items() if each.record_id is not None}
        stale = {key for key, each in newest.items() if key in read and _older(each, read[key])}
        taken = {key: each for key, each in newest.items() if key not in stale}
        fresh = [each for key, each in taken.items() if key not in known]
        same = {key for key, each in taken.items() if key in known and read[key].digest == each.digest}
        matched = await self._matches(fresh)
        ids = {key: known.get(key) or matched.get(key) or uuid4() for key in taken}
        changes = Changes(
            created=len(fresh) - len(matched),
            updated=len(taken) - len(same) - len(fresh) + len(matched),
            skipped=len(stale),
        )
        if not self._dry:
            changed = [each for key, each in taken.items() if key not in same]
            await self._write(changed, ids=ids)
            await self._remember(taken.values(), ids=ids)
            await self._saw(stale)
            if self._kind is CrmObject.DEALS:
                wanted = {ids[each.external_id]: each.links.customers for each in changed}
                await link_customers(self._session, connection=self._connection, wanted=wanted)
        return changes + await self._merge(taken.values())

    async def _known(self, keys: Sequence[str]) -> Mapping[str, Known]:
        record_id = RECORD_ID[self._kind]
        query = select(records.c.external_id, record_id.label("record_id"), records.c.digest, records.c.changed_at)
        rows = await self._session.execute(
            query.where(self._read_before, records.c.external_id == func.any(list(keys)))
        )
        return {
            row.external_id: Known(record_id=row.record_id, digest=row.digest, changed_at=row.changed_at)
            for row in rows
        }

    async def _matches(self, fresh: Sequence[Taken]) -> Mapping[str, UUID]:
        """Records that are here already and mean the same, by key there: none of them came through a connection in use.

        Those of a removed connection to the same kind of system are taken over by their key. A customer of a file or
        a person is recognised by an e-mail address that is unique on both sides, or by the key unless both have
        different addresses.
        """
        if not fresh:
            return {}
        table, customer = self._table.c, self._kind is CrmObject.CUSTOMERS
        removed = and_(connections.c.removed_at.is_not(None), connections.c.kind == self._connection.kind)
        keys, emails = [each.external_id for each in fresh], [_email(each) for each in fresh if _email(each)]
        orphan = and_(removed, table.external_id == func.any(keys))
        alike = or_(table.external_id == func.any(keys), func.lower(customers.c.email).in_(emails))
        linked = select(1).where(records.c.tenant_id == table.tenant_id, RECORD_ID[self._kind] == table.id).exists()
        query = (
            select(
                table.id,
                table.external_id,
                table.connection_id,
                (func.lower(customers.c.email) if customer else func.lower("")).label("email"),
            )
            .select_from(self._table)
            .outerjoin(
                connections,
                (connections.c.tenant_id == table.tenant_id) & (connections.c.id == table.connection_id),
            )
            .where(
                table.tenant_id == self._tenant,
                table.brand_id == self._connection.brand_id,
                or_(orphan, and_(table.connection_id.is_(None), alike)) if customer else orphan,
                ~linked,
            )
            .order_by(table.id)
        )
        if not self._dry:
            query = query.with_for_update(of=self._table)
        rows = (await self._session.execute(query)).all()
        orphans = {row.external_id: row.id for row in rows if row.connection_id is not None}
        found = {each.external_id: orphans[each.external_id] for each in fresh if each.external_id in orphans}
        if found and not self._dry:
            await self._take_over(found.values())
        own = [row for row in rows if row.connection_id is None]
        return {**_alike([each for each in fresh if each.external_id not in found], own), **found}

    async def _take_over(self, ids: Iterable[UUID]) -> None:
        table = self._table
        mine = (table.c.tenant_id == self._tenant) & (table.c.id == func.any(list(ids)))
        await self._session.execute(update(table).where(mine).values(connection_id=self._connection.id))

    async def _write(self, found: Sequence[Taken], *, ids: Mapping[str, UUID]) -> None:
        """Insert what is new and set the mapped fields of what is there, in one statement."""
        if not found:
            return
        statement = insert(self._table)
        mapped, firms = list(_columns(found[0].row)), None
        if self._kind is not CrmObject.COMPANIES:
            mapped.append("company_id")
            keys = {each.links.company for each in found} - {""}
            firms = await ids_of(self._session, connection=self._connection, kind=CrmObject.COMPANIES, keys=keys)
        changed: dict[str, Any] = {
            name: statement.excluded[name] for name in (*mapped, "changed_at_source", "updated_at")
        }
        changed["version"] = self._table.c.version + 1
        key = list(self._table.primary_key.columns)
        rows = [
            {
                "tenant_id": self._tenant,
                "id": ids[each.external_id],
                "brand_id": self._connection.brand_id,
                "connection_id": self._connection.id,
                "external_id": each.external_id,
                **_columns({**_EMPTY[self._kind], **each.row}),
                **({} if firms is None else {"company_id": firms.get(each.links.company)}),
                "changed_at_source": each.changed_at,
                "version": 1,
                "created_at": self._now,
                "updated_at": self._now,
            }
            for each in sorted(found, key=lambda each: ids[each.external_id])
        ]
        await self._session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)
        touch(self._session, kind=self._kind, ids=[row["id"] for row in rows])

    async def _remember(self, taken: Iterable[Taken], *, ids: Mapping[str, UUID]) -> None:
        rows = [
            {
                "tenant_id": self._tenant,
                "connection_id": self._connection.id,
                "kind": self._kind,
                "external_id": each.external_id,
                RECORD_ID[self._kind].name: ids[each.external_id],
                "company_key": each.links.company,
                "customer_keys": list(each.links.customers),
                "digest": each.digest,
                "changed_at": each.changed_at,
                "pass_id": self._pass,
            }
            for each in taken
        ]
        if not rows:
            return
        statement = insert(records)
        names = (RECORD_ID[self._kind].name, "company_key", "customer_keys", "digest", "changed_at", "pass_id")
        known = {name: statement.excluded[name] for name in names}
        key = list(records.primary_key.columns)
        await self._session.execute(statement.on_conflict_do_update(index_elements=key, set_=known), rows)

    async def _saw(self, keys: Iterable[str]) -> None:
        """Note that the reading came across them, although they are not taken."""
        seen = update(records).where(self._read_before, records.c.external_id == func.any(list(keys)))
        await self._session.execute(seen.values(pass_id=self._pass))

    async def _merge(self, taken: Iterable[Taken]) -> Changes:
        """Let records go on for those that are part of them now, which may still be found for a while."""
        gone = [
            GoneRecord(external_id=key, into=each.external_id, changed_at=each.changed_at)
            for each in taken
            for key in each.merged
        ]
        if not gone:
            return Changes()
        dropping = Dropping(self._session, connection=self._connection, kind=self._kind, now=self._now, dry=self._dry)
        return await dropping.drop(gone)


def _older(taken: Taken, known: Known) -> bool:
    """Whether the state is older than the one that was read; of a record that was merged, not newer than the merge."""
    if known.record_id is None:
        return taken.changed_at <= known.changed_at
    return taken.changed_at < known.changed_at


def _newest(found: Sequence[Taken]) -> dict[str, Taken]:
    """Each record once, in its newest state: a page may hold one twice while it is being changed."""
    newest: dict[str, Taken] = {}
    for each in found:
        if each.external_id not in newest or newest[each.external_id].changed_at <= each.changed_at:
            newest[each.external_id] = each
    return newest


def _email(taken: Taken) -> str:
    return str(taken.row.get("email") or "").lower()


def _alike(fresh: Sequence[Taken], own: Sequence[Any]) -> dict[str, UUID]:
    ours, theirs = Counter(row.email for row in own), Counter(_email(each) for each in fresh)
    by_email = {row.email: row for row in own if row.email and ours[row.email] == 1}
    by_key = {row.external_id: row for row in own}
    found: dict[str, UUID] = {}
    for each in fresh:
        row = by_email.get(_email(each)) if theirs[_email(each)] == 1 else None
        if row is not None:
            found[each.external_id] = row.id
    for each in fresh:
        row = by_key.get(each.external_id)
        if each.external_id in found or row is None or row.id in found.values():
            continue
        if not row.email or not _email(each) or row.email == _email(each):
            found[each.external_id] = row.id
    return found


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with amounts in their two columns."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name in {"lifetime_value", "amount"}:
            flat[f"{name}_minor"] = value.amount if isinstance(value, Money) else None
            flat[f"{name}_currency"] = value.currency if isinstance(value, Money) else None
        else:
            flat[name] = value
    return flat
