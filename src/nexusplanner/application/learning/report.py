"""Whether what was learned made ideas better, and how each arm fared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.application.learning.lessons import load_lessons
from nexusplanner.application.learning.memory import names_in
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.learning import (
    Arm,
    ArmKind,
    Held,
    HeldOutcome,
    LessonSource,
    Made,
    Tally,
    held_out,
    tally,
)
from nexusplanner.domain.learning.lessons import Lesson
from nexusplanner.domain.outcomes import DISLIKED, UNJUDGED, Event, Outcome, OutcomeState
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import BrandId

IDEAS = 2000
"""The newest ideas of a brand that are compared."""


@dataclass(frozen=True, kw_only=True)
class ArmReport:
    """How an arm fared with an audience. chosen: ideas that were made with it."""

    arm: Arm
    name: str
    segment: str
    likes: Tally
    results: Tally
    chosen: int


@dataclass(frozen=True, kw_only=True)
class LearningReport:
    """What is known of the worth of learning."""

    held: Held
    arms: tuple[ArmReport, ...]


async def learning_report(
    uow: UnitOfWork, *, brand_id: BrandId | None, reference: ReferenceData, now: datetime
) -> LearningReport:
    """Acceptance of ideas made after learning against before, on outcomes whose time is over. Raises NotFound."""
    uow.actor.require(Permission.READ)
    brands = [await uow.brands.get(brand_id)] if brand_id else await uow.brands.all()
    outcomes: list[HeldOutcome] = []
    arms: list[ArmReport] = []
    for brand in brands:
        made = await uow.learning.made_for(brand.id, limit=IDEAS)
        outcomes += await _held(uow, made, now=now)
        arms += _arms(await load_lessons(uow, brand.id), made=made, reference=reference, now=now)
    return LearningReport(held=held_out(outcomes), arms=tuple(arms))


async def _held(uow: UnitOfWork, made: Sequence[Made], *, now: datetime) -> list[HeldOutcome]:
    """What became of ideas whose fourteen days are over and of which it is known what was learned when they were made.

    What a new plan or another wish replaced says nothing of an idea; a dislike rejects it.
    """
    known = [each for each in made if each.lessons is not None]
    became = await uow.learning.outcomes_of([each.id for each in known], event=Event.IDEA)
    return [
        HeldOutcome(
            campaign_id=each.campaign_id,
            group=each.group,
            informed=bool(each.lessons),
            accepted=became[each.id].state is OutcomeState.ACCEPTED,
        )
        for each in known
        if each.id in became and _counts(became[each.id], now=now)
    ]


def _counts(outcome: Outcome, *, now: datetime) -> bool:
    return outcome.resolved(now) and outcome.why not in UNJUDGED - {DISLIKED}


def _arms(
    lessons: Sequence[Lesson], *, made: Sequence[Made], reference: ReferenceData, now: datetime
) -> list[ArmReport]:
    name_of = names_in(reference)
    chosen: Counter[Arm] = Counter()
    for each in made:
        keys = ((ArmKind.FRAMEWORK, each.framework), (ArmKind.ANGLE, each.angle))
        chosen.update(Arm(kind=kind, key=key) for kind, key in keys if key)
        chosen.update(Arm(kind=ArmKind.CHANNEL, key=key) for key in each.channels)
    pairs: dict[tuple[Arm, str], list[tuple[Lesson, float]]] = {}
    for lesson in lessons:
        for share in lesson.shares:
            pairs.setdefault((share.arm, lesson.segment), []).append((lesson, share.part))
    return [
        ArmReport(
            arm=arm,
            name=name_of(arm),
            segment=segment,
            likes=tally(pairs[arm, segment], source=LessonSource.FEEDBACK, at=now),
            results=tally(pairs[arm, segment], source=LessonSource.RESULT, at=now),
            chosen=chosen[arm],
        )
        for arm, segment in sorted(pairs)
    ]
