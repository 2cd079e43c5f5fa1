"""Passages, kept beside the records they come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnClause,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import TSVECTOR, insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.retrieval import Filed, Hit, Point, Wanted
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.retrieval.index import Found
from nexusplanner.domain.retrieval.stemming import stems
from nexusplanner.infrastructure.db.after_commit import after_commit
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, of_tenant, uuid_column, words
from nexusplanner.infrastructure.knowledge.shelves import Asked, Book, Delivery, Shelves, Vector

passages = Table(
    "passages",
    metadata,
    uuid_column("tenant_id"),
    Column("id", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("kind", words(SourceKind), nullable=False),
    uuid_column("brand_id", nullable=True),
    uuid_column("service_id", nullable=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("said_on", Date),
    Column("trust", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("terms", TSVECTOR, nullable=False),
    Column("changed_in", BigInteger, nullable=False),
    instant("updated_at"),
    PrimaryKeyConstraint("tenant_id", "id"),
    in_tenant(),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("service_id", "services", ondelete="CASCADE"),
    Index(None, "tenant_id", "changed_in"),
    Index(None, "tenant_id", "owner"),
)
passage_vectors = Table(
    "passage_vectors",
    metadata,
    uuid_column("tenant_id"),
    Column("passage_id", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("changed_in", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant_id", "passage_id"),
    in_tenant(),
    ForeignKeyConstraint(
        ["tenant_id", "passage_id"],
        ["passages.tenant_id", "passages.id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    ),
    Index(None, "tenant_id", "changed_in"),
)
_P, _V = passages.c, passage_vectors.c

AT_ONCE = 500
CANDIDATES = 200
"""Passages of a very large workspace that are ranked in memory; the database chooses them by common words."""
THIS_TRANSACTION: ColumnClause[int] = literal_column("pg_current_xact_id()::text::bigint")
_TOUCHED = " + ".join(
    f"pg_stat_get_xact_tuples_{done}('passages'::regclass)" for done in ("inserted", "updated", "deleted")
)
_WRITING: ColumnClause[bool] = literal_column(
    f"pg_current_xact_id_if_assigned() IS NOT NULL AND (current_setting('track_counts') = 'off' OR {_TOUCHED} > 0)"
)
"""Whether this transaction changed passages, by itself or by what else it deleted."""
_HORIZON: ColumnClause[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


class SqlPassages:
    """Passages of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor, shelves: Shelves) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._shelves = shelves

    async def kept(self) -> bool:
        """Whether there is any."""
        query = select(_P.id).where(_P.tenant_id == self._tenant).limit(1)
        return await self._session.scalar(query) is not None

    async def hold(self, owners: Iterable[str]) -> None:
        """Whoever else holds one of these waits until this transaction ends, and then sees what it did."""
        for owner in sorted(owners):
            key = hashlib.sha256(f"{self._tenant}/{owner}".encode()).digest()[:8]
            await self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, "big", signed=True))))

    async def replace(self, made: Mapping[str, Sequence[Filed]]) -> None:
        """Keep these as all the passages made from each owner; those that did not change stay untouched."""
        rows = [self._row(owner, filed) for owner in sorted(made) for filed in made[owner]]
        owners = list(made)
        for at in range(0, len(owners), AT_ONCE):
            some = set(owners[at : at + AT_ONCE])
            own = [row["id"] for row in rows if row["owner"] in some]
            others = delete(passages).where(_P.tenant_id == self._tenant, _P.owner.in_(some), _P.id.not_in(own))
            gone = list(await self._session.scalars(others.returning(_P.id)))
            if gone:
                after_commit(self._session, partial(self._shelves.forget, self._tenant, gone))
        for at in range(0, len(rows), AT_ONCE):
            changed = await self._changed(rows[at : at + AT_ONCE])
            if changed:
                await self._session.execute(_upsert(changed))

    async def _changed(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of these rows that are not there as they are, with what is only then worth computing."""
        same = select(_P.id, _P.content_hash).where(
            _P.tenant_id == self._tenant, _P.id.in_([row["id"] for row in rows])
        )
        known = {(row.id, row.content_hash) for row in await self._session.execute(same)}
        return [
            row | {"terms": func.to_tsvector("simple", " ".join(stems(f"{row['title']}\n{row['text']}")))}
            for row in rows
            if (row["id"], row["content_hash"]) not in known
        ]

    async def find(self, query: str, *, wanted: Wanted, limit: int, point: Point | None = None) -> Sequence[Hit]:
        """The best passages, best first. Only those wanted take part in the ranking.

        point: of the query, to compare it with the passages' vectors as well.
        """
        asked = Asked(query=query, wanted=wanted, limit=limit, point=point)
        ranked = await self._shelves.search(self, asked)
        texts = {passage.id: passage for passage in await self.read([each.id for each in ranked])}
        return [_hit(each, passage=texts[each.id]) for each in ranked if each.id in texts]

    async def read(self, passage_ids: Collection[str]) -> Sequence[Passage]:
        """Those of these passages that are there."""
        query = select(passages).where(_P.tenant_id == self._tenant, _P.id.in_(list(passage_ids)))
        return [_passage(row) for row in await self._session.execute(query)]

    @property
    def tenant(self) -> UUID:
        """Whose passages these are."""
        return self._tenant

    async def since(self, horizon: int) -> Delivery:
        """What changed in or after the transaction `horizon`, in one snapshot."""
        columns = (_P.id, _P.content_hash, _P.kind, _P.brand_id, _P.service_id, _P.title, _P.text)
        total = select(func.count()).where(_P.tenant_id == self._tenant).select_from(passages).scalar_subquery()
        state = select(_HORIZON.label("horizon"), total.label("total"), _WRITING.label("writing")).subquery()
        changed = (_P.tenant_id == self._tenant) & (_P.changed_in >= horizon)
        rows = (
            await self._session.execute(select(state, *columns).select_from(state.outerjoin(passages, changed)))
        ).all()
        books = [_book(row) for row in rows if row.id is not None]
        return Delivery(books=books, horizon=rows[0].horizon, total=rows[0].total, writing=rows[0].writing)

    async def vectors(
        self, fingerprint: str, *, since: int = 0, only: Collection[str] | None = None
    ) -> Mapping[str, Vector]:
        """Vectors of present texts, by passage: those that came, or whose passage changed, in or after a transaction."""
        same_text = (_V.tenant_id == _P.tenant_id) & (_V.passage_id == _P.id) & (_V.content_hash == _P.content_hash)
        query = (
            select(_V.passage_id, _V.vector)
            .select_from(passage_vectors.join(passages, same_text))
            .where(_V.tenant_id == self._tenant, _V.fingerprint == fingerprint)
        )
        if since:
            query = query.where(or_(_V.changed_in >= since, _P.changed_in >= since))
        if only is not None:
            query = query.where(_V.passage_id.in_(list(only)))
        return {row.passage_id: np.frombuffer(row.vector, dtype="<f4") for row in await self._session.execute(query)}

    async def ids(self) -> frozenset[str]:
        """Ids of all passages."""
        return frozenset(await self._session.scalars(select(_P.id).where(_P.tenant_id == self._tenant)))

    async def size(self) -> int:
        """How many there are."""
        query = select(func.count()).select_from(passages).where(_P.tenant_id == self._tenant)
        return int(await self._session.scalar(query) or 0)

    async def candidates(self, query: str, *, wanted: Wanted) -> Sequence[Book]:
        """Passages with any word of the query, those with most of them first."""
        asked = " | ".join(f"'{stem}'" for stem in dict.fromkeys(stems(query)))
        words_asked = func.to_tsquery("simple", asked)
        conditions = [_P.tenant_id == self._tenant, _P.terms.op("@@")(words_asked)]
        if wanted.kinds:
            conditions.append(_P.kind.in_(wanted.kinds))
        if wanted.brand_id is not None:
            conditions.append(or_(_P.brand_id == wanted.brand_id, _P.brand_id.is_(None)))
        if wanted.service_id is not None:
            conditions.append(or_(_P.service_id == wanted.service_id, _P.service_id.is_(None)))
        found = (
            select(passages)
            .where(*conditions)
            .order_by(func.ts_rank(_P.terms, words_asked, 1).desc(), _P.id)
            .limit(CANDIDATES)
        )
        return [_book(row) for row in await self._session.execute(found)]

    def _row(self, owner: str, filed: Filed) -> dict[str, Any]:
        passage = filed.passage
        row = {
            "owner": owner,
            "kind": passage.kind,
            "brand_id": filed.brand_id,
            "service_id": filed.service_id,
            "title": passage.title,
            "text": passage.text,
            "origin": passage.origin,
            "said_on": passage.on,
            "trust": passage.trust,
            "url": passage.url,
        }
        content = json.dumps(row, sort_keys=True, default=str, ensure_ascii=False)
        return row | {
            "tenant_id": self._tenant,
            "id": passage.id,
            "content_hash": hashlib.sha256(content.encode()).hexdigest(),
            "changed_in": THIS_TRANSACTION,
            "updated_at": func.now(),
        }


def _upsert(rows: list[dict[str, Any]]) -> Any:
    adding = insert(passages).values(rows)
    new = {column.name: column for column in adding.excluded if column.name not in {"tenant_id", "id"}}
    return adding.on_conflict_do_update(
        index_elements=["tenant_id", "id"], set_=new, where=_P.content_hash != adding.excluded.content_hash
    )


def _book(row: Row[Any]) -> Book:
    return Book(
        id=row.id,
        content_hash=row.content_hash,
        text=indexed_text(row),
        kind=row.kind,
        brand_id=row.brand_id,
        service_id=row.service_id,
    )


def indexed_text(row: Any) -> str:
    """What of a passage is compared with queries."""
    return str(row.text if row.text.startswith(row.title) else f"{row.title}\n{row.text}")


def _passage(row: Row[Any]) -> Passage:
    return Passage(
        id=row.id,
        kind=row.kind,
        title=row.title,
        text=row.text,
        origin=row.origin,
        on=row.said_on,
        trust=row.trust,
        url=row.url,
    )


def _hit(found: Found, *, passage: Passage) -> Hit:
    return Hit(passage=passage, score=found.score, lexical=found.lexical, vector=found.vector, given=found.given)
