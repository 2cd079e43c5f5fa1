"""What people do to proposals in the use cases they use anyway, and what is learnt from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import select
from tests.factories import records
from tests.factories.planned import Planner

from nexusplanner.application import campaigns, feedback
from nexusplanner.application.campaigns import alternatives
from nexusplanner.application.outcomes import proposals as outcomes
from nexusplanner.domain.alternatives import Alternative
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, CampaignStatus, Plan
from nexusplanner.domain.feedback import FeedbackTarget, FeedbackType
from nexusplanner.domain.outcomes import WINDOW, Event, Outcome, OutcomeState
from nexusplanner.domain.shared import Money
from nexusplanner.infrastructure.db.outcomes import outcomes as table

OPEN, ACCEPTED, EDITED, REJECTED, LAPSED = OutcomeState


@pytest.fixture
async def planned(planner: Planner) -> Campaign:
    return await planner.planned(records.brief(planner.service, channels=("search", "social")))


def plan_of(campaign: Campaign) -> Plan:
    assert campaign.plan is not None
    return campaign.plan


async def outcome_of(planner: Planner, campaign: Campaign) -> Mapping[UUID, Outcome]:
    async with planner.units.for_actor(planner.actor) as uow:
        rows = (await uow.session.scalars(select(Outcome).where(table.c.campaign_id == campaign.id))).all()
    return {row.subject_id: row for row in rows}


async def state_of(planner: Planner, campaign: Campaign, subject: UUID) -> OutcomeState:
    return (await outcome_of(planner, campaign))[subject].state


async def reload(planner: Planner, campaign: Campaign) -> Campaign:
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.campaigns.get(campaign.id)


async def edit(planner: Planner, campaign: Campaign, idea: CampaignIdea, **changes: object) -> None:
    campaign = await reload(planner, campaign)
    async with planner.units.for_actor(planner.actor) as uow:
        at = {"campaign_id": campaign.id, "idea_id": idea.id, "version": campaign.version}
        await campaigns.edit_idea(uow, **at, now=planner.clock.now(), **changes)  # type: ignore[arg-type]


async def dislike(
    planner: Planner, campaign: Campaign, target: FeedbackTarget, target_id: UUID, **more: object
) -> None:
    values = {"feedback_type": FeedbackType.DISLIKE, "created_at": planner.clock.now()} | more
    opinion = records.feedback(campaign, by=planner.actor.user_id, target=target, target_id=target_id, **values)
    async with planner.units.for_actor(planner.actor) as uow:
        await feedback.give_feedback(uow, feedback=opinion)


async def approve(planner: Planner, campaign: Campaign) -> Campaign:
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED):
        campaign = await reload(planner, campaign)
        async with planner.units.for_actor(planner.actor) as uow:
            campaign = await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )
    return campaign


async def another(planner: Planner, campaign: Campaign, idea: CampaignIdea) -> Alternative:
    async with planner.units.for_actor(planner.actor) as uow:
        run = await campaigns.regenerate_idea(uow, campaign_id=campaign.id, idea_id=idea.id, now=planner.clock.now())
    await planner.work(run)
    async with planner.units.for_actor(planner.actor) as uow:
        (view, *_) = await alternatives.open_alternatives(uow, await uow.campaigns.get(campaign.id))
    return view.alternative


async def accept(planner: Planner, campaign: Campaign, taken: Alternative) -> None:
    version = (await reload(planner, campaign)).version
    async with planner.units.for_actor(planner.actor) as uow:
        await alternatives.accept_alternative(
            uow, campaign_id=campaign.id, alternative_id=taken.id, version=version, now=planner.clock.now()
        )


async def test_a_new_plan_proposes_each_idea_and_strategy_and_names_the_entry(
    planner: Planner, planned: Campaign
) -> None:
    found = await outcome_of(planner, planned)
    plan = plan_of(planned)
    assert found.keys() == {each.id for each in (*plan.ideas, *plan.channel_plans)}
    async with planner.units.for_actor(planner.actor) as uow:
        entries = {row.id: row for row in (await uow.read.decisions.page(campaign_id=planned.id)).items}
    for outcome in found.values():
        assert (outcome.state, outcome.closes_at - outcome.proposed_at) == (OPEN, WINDOW)
        assert outcome.decision_id is not None
        step = "ideate" if outcome.event is Event.IDEA else "explain"
        assert (entries[outcome.decision_id].step, entries[outcome.decision_id].agent) == (step, "creative")
        assert entries[outcome.decision_id].outcome == "open"
    assert {row.outcome for row in entries.values() if row.agent == "optimization"} == {None}
    scores = [found[idea.id].score for idea in plan.ideas]
    assert all(0 < score < 1 for score in scores)


async def test_choosing_accepts_and_changing_words_does_not(planner: Planner, planned: Campaign) -> None:
    first, second, third = plan_of(planned).ideas[:3]
    await edit(planner, planned, first, chosen=True)
    await edit(planner, planned, second, theme="Other words")
    await edit(planner, planned, third, theme=third.theme)
    found = await outcome_of(planner, planned)
    assert [found[each.id].state for each in (first, second, third)] == [ACCEPTED, EDITED, OPEN]
    assert found[first.id].why == "It was chosen."
    await edit(planner, planned, first, target_kpi="calls")
    assert await state_of(planner, planned, first.id) is EDITED
    await edit(planner, planned, first, chosen=True)
    assert await state_of(planner, planned, first.id) is EDITED


async def test_a_dislike_rejects_a_like_decides_nothing(planner: Planner, planned: Campaign) -> None:
    plan = plan_of(planned)
    first, second, third = plan.ideas[:3]
    await dislike(planner, planned, FeedbackTarget.IDEA, first.id)
    await dislike(planner, planned, FeedbackTarget.IDEA, second.id, feedback_type=FeedbackType.LIKE)
    await dislike(planner, planned, FeedbackTarget.IDEA, third.id, feedback_type=FeedbackType.RATING, rating=2)
    await dislike(planner, planned, FeedbackTarget.CHANNEL_PLAN, plan.channel_plans[0].id)
    found = await outcome_of(planner, planned)
    assert [found[each.id].state for each in (first, second, third)] == [REJECTED, OPEN, REJECTED]
    assert found[plan.channel_plans[0].id].state is REJECTED


async def test_approval_accepts_what_stands(planner: Planner, planned: Campaign) -> None:
    await approve(planner, planned)
    found = await outcome_of(planner, planned)
    plan = plan_of(planned)
    assert {found[each.id].state for each in plan.ideas} == {ACCEPTED}
    assert {found[each.id].state for each in plan.channel_plans if each.budget.amount} == {ACCEPTED}


async def test_approval_accepts_only_what_was_chosen_when_something_was(planner: Planner, planned: Campaign) -> None:
    first, *others = plan_of(planned).ideas
    await edit(planner, planned, first, chosen=True)
    await approve(planner, planned)
    found = await outcome_of(planner, planned)
    assert found[first.id].state is ACCEPTED
    assert {found[each.id].state for each in others} == {OPEN}


async def test_an_accepted_alternative_replaces_and_a_declined_one_is_rejected(
    planner: Planner, planned: Campaign
) -> None:
    first, second = plan_of(planned).ideas[:2]
    taken = await another(planner, planned, first)
    (new,) = taken.after.ideas
    assert await state_of(planner, planned, new.id) is OPEN
    await accept(planner, planned, taken)
    found = await outcome_of(planner, planned)
    assert [found[each].state for each in (taken.id, new.id, first.id)] == [ACCEPTED, ACCEPTED, REJECTED]
    assert found[new.id].decision_id == found[taken.id].decision_id == taken.decision_id
    left = await another(planner, planned, second)
    async with planner.units.for_actor(planner.actor) as uow:
        at = {"campaign_id": planned.id, "alternative_id": left.id}
        await alternatives.decline_alternative(uow, **at, now=planner.clock.now())
    found = await outcome_of(planner, planned)
    assert [found[each].state for each in (left.id, left.after.ideas[0].id, second.id)] == [REJECTED, REJECTED, OPEN]
    await accept(planner, planned, left)
    found = await outcome_of(planner, planned)
    assert [found[each].state for each in (left.id, left.after.ideas[0].id, second.id)] == [
        ACCEPTED,
        ACCEPTED,
        REJECTED,
    ]


async def test_another_plan_another_brief_and_a_delete_reject_what_was_proposed(planner: Planner) -> None:
    brief = records.brief(planner.service, channels=("search",))
    anew, changed, deleted = [await planner.planned(brief) for _ in range(3)]
    async with planner.units.for_actor(planner.actor) as uow:
        now = planner.clock.now()
        run = await campaigns.generate_plan(uow, campaign_id=anew.id, now=now)
        other = records.brief(planner.service, channels=("search",), total_budget=Money(5_000, "EUR"))
        await campaigns.edit_campaign(uow, campaign_id=changed.id, version=changed.version, brief=other, now=now)
        await campaigns.delete_campaign(uow, campaign_id=deleted.id, now=now)
    await planner.work(run)
    for campaign in (anew, changed, deleted):
        found = await outcome_of(planner, campaign)
        assert {found[each.id].state for each in plan_of(campaign).ideas} == {REJECTED}
    fresh = plan_of(await reload(planner, anew)).ideas
    assert {(await outcome_of(planner, anew))[each.id].state for each in fresh} == {OPEN}


async def test_after_fourteen_days_nothing_counts_any_more(planner: Planner, planned: Campaign) -> None:
    first = plan_of(planned).ideas[0]
    planner.clock.move(days=14)
    await edit(planner, planned, first, chosen=True)
    outcome = (await outcome_of(planner, planned))[first.id]
    assert (outcome.state, outcome.state_at(planner.clock.now())) == (OPEN, LAPSED)
    async with planner.units.for_actor(planner.actor) as uow:
        found = await outcomes.quality(uow, event=Event.IDEA, now=planner.clock.now())
    ideas = len(plan_of(planned).ideas)
    assert (found.resolved, found.lapsed, found.open, found.accepted) == (ideas, ideas, 0, 0)


async def resolve(planner: Planner, campaign: Campaign, number: int, *, informative: bool = True) -> None:
    """Put `number` resolved ideas on file; uninformative: of two with the same score one was accepted."""
    rng = np.random.default_rng(5)
    proposed = planner.clock.now() - WINDOW
    async with planner.units.for_actor(planner.actor) as uow:
        for place in range(number):
            score = float(rng.random()) if informative else (place // 2) / number
            accepted = rng.random() < score if informative else place % 2 == 0
            uow.outcomes.add(
                records.outcome(
                    campaign,
                    subject_id=uuid4(),
                    score=score,
                    state=ACCEPTED if accepted else REJECTED,
                    proposed_at=proposed,
                    closes_at=proposed + WINDOW,
                    decided_at=proposed + timedelta(days=1),
                )
            )


async def quality_after(
    planner: Planner, campaign: Campaign, number: int, *, informative: bool = True
) -> outcomes.Quality:
    await resolve(planner, campaign, number, informative=informative)
    async with planner.units.for_actor(planner.actor) as uow:
        await outcomes.learn(uow, now=planner.clock.now())
        return await outcomes.quality(uow, event=Event.IDEA, now=planner.clock.now())


async def test_with_ninety_nine_outcomes_nothing_is_learnt_with_a_hundred_something_is(
    planner: Planner, planned: Campaign
) -> None:
    found = await quality_after(planner, planned, 99)
    assert (found.resolved, found.learnt) == (99, None)
    assert found.words.startswith("99 of the 100 outcomes")
    assert "%" not in found.words
    found = await quality_after(planner, planned, 1)
    assert found.learnt is not None
    assert (found.resolved, found.learnt.n) == (100, 100)
    assert found.learnt.useful
    assert "100 resolved outcomes" in found.words
    assert sum(day.accepted + day.rejected for day in found.days) == 100


async def test_what_says_no_more_than_the_base_rate_is_not_shown_and_told(planner: Planner, planned: Campaign) -> None:
    found = await quality_after(planner, planned, 120, informative=False)
    assert found.learnt is not None
    assert found.learnt.skill <= 0
    assert "no more than the base rate" in found.words


async def test_learning_waits_for_enough_that_is_new(planner: Planner, planned: Campaign) -> None:
    first = await quality_after(planner, planned, 150)
    planner.clock.move(hours=1)
    second = await quality_after(planner, planned, 1)
    assert second.learnt == first.learnt
    planner.clock.move(hours=1)
    third = await quality_after(planner, planned, 10)
    assert third.learnt is not None
    assert third.learnt.n > 150


async def test_a_campaigns_own_history_is_untouched_by_another_workspace(planner: Planner, planned: Campaign) -> None:
    await resolve(planner, planned, 120)
    stranger = records.person("Bob")[2].actor()
    async with planner.units.for_actor(stranger) as uow:
        found = await outcomes.quality(uow, event=Event.IDEA, now=planner.clock.now())
        assert (found.resolved, found.accepted, found.days) == (0, 0, [])
        assert await uow.outcomes.calibration(Event.IDEA) is None


async def test_a_strategy_that_a_person_rewords_counts_as_edited(planner: Planner, planned: Campaign) -> None:
    part = plan_of(planned).channel_plans[0]
    assert await state_of(planner, planned, part.id) is OutcomeState.OPEN
    at = {"campaign_id": planned.id, "channel": part.channel, "now": planner.clock.now()}
    for strategy, state in ((part.strategy, OutcomeState.OPEN), ("Be found.", OutcomeState.EDITED)):
        version = (await reload(planner, planned)).version
        async with planner.units.for_actor(planner.actor) as uow:
            await campaigns.edit_strategy(uow, **at, version=version, strategy=strategy)  # type: ignore[arg-type]
        assert await state_of(planner, planned, part.id) is state
