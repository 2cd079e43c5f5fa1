"""What finished steps were given and what models answered, kept beside their outputs so that they can be replayed."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, TypeVar

from pydantic import GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema, to_json
from sqlalchemy import Column, LargeBinary, PrimaryKeyConstraint, String, Table, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.origins import RecordedAnswer
from nexusplanner.application.ports.replay import Recording, Sealed, StepUnreadable
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import NotFound
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.db.canonical import canonical
from nexusplanner.infrastructure.db.types import Jsonb, metadata, of_tenant, uuid_column

T = TypeVar("T")

FAST = 1
"""Inputs shrink to about a fifth; a higher level takes six times the time for a twentieth more."""

step_recordings = Table(
    "step_recordings",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("run_id"),
    Column("step", Text, nullable=False),
    Column("inputs", LargeBinary, nullable=False),
    Column("inputs_sha256", String(64), nullable=False),
    Column("output_sha256", String(64), nullable=False),
    Column("answers", Jsonb[tuple[RecordedAnswer, ...]](tuple[RecordedAnswer, ...]), nullable=False),
    Column("release", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "run_id", "step"),
    of_tenant("run_id", "runs", ondelete="CASCADE"),
)


def seal(value: object) -> str:
    """SHA-256 of the value's canonical bytes (RFC 8785), hexadecimal."""
    return _sha256(canonical(value))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class SqlRecordings:
    """Recordings of runs of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def keep(
        self, run: Run, *, step: str, inputs: object | None, output: object, answers: Sequence[RecordedAnswer]
    ) -> Sealed:
        """Keep them; what was kept of the step before is replaced."""
        given = to_json(inputs)
        sealed = Sealed(inputs=_sha256(given), output=seal(output))
        statement = insert(step_recordings).values(
            tenant_id=self._tenant,
            run_id=run.id,
            step=step,
            inputs=zlib.compress(given, FAST),
            inputs_sha256=sealed.inputs,
            output_sha256=sealed.output,
            answers=tuple(answers),
            release=version("nexusplanner"),
        )
        fresh = statement.excluded
        names = ("inputs", "inputs_sha256", "output_sha256", "answers", "release")
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=list(step_recordings.primary_key.columns), set_={name: fresh[name] for name in names}
            )
        )
        return sealed

    async def of_run(self, run: Run) -> Sequence[Recording]:
        """One for each finished step that was recorded."""
        table = step_recordings.c
        query = select(
            table.step, table.inputs, table.inputs_sha256, table.output_sha256, table.answers, table.release
        ).where(table.tenant_id == self._tenant, table.run_id == run.id)
        return [
            Recording(
                step=row.step,
                sealed=Sealed(inputs=row.inputs_sha256, output=row.output_sha256),
                intact=_is_sealed(row.inputs, sha256=row.inputs_sha256),
                answers=row.answers,
                release=row.release,
            )
            for row in await self._session.execute(query)
        ]

    async def inputs(self, run: Run, *, step: str, kind: type[T]) -> T:
        """What the step was given, validated as `kind`. Raises: NotFound (nothing was kept), StepUnreadable."""
        table = step_recordings.c
        query = select(table.inputs).where(table.tenant_id == self._tenant, table.run_id == run.id, table.step == step)
        kept: bytes | None = await self._session.scalar(query)
        if kept is None:
            raise NotFound(f"The step {step} of the run {run.id} kept no inputs.", code="STEP_INPUTS_NOT_FOUND")
        try:
            found: T = TypeAdapter(kind).validate_json(zlib.decompress(kept))
        except (ValidationError, zlib.error):
            raise StepUnreadable.of(step) from None
        return found


def _is_sealed(inputs: bytes, *, sha256: str) -> bool:
    try:
        return _sha256(zlib.decompress(inputs)) == sha256
    except zlib.error:
        return False


def _made_by_constructor(cls: type, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    """How pydantic makes an entity: by its constructor, without which what maps it to a table is missing."""
    return core_schema.no_info_after_validator_function(lambda made: cls(**vars(made)), handler(source))


for _entity in (Brand, Campaign, Feedback, Service, Signal):
    setattr(_entity, "__get_pydantic_core_schema__", classmethod(_made_by_constructor))  # noqa: B010 - not theirs
