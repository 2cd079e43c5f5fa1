"""Model versions and lift experiments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, Column, Date, Double, Index, Integer, String, Table, Text, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.measurement import Experiment, ModelDocument, ModelSource, ModelState, ModelVersion
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.shared import BrandId, Estimate, ExperimentId, ModelId, NotFound
from nexusplanner.infrastructure.db.catalog import brands
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
    words,
)

model_versions = Table(
    "model_versions",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("number", Integer, nullable=False),
    Column("state", words(ModelState), nullable=False),
    Column("source", words(ModelSource), nullable=False),
    Column("curves", Jsonb[tuple[KeptCurve, ...]](tuple[KeptCurve, ...]), nullable=False),
    Column("scored_curves", Jsonb[tuple[KeptCurve, ...]](tuple[KeptCurve, ...]), nullable=False),
    Column("document", Jsonb[ModelDocument](ModelDocument), nullable=False),
    texts("channels"),
    texts("warnings"),
    Column("weeks", Integer, nullable=False),
    Column("holdout_weeks", Integer, nullable=False),
    Column("holdout_wmape", Double),
    Column("holdout_coverage", Double),
    Column("holdout_bias", Double),
    Column("r2", Double),
    Column("input_hash", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    uuid_column("run_id", nullable=True),
    uuid_column("created_by", nullable=True),
    Column("reason", Text, nullable=False),
    instant("created_at"),
    instant("adopted_at", nullable=True),
    Column("version", Integer, nullable=False),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("run_id", "runs", ondelete="SET NULL (run_id)", closes_circle=True),
    of_tenant("created_by", "users"),
    Index("uq_model_versions_number", "tenant_id", "brand_id", "number", unique=True),
    Index(
        "uq_model_versions_adopted", "tenant_id", "brand_id", unique=True, postgresql_where=text("state = 'adopted'")
    ),
    Index(None, "tenant_id", "brand_id", "input_hash"),
)

lift_experiments = Table(
    "lift_experiments",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("channel", Text, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("lift", Jsonb[Estimate](Estimate), nullable=False),
    Column("method", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    Index(None, "tenant_id", "brand_id", "start_date"),
)

mapper_registry.map_imperatively(ModelVersion, model_versions, version_id_col=model_versions.c.version)
mapper_registry.map_imperatively(Experiment, lift_experiments, version_id_col=lift_experiments.c.version)


class SqlModels:
    """Model versions of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, model_id: ModelId) -> ModelVersion:
        """The version. Raises NotFound."""
        found = await self._session.get(ModelVersion, (self._tenant, model_id))
        if found is None:
            raise NotFound.of("model", model_id)
        return found

    async def adopted(self, *, brand_id: BrandId) -> ModelVersion | None:
        """The version plans of the brand are made on."""
        query = select(ModelVersion).where(
            model_versions.c.tenant_id == self._tenant,
            model_versions.c.brand_id == brand_id,
            model_versions.c.state == ModelState.ADOPTED,
        )
        found: ModelVersion | None = await self._session.scalar(query)
        return found

    async def find(self, *, brand_id: BrandId, input_hash: str) -> ModelVersion | None:
        """The newest version of the brand that was made from exactly this."""
        query = (
            select(ModelVersion)
            .where(
                model_versions.c.tenant_id == self._tenant,
                model_versions.c.brand_id == brand_id,
                model_versions.c.input_hash == input_hash,
            )
            .order_by(model_versions.c.number.desc())
            .limit(1)
        )
        found: ModelVersion | None = await self._session.scalar(query)
        return found

    async def hold(self, *, brand_id: BrandId) -> None:
        """Others who hold the brand's versions wait until this transaction ends. Raises NotFound."""
        key = (brands.c.tenant_id == self._tenant) & (brands.c.id == brand_id)
        query = select(brands.c.id).where(key).with_for_update(key_share=True)
        if await self._session.scalar(query) is None:
            raise NotFound.of("brand", brand_id)

    async def next_number(self, *, brand_id: BrandId) -> int:
        """The number of the brand's next version, for whoever holds its versions."""
        query = select(func.max(model_versions.c.number)).where(
            model_versions.c.tenant_id == self._tenant, model_versions.c.brand_id == brand_id
        )
        return (await self._session.scalar(query) or 0) + 1

    def add(self, model: ModelVersion) -> None:
        """Keep a new version."""
        self._session.add(model)


class SqlExperiments:
    """Lift experiments of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, experiment_id: ExperimentId) -> Experiment:
        """The experiment. Raises NotFound."""
        found = await self._session.get(Experiment, (self._tenant, experiment_id))
        if found is None:
            raise NotFound.of("experiment", experiment_id)
        return found

    async def of_brand(self, brand_id: BrandId, *, before: date | None = None) -> Sequence[Experiment]:
        """Every experiment of the brand, by channel and days; only those that ended before `before` when given."""
        table = lift_experiments
        query = select(Experiment).where(table.c.tenant_id == self._tenant, table.c.brand_id == brand_id)
        if before is not None:
            query = query.where(table.c.end_date < before)
        order = (table.c.channel, table.c.start_date, table.c.end_date, table.c.created_at, table.c.id)
        return (await self._session.scalars(query.order_by(*order))).all()

    def add(self, experiment: Experiment) -> None:
        """Keep a new experiment."""
        self._session.add(experiment)

    async def remove(self, experiment: Experiment) -> None:
        """Delete it."""
        await self._session.delete(experiment)
        await self._session.flush()
