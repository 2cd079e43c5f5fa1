"""What is remembered, listed and forgotten on request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from nexusplanner.application.learning.lessons import load_lessons
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.learning import Arm, ArmKind, Forgotten, Memory, NameOf, memories_of
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import BrandId, NotFound


def names_in(reference: ReferenceData) -> NameOf:
    """Names of arms in words; an arm that is no longer on file keeps its key."""
    frameworks: Mapping[str, str] = {each.key: each.name for each in reference.frameworks}
    angles: Mapping[str, str] = {each.key: each.name for each in reference.angles}

    def name_of(arm: Arm) -> str:
        known = {ArmKind.FRAMEWORK: frameworks, ArmKind.ANGLE: angles}.get(arm.kind, {})
        if arm.kind is ArmKind.CHANNEL:
            return reference.name_of(arm.key)
        return known.get(arm.key, arm.key)

    return name_of


async def list_memory(
    uow: UnitOfWork, *, brand_id: BrandId | None, reference: ReferenceData, now: datetime
) -> tuple[Memory, ...]:
    """What is remembered of a brand, or of all, the surest first. Raises NotFound."""
    uow.actor.require(Permission.READ)
    brands = [await uow.brands.get(brand_id)] if brand_id else await uow.brands.all()
    found: list[Memory] = []
    for brand in brands:
        found += memories_of(await load_lessons(uow, brand.id), brand_id=brand.id, at=now, name_of=names_in(reference))
    return tuple(found)


async def forget_memory(uow: UnitOfWork, *, memory_id: UUID, reference: ReferenceData, now: datetime) -> None:
    """Let what it rests on never count again; new feedback may teach it again. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    known = await list_memory(uow, brand_id=None, reference=reference, now=now)
    memory = next((each for each in known if each.id == memory_id), None)
    if memory is None:
        raise NotFound.of("memory", memory_id)
    await uow.learning.forget(
        Forgotten(
            id=memory.id,
            tenant_id=uow.actor.tenant_id,
            brand_id=memory.brand_id,
            kind=memory.arm.kind,
            key=memory.arm.key,
            lessons=tuple(lesson.id for lesson in memory.evidence),
            at=now,
            user_id=uow.actor.user_id,
        )
    )
    await uow.flush()
