"""Learning from a workspace's own records, and runs that were led by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.application.test_campaigns import brief_of, plan_of
from tests.application.test_forecast_outcomes import START, document, judged, ran
from tests.application.test_replay import furnish, regenerated, replayed, run_of
from tests.factories import records
from tests.factories.planned import REFERENCE, Planner

from nexusplanner.application.feedback import delete_feedback, give_feedback
from nexusplanner.application.learning.memory import forget_memory, list_memory
from nexusplanner.application.learning.report import LearningReport, learning_report
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.learning import ArmKind, Memory
from nexusplanner.domain.outcomes import WINDOW, Event, Outcome, OutcomeState
from nexusplanner.domain.runs import RunKind


async def dislike(planner: Planner, campaign: Campaign, *, place: int = 0, **more: Any) -> Feedback:
    async with planner.units.for_actor(planner.actor) as uow:
        given = Feedback(
            **{
                "tenant_id": planner.actor.tenant_id,
                "user_id": planner.actor.user_id,
                "campaign_id": campaign.id,
                "feedback_type": FeedbackType.DISLIKE,
                "target": FeedbackTarget.IDEA,
                "target_id": plan_of(campaign).ideas[place].id,
                "created_at": planner.clock.now(),
                **more,
            }
        )
        return await give_feedback(uow, feedback=given)


async def memory_of(planner: Planner) -> dict[tuple[str, str], Memory]:
    async with planner.units.for_actor(planner.actor) as uow:
        found = await list_memory(
            uow, brand_id=planner.service.brand_id, reference=REFERENCE, now=planner.clock.now() + timedelta(days=1)
        )
    return {(each.arm.kind.value, each.arm.key): each for each in found}


async def report_of(planner: Planner) -> LearningReport:
    async with planner.units.for_actor(planner.actor) as uow:
        return await learning_report(uow, brand_id=None, reference=REFERENCE, now=planner.clock.now())


async def test_runs_led_by_feedback_are_made_again_to_the_byte_after_it_is_gone(planner: Planner) -> None:
    await furnish(planner)
    first = await planner.planned(brief_of(planner))
    given = [
        await dislike(planner, first, reason="wrong_tone", comment="Too loud, and no discounts."),
        await dislike(planner, first, place=1, reason="not_for_us"),
    ]
    another = await regenerated(planner, first, kind=RunKind.REGENERATE_IDEA, note="")
    several = await regenerated(planner, first, kind=RunKind.REGENERATE_IDEAS, note="Shorter.")
    next_plan = await planner.planned(brief_of(planner, theme="Warm again"))
    assert any(idea.learned for idea in plan_of(next_plan).ideas)
    async with planner.units.for_actor(planner.actor) as uow:
        for each in given:
            await delete_feedback(uow, feedback_id=each.id, now=planner.clock.now())
    for run_id in (another.id, several.id, await run_of(planner, next_plan)):
        result = await replayed(planner, run_id)
        assert result.identical, result.text


async def test_the_same_brief_and_lessons_give_the_same_ideas(planner: Planner) -> None:
    await furnish(planner)
    first = await planner.planned(brief_of(planner))
    await dislike(planner, first, reason="not_for_us")
    themes = []
    for _ in range(2):
        made = await planner.planned(brief_of(planner, theme="Warm again"))
        themes.append([(idea.theme, idea.angle, idea.framework, idea.channels) for idea in plan_of(made).ideas])
        async with planner.units.for_actor(planner.actor) as uow:
            await uow.session.execute(text("DELETE FROM campaigns WHERE id = :id"), {"id": made.id})
    assert themes[0] == themes[1]


async def test_what_was_chosen_is_kept_with_how_probable_that_was(planner: Planner) -> None:
    await furnish(planner)
    first = await planner.planned(brief_of(planner))
    await dislike(planner, first, reason="not_for_us")
    second = await planner.planned(brief_of(planner, theme="Warm again"))
    async with planner.units.for_actor(planner.actor) as uow:
        made = await uow.learning.made([idea.id for plan in (first, second) for idea in plan_of(plan).ideas])
    before = [made[idea.id] for idea in plan_of(first).ideas]
    after = [made[idea.id] for idea in plan_of(second).ideas]
    assert {(each.lessons, each.propensity) for each in before} == {(0, None)}
    assert {each.lessons for each in after} == {1}
    assert all(each.propensity is not None and 0 < each.propensity <= 1 for each in after)


async def test_a_forgotten_memory_no_longer_leads_plans(planner: Planner) -> None:
    await furnish(planner)
    first = await planner.planned(brief_of(planner))
    angle = plan_of(first).ideas[0].angle
    untaught = [idea.angle for idea in plan_of(first).ideas]
    await dislike(planner, first, reason="not_for_us")
    for memory in (await memory_of(planner)).values():
        async with planner.units.for_actor(planner.actor) as uow:
            later = planner.clock.now() + timedelta(minutes=1)
            await forget_memory(uow, memory_id=memory.id, reference=REFERENCE, now=later)
    assert await memory_of(planner) == {}
    again = await planner.planned(brief_of(planner))
    assert angle in untaught
    assert angle in {idea.angle for idea in plan_of(again).ideas}
    assert all(idea.learned == () for idea in plan_of(again).ideas)


async def test_an_idea_that_left_its_plan_still_teaches(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    angle = plan_of(campaign).ideas[0].angle
    await dislike(planner, campaign, reason="not_for_us")
    async with planner.units.for_actor(planner.actor) as uow:
        kept = await uow.campaigns.get(campaign.id)
        plan = plan_of(kept)
        kept.take_plan(replace(plan, ideas=plan.ideas[1:]), at=planner.clock.now())
    assert ("angle", angle) in await memory_of(planner)


async def test_proposals_from_before_anything_was_kept_are_recognised(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    await dislike(planner, campaign, reason="not_for_us")
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(text("DELETE FROM learning_made"))
    assert ("angle", plan_of(campaign).ideas[0].angle) in await memory_of(planner)


async def test_deleting_a_dislike_opens_the_idea_again_unless_another_is_left(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    one, two = [await dislike(planner, campaign, reason="not_for_us") for _ in range(2)]

    async def state() -> OutcomeState:
        async with planner.units.for_actor(planner.actor) as uow:
            found = await uow.learning.outcomes_of([one.target_id], event=Event.IDEA)
            return found[one.target_id].state

    assert await state() is OutcomeState.REJECTED
    for given, after in ((one, OutcomeState.REJECTED), (two, OutcomeState.OPEN)):
        async with planner.units.for_actor(planner.actor) as uow:
            await delete_feedback(uow, feedback_id=given.id, now=planner.clock.now())
        assert await state() is after
    assert await memory_of(planner) == {}


async def test_results_are_counted_apart_from_likes(planner: Planner) -> None:
    planned = await planner.planned(
        records.brief(planner.service, channels=("search",), start_date=START, end_date=START + timedelta(days=13))
    )
    await ran(planner, planned)
    await judged(planner, document(10_000_000.0))
    search = (await memory_of(planner))["channel", "search"]
    assert (search.results.n, search.results.mean) == (1, 1.0)
    assert search.likes.n >= 1
    report = await report_of(planner)
    (arm,) = [each for each in report.arms if (each.arm.kind, each.arm.key) == (ArmKind.CHANNEL, "search")]
    assert arm.results.n == 1
    assert arm.chosen >= 1


async def simulated(planner: Planner, *, before: float, after: float, campaigns: int) -> None:
    """Ideas of which as many were accepted as is told, some made before anything was learned and some after."""
    at = planner.clock.now() - 2 * WINDOW
    for number in range(campaigns):
        informed = number % 2 == 1
        campaign = records.campaign(planner.service, by=planner.actor.user_id, run_id=None, plan=records.plan())
        made, outcomes = [], []
        for place in range(8):
            idea = records.made(campaign, id=uuid4(), lessons=5 if informed else 0, made_at=at)
            rate = after if informed else before
            accepted = (place + number) % 8 < 8 * rate
            outcome = Outcome.of_text(
                Event.IDEA, subject_id=idea.id, score=0.5, of=(campaign.tenant_id, campaign.id), decision_id=None, at=at
            )
            outcome.decide(OutcomeState.ACCEPTED if accepted else OutcomeState.REJECTED, why="It was chosen.", at=at)
            made.append(idea)
            outcomes.append(outcome)
        async with planner.units.for_actor(planner.actor) as uow:
            uow.campaigns.add(campaign)
            await uow.flush()
            await uow.learning.keep_made(made)
            for outcome in outcomes:
                uow.outcomes.add(outcome)


@pytest.mark.parametrize(
    ("before", "after", "campaigns", "improved", "words"),
    [
        (0.25, 0.75, 16, True, "Acceptance has improved"),
        (0.5, 0.5, 16, False, "It cannot be said that feedback improved acceptance"),
        (0.75, 0.25, 16, False, "it has fallen"),
        (0.25, 0.75, 2, None, "too few to tell"),
    ],
)
async def test_the_report_says_what_the_records_say(
    planner: Planner, *, before: float, after: float, campaigns: int, improved: bool | None, words: str
) -> None:
    await simulated(planner, before=before, after=after, campaigns=campaigns)
    held = (await report_of(planner)).held
    assert held.improved is improved, held.words
    assert words in held.words
    assert held.n == 8 * campaigns
