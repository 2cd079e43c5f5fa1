"""Runs and what their finished steps hand on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Select, Table, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.replay import StepUnreadable
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import PartialIdea, Run, RunKind, RunState, Step
from nexusplanner.domain.shared import BrandId, NotFound, RunId
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

T = TypeVar("T")

runs = Table(
    "runs",
    metadata,
    *tenant_key(),
    uuid_column("brand_id", nullable=True),
    uuid_column("user_id"),
    Column("kind", words(RunKind), nullable=False),
    Column("state", words(RunState), nullable=False),
    Column("request", JSONB, nullable=False),
    uuid_column("campaign_id", nullable=True),
    uuid_column("model_id", nullable=True),
    Column("steps", Jsonb[tuple[Step, ...]](tuple[Step, ...]), nullable=False),
    Column(
        "partial", Jsonb[tuple[PartialIdea, ...]](tuple[PartialIdea, ...]), nullable=False, server_default=text("'[]'")
    ),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("retryable", Boolean, nullable=False),
    instant("created_at"),
    instant("started_at", nullable=True),
    instant("ended_at", nullable=True),
    of_tenant("brand_id", "brands", ondelete="SET NULL (brand_id)"),
    of_tenant("user_id", "users"),
    of_tenant("campaign_id", "campaigns", ondelete="SET NULL (campaign_id)", closes_circle=True),
    of_tenant("model_id", "model_versions", ondelete="SET NULL (model_id)"),
    Index(None, "tenant_id", "created_at"),
    Index(None, "tenant_id", "campaign_id"),
)

step_outputs = Table(
    "step_outputs",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("run_id"),
    Column("step", Text, nullable=False),
    Column("output", JSONB, nullable=False),
    PrimaryKeyConstraint("tenant_id", "run_id", "step"),
    of_tenant("run_id", "runs", ondelete="CASCADE"),
)

mapper_registry.map_imperatively(Run, runs)


class SqlRuns:
    """Runs of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, run_id: RunId, *, lock: bool = False) -> Run:
        """The run with its steps; locked until the transaction ends when asked. Raises NotFound.

        A locked run is read anew, so that it shows what others did to it meanwhile.
        """
        found = await self._session.get(
            Run, (self._tenant, run_id), with_for_update=lock or None, populate_existing=lock
        )
        if found is None:
            raise NotFound.of("run", run_id)
        return found

    async def active(self, *, brand_id: BrandId, kind: RunKind) -> Run | None:
        """The run of this kind that works for the brand just now, locked until the transaction ends."""
        query = self._active(brand_id).where(runs.c.kind == kind).limit(1)
        found: Run | None = await self._session.scalar(query)
        return found

    async def all_active(self, *, brand_id: BrandId) -> Sequence[Run]:
        """Every run that works for the brand just now, locked until the transaction ends."""
        return (await self._session.scalars(self._active(brand_id).order_by(runs.c.id))).all()

    def _active(self, brand_id: BrandId) -> Select[Run]:
        active = runs.c.state.in_((RunState.QUEUED, RunState.RUNNING))
        query = select(Run).where(runs.c.tenant_id == self._tenant, runs.c.brand_id == brand_id, active)
        return query.with_for_update().execution_options(populate_existing=True)

    def add(self, run: Run) -> None:
        """Keep a new run."""
        self._session.add(run)

    async def keep_output(self, run: Run, *, step: str, output: object) -> None:
        """Keep what a finished step hands to later ones; what the step kept before is replaced."""
        statement = insert(step_outputs).values(
            tenant_id=self._tenant, run_id=run.id, step=step, output=to_jsonable_python(output)
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=list(step_outputs.primary_key.columns), set_={"output": statement.excluded.output}
            )
        )

    async def output(self, run: Run, *, step: str, kind: type[T]) -> T:
        """What the step kept, validated as `kind`. Raises: NotFound (it kept nothing), StepUnreadable."""
        query = select(step_outputs.c.output).where(
            step_outputs.c.tenant_id == self._tenant, step_outputs.c.run_id == run.id, step_outputs.c.step == step
        )
        found = (await self._session.execute(query)).first()
        if found is None:
            raise NotFound(f"The step {step} of the run {run.id} kept no output.", code="STEP_OUTPUT_NOT_FOUND")
        try:
            kept: T = _adapter(cast("Any", kind)).validate_python(found.output)
        except ValidationError:
            raise StepUnreadable.of(step) from None
        return kept


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
