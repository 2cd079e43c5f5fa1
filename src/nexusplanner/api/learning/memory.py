"""What was learned from feedback and results: look at it, forget it, see whether it helped."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Planning, Reading
from nexusplanner.api.shapes import Shape
from nexusplanner.application.learning import memory as memory_cases
from nexusplanner.application.learning import report as report_cases
from nexusplanner.domain import learning
from nexusplanner.domain.shared import BrandId

router = APIRouter(route_class=GuardedRoute, tags=["Learning"])

MOST_EVIDENCE = 20
OfBrand = Annotated[UUID | None, Query(description="Of one brand; of all when it is left out.")]


class Tally(Shape):
    """Opinions, or results, that were counted. mean: the share that was good, newer ones counting more; null without."""

    n: int
    mean: float | None


class About(Shape):
    """What a memory is about."""

    kind: learning.ArmKind
    key: str
    name: str


class Proof(Shape):
    """What a memory rests on. url: of the page that shows the proposal it was about."""

    kind: learning.LessonSource
    id: str
    title: str
    on: date
    url: str


class Memory(Shape):
    """What is remembered of a part of proposals for an audience; for every audience without one.

    evidence: the newest twenty. since: the day of the oldest of it.
    """

    id: UUID
    brand_id: UUID
    text: str
    about: About
    segment_id: UUID | None
    segment_name: str
    strength: learning.Strength
    direction: learning.Direction
    evidence: list[Proof]
    likes: Tally
    results: Tally
    since: date


class Memories(Shape):
    """What is remembered, the surest first."""

    items: list[Memory]


class Acceptance(Shape):
    """Acceptance of ideas made before anything was learned, and after, among `n` ideas whose fourteen days are over.

    low, high: the 95 % interval of the difference; null while there is too little.
    """

    n: int
    before: float | None
    after: float | None
    low: float | None
    high: float | None


class ArmReport(Shape):
    """How a part of proposals fared with an audience. chosen: ideas that were made with it."""

    kind: learning.ArmKind
    key: str
    name: str
    segment: str
    likes: Tally
    results: Tally
    chosen: int


class LearningReport(Shape):
    """Whether feedback improved what was made afterwards. improved: null while it cannot be told."""

    words: str
    improved: bool | None
    held_out: Acceptance
    arms: list[ArmReport]


@router.get("/memory", responses=problems(401, 403, 404, 422, 429), summary="List what was learned")
async def list_memory(*, uow: Reading, edge: EdgeParts, brand_id: OfBrand = None) -> Memories:
    """In words, with what it rests on, the surest first."""
    brand = BrandId(brand_id) if brand_id else None
    found = await memory_cases.list_memory(uow, brand_id=brand, reference=edge.reference, now=edge.clock.now())
    return Memories(items=[_shaped(each) for each in found])


@router.delete("/memory/{memory_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Forget")
async def forget_memory(*, uow: Planning, edge: EdgeParts, memory_id: UUID) -> None:
    """What it rests on never counts again; new feedback may teach it again."""
    await memory_cases.forget_memory(uow, memory_id=memory_id, reference=edge.reference, now=edge.clock.now())


@router.get("/learning/report", responses=problems(401, 403, 404, 422, 429), summary="See whether learning helped")
async def get_learning_report(*, uow: Reading, edge: EdgeParts, brand_id: OfBrand = None) -> LearningReport:
    """Whether ideas made with what was learned were accepted more often; it says so when they were not."""
    brand = BrandId(brand_id) if brand_id else None
    found = await report_cases.learning_report(uow, brand_id=brand, reference=edge.reference, now=edge.clock.now())
    return LearningReport(
        words=found.held.words,
        improved=found.held.improved,
        held_out=Acceptance.model_validate(found.held),
        arms=[
            ArmReport(
                kind=each.arm.kind,
                key=each.arm.key,
                name=each.name,
                segment=each.segment,
                likes=Tally.model_validate(each.likes),
                results=Tally.model_validate(each.results),
                chosen=each.chosen,
            )
            for each in found.arms
        ],
    )


def _shaped(memory: learning.Memory) -> Memory:
    return Memory(
        id=memory.id,
        brand_id=memory.brand_id,
        text=memory.words,
        about=About(kind=memory.arm.kind, key=memory.arm.key, name=memory.name),
        segment_id=memory.segment_id,
        segment_name=memory.segment,
        strength=memory.strength,
        direction=memory.direction,
        evidence=[_proof(lesson) for lesson in memory.evidence[:MOST_EVIDENCE]],
        likes=Tally.model_validate(memory.likes),
        results=Tally.model_validate(memory.results),
        since=memory.since.date(),
    )


def _proof(lesson: learning.Lesson) -> Proof:
    return Proof(
        kind=lesson.source, id=lesson.id.partition(":")[2], title=lesson.title, on=lesson.at.date(), url=lesson.url
    )
