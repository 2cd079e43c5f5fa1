"""Loading what a brand's own records teach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from nexusplanner.application.learning.making import made_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.feedback import Feedback, FeedbackTarget
from nexusplanner.domain.learning import (
    Audience,
    Lesson,
    Made,
    lesson_of_act,
    lesson_of_feedback,
    lesson_of_result,
    remembered,
)
from nexusplanner.domain.outcomes import Event, Outcome, OutcomeState
from nexusplanner.domain.shared import BrandId, CampaignId, SegmentId

FEEDBACKS = 500
OUTCOMES = 1000
"""The newest that are read."""

_ACTS = (Event.IDEA, Event.STRATEGY)
_RAN = frozenset({OutcomeState.ACCEPTED, OutcomeState.EDITED})


async def load_lessons(uow: UnitOfWork, brand_id: BrandId) -> tuple[Lesson, ...]:
    """What the brand's feedback, decisions and results teach, oldest first, without what was forgotten."""
    said = [
        each
        for each in await uow.feedbacks.of_brand(brand_id=brand_id, limit=FEEDBACKS)
        if each.target is not FeedbackTarget.CAMPAIGN
    ]
    acts = await uow.learning.outcomes(brand_id, events=_ACTS, limit=OUTCOMES)
    results = await uow.learning.outcomes(brand_id, events=(Event.FORECAST,), limit=OUTCOMES)
    if not (said or acts or results):
        return ()
    wanted: dict[UUID, CampaignId] = {each.target_id: each.campaign_id for each in said}
    wanted |= {each.subject_id: each.campaign_id for each in (*acts, *results)}
    made = await made_of(uow, wanted)
    names = {each.name.casefold(): (each.id, each.name) for each in await uow.customers.segments(brand_id=brand_id)}
    lessons = _lessons(said, acts=acts, results=results, made=made, names=names)
    return remembered(lessons, brand_id=brand_id, forgotten=await uow.learning.forgotten(brand_id))


def _lessons(
    said: Sequence[Feedback],
    *,
    acts: Sequence[Outcome],
    results: Sequence[Outcome],
    made: Mapping[UUID, Made],
    names: Mapping[str, tuple[SegmentId, str]],
) -> list[Lesson]:
    ran: dict[CampaignId, list[Made]] = {}
    for act in acts:
        if act.state in _RAN and act.subject_id in made and made[act.subject_id].is_idea:
            ran.setdefault(act.campaign_id, []).append(made[act.subject_id])

    def audience(of: Made) -> Audience:
        known = next((names[each.casefold()] for each in of.segments if each.casefold() in names), None)
        return Audience(segment_id=known[0], name=known[1]) if known else Audience()

    found = [
        lesson_of_feedback(each, made[each.target_id], audience=audience(made[each.target_id]))
        for each in said
        if each.target_id in made
    ]
    found += [
        lesson_of_act(each, made[each.subject_id], audience=audience(made[each.subject_id]))
        for each in acts
        if each.subject_id in made
    ]
    found += [
        lesson_of_result(
            each,
            made[each.subject_id],
            ran=ran.get(each.campaign_id, ()),
            audience=audience(made[each.subject_id]),
        )
        for each in results
        if each.subject_id in made
    ]
    return [lesson for lesson in found if lesson is not None]
