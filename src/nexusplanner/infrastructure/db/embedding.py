"""Vectors of passages, and how each workspace has them made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    Column,
    Integer,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.embedding import CALLS, Unembedded, Vectors
from nexusplanner.domain.embedding import EmbedderChoice, EmbedderKind, Filling, RetrievalSettings
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import VersionConflict
from nexusplanner.infrastructure.db.identity import tenants
from nexusplanner.infrastructure.db.passages import THIS_TRANSACTION, indexed_text, passage_vectors, passages
from nexusplanner.infrastructure.db.spending import model_calls
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, uuid_column, words

retrieval_settings = Table(
    "retrieval_settings",
    metadata,
    uuid_column("tenant_id"),
    Column("embedder", words(EmbedderKind), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("model", String(200), nullable=False),
    Column("directory", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("dimensions", Integer),
    Column("problem", Text, nullable=False),
    uuid_column("set_by", nullable=True),
    instant("leased_until", nullable=True),
    Column("version", Integer, nullable=False),
    instant("updated_at"),
    PrimaryKeyConstraint("tenant_id"),
    in_tenant(),
)

_S, _V, _P = retrieval_settings.c, passage_vectors.c, passages.c


class SqlEmbeddingStore:
    """What the actor's workspace compares passages with, and their vectors."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def settings(self, *, lock: bool = False) -> RetrievalSettings:
        """The settings; no embedder, in version 0, while nothing was saved. lock: nobody changes them meanwhile."""
        query = select(retrieval_settings).where(_S.tenant_id == self._tenant)
        found = (await self._session.execute(query.with_for_update() if lock else query)).first()
        if found is not None:
            return _settings(found)
        made = await self._session.execute(select(tenants.c.created_at).where(tenants.c.id == self._tenant))
        return RetrievalSettings(tenant_id=self._tenant, choice=EmbedderChoice(), updated_at=made.scalar_one())

    async def save(self, settings: RetrievalSettings) -> None:
        """Keep the settings and count their version up. Raises VersionConflict when somebody else changed them first."""
        row = _row(settings) | {"leased_until": None}
        if settings.version == 0:
            new = insert(retrieval_settings).values(tenant_id=self._tenant, **row).on_conflict_do_nothing()
            written = await self._session.scalar(new.returning(_S.version))
        else:
            change = update(retrieval_settings).where(self._is(settings)).values(row)
            written = await self._session.scalar(change.returning(_S.version))
        if written is None:
            raise VersionConflict("Somebody else changed these settings meanwhile. Load them again.")
        settings.version += 1

    async def note(self, settings: RetrievalSettings, *, dimensions: int | None, problem: str) -> None:
        """Keep how the last filling under these settings went, unless they were changed meanwhile."""
        told = {"dimensions": dimensions, "problem": problem}
        await self._session.execute(update(retrieval_settings).where(self._is(settings)).values(told))

    async def filling(self, fingerprint: str) -> Filling:
        """How far the vectors of this fingerprint are."""
        with_vector = passages.outerjoin(passage_vectors, self._present(fingerprint))
        counted = select(func.count(_P.id), func.count(_V.passage_id)).select_from(with_vector)
        count, embedded = (await self._session.execute(counted.where(_P.tenant_id == self._tenant))).one()
        costs = select(func.coalesce(func.sum(model_calls.c.cost_microunits), 0))
        of_vectors = (model_calls.c.tenant_id == self._tenant) & (model_calls.c.step == CALLS)
        spent = await self._session.scalar(costs.where(of_vectors))
        return Filling(passages=count, embedded=embedded, spent=int(spent or 0))

    async def missing(self, fingerprint: str, *, limit: int) -> Sequence[Unembedded]:
        """Passages without a vector of their present text, in the order of their ids."""
        query = (
            select(_P.id, _P.content_hash, _P.title, _P.text)
            .select_from(passages.outerjoin(passage_vectors, self._present(fingerprint)))
            .where(_P.tenant_id == self._tenant, _V.passage_id.is_(None))
            .order_by(_P.id)
            .limit(limit)
        )
        return [
            Unembedded(id=row.id, content_hash=row.content_hash, text=indexed_text(row))
            for row in await self._session.execute(query)
        ]

    async def keep(self, fingerprint: str, *, of: Sequence[Unembedded], vectors: Vectors) -> None:
        """Keep vectors in the place of older ones; none of a passage that has changed or gone meanwhile."""
        ids = [each.id for each in of]
        same = select(_P.id, _P.content_hash).where(_P.tenant_id == self._tenant, _P.id.in_(ids))
        same = same.with_for_update(read=True, key_share=True, skip_locked=True)
        standing = {(row.id, row.content_hash) for row in await self._session.execute(same)}
        rows = [
            {
                "tenant_id": self._tenant,
                "passage_id": each.id,
                "fingerprint": fingerprint,
                "content_hash": each.content_hash,
                "vector": np.ascontiguousarray(vector, dtype="<f4").tobytes(),
                "changed_in": THIS_TRANSACTION,
            }
            for each, vector in zip(of, vectors, strict=True)
            if (each.id, each.content_hash) in standing
        ]
        if rows:
            adding = insert(passage_vectors).values(rows)
            names = ("fingerprint", "content_hash", "vector", "changed_in")
            new = {name: adding.excluded[name] for name in names}
            await self._session.execute(
                adding.on_conflict_do_update(index_elements=["tenant_id", "passage_id"], set_=new)
            )

    async def drop_others(self, fingerprint: str) -> None:
        """Drop every vector of other fingerprints."""
        others = (_V.tenant_id == self._tenant) & (_V.fingerprint != fingerprint)
        await self._session.execute(delete(passage_vectors).where(others))

    async def lease(self, *, now: datetime, until: datetime) -> bool:
        """Whether nobody else makes vectors for this workspace now; if so, nobody else does before `until`."""
        free = and_(_S.tenant_id == self._tenant, or_(_S.leased_until.is_(None), _S.leased_until <= now))
        taken = update(retrieval_settings).where(free).values(leased_until=until).returning(_S.tenant_id)
        return await self._session.scalar(taken) is not None

    async def hold(self, *, until: datetime | None) -> None:
        """Go on keeping others from making vectors, or let them."""
        mine = update(retrieval_settings).where(_S.tenant_id == self._tenant)
        await self._session.execute(mine.values(leased_until=until))

    def _is(self, settings: RetrievalSettings) -> Any:
        return (_S.tenant_id == self._tenant) & (_S.version == settings.version)

    def _present(self, fingerprint: str) -> Any:
        return and_(
            _V.tenant_id == _P.tenant_id,
            _V.passage_id == _P.id,
            _V.content_hash == _P.content_hash,
            _V.fingerprint == fingerprint,
        )


def _row(settings: RetrievalSettings) -> dict[str, Any]:
    choice = settings.choice
    return {
        "embedder": choice.kind,
        "provider": choice.provider,
        "model": choice.model,
        "directory": choice.directory,
        "sha256": choice.sha256,
        "dimensions": settings.dimensions,
        "problem": settings.problem,
        "set_by": settings.set_by,
        "version": settings.version + 1,
        "updated_at": settings.updated_at,
    }


def _settings(row: Row[Any]) -> RetrievalSettings:
    return RetrievalSettings(
        tenant_id=row.tenant_id,
        choice=EmbedderChoice(
            kind=row.embedder, provider=row.provider, model=row.model, directory=row.directory, sha256=row.sha256
        ),
        dimensions=row.dimensions,
        problem=row.problem,
        set_by=row.set_by,
        version=row.version,
        updated_at=row.updated_at,
    )
