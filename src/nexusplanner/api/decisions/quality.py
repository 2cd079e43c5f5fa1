"""What became of proposals, and what was learnt from it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Reading
from nexusplanner.api.shapes import Shape
from nexusplanner.application.outcomes import proposals as use_cases
from nexusplanner.domain.calibration import NEEDED
from nexusplanner.domain.outcomes import Event

router = APIRouter(route_class=GuardedRoute, tags=["Decisions"])


class QualityDay(Shape):
    """What was decided on a day, UTC."""

    day: date
    accepted: int
    edited: int
    rejected: int


class Quality(Shape):
    """What became of proposals. event: what may come about for each, in words.

    resolved: proposals whose fourteen days are over. accepted, edited, rejected, lapsed, open: all proposals by what
    became of them so far. brier_skill, ece: of what was learnt, cross-validated; none below `needed` resolved.
    """

    event: str
    resolved: int
    needed: int
    accepted: int
    edited: int
    rejected: int
    lapsed: int
    open: int
    days: list[QualityDay]
    calibrated: bool
    brier_skill: float | None
    ece: float | None
    words: str


@router.get("/decisions/quality", responses=problems(401, 403, 422, 429), summary="See what became of proposals")
async def get_quality(
    *,
    uow: Reading,
    edge: EdgeParts,
    event: Annotated[Event, Query(description="What kind of proposal is counted.")] = Event.IDEA,
) -> Quality:
    """Accepted unedited, edited, rejected or left alone within fourteen days; and what that teaches."""
    found = await use_cases.quality(uow, event=event, now=edge.clock.now())
    return Quality(
        event=event.words,
        resolved=found.resolved,
        needed=NEEDED,
        accepted=found.accepted,
        edited=found.edited,
        rejected=found.rejected,
        lapsed=found.lapsed,
        open=found.open,
        days=[QualityDay.model_validate(day) for day in found.days],
        calibrated=found.learnt is not None and found.learnt.useful,
        brier_skill=found.learnt.skill if found.learnt else None,
        ece=found.learnt.ece if found.learnt else None,
        words=found.words,
    )
