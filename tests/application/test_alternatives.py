"""What regenerations offer: taken into the plan, left, and taken after all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.planned import Planner

from nexusplanner.application import campaigns
from nexusplanner.application.campaigns import alternatives
from nexusplanner.application.campaigns.alternatives import AlternativeView
from nexusplanner.application.durable.workflow import RunRef, RunStopped
from nexusplanner.domain.alternatives import Alternative, AlternativeKind, AlternativeState, Texts
from nexusplanner.domain.campaigns import Author, Campaign, CampaignStatus, Plan
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.runs import RunKind, RunState
from nexusplanner.domain.shared import (
    AlternativeId,
    Conflict,
    Forbidden,
    IdeaId,
    Invalid,
    NotFound,
    UserId,
    VersionConflict,
)

OPEN, ACCEPTED, KEPT_OLD, OUTDATED = AlternativeState


@pytest.fixture
async def planned(planner: Planner) -> Campaign:
    return await planner.planned(records.brief(planner.service, channels=("search", "social")))


def plan_of(campaign: Campaign) -> Plan:
    assert campaign.plan is not None
    return campaign.plan


async def reload(planner: Planner, campaign: Campaign) -> Campaign:
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.campaigns.get(campaign.id)


async def on_file(planner: Planner, campaign: Campaign) -> Sequence[AlternativeView]:
    async with planner.units.for_actor(planner.actor) as uow:
        return await alternatives.list_alternatives(uow, campaign_id=campaign.id)


async def asked(
    planner: Planner, campaign: Campaign, kind: RunKind, *, idea: IdeaId | None = None, note: str = ""
) -> Alternative:
    """What a run of this kind offers."""
    at, now = {"campaign_id": campaign.id, "note": note}, planner.clock.now()
    async with planner.units.for_actor(planner.actor) as uow:
        if kind is RunKind.REGENERATE_IDEA and idea is not None:
            run = await campaigns.regenerate_idea(uow, **at, idea_id=idea, now=now)  # type: ignore[arg-type]
        elif kind is RunKind.REGENERATE_IDEAS:
            run = await campaigns.regenerate_ideas(uow, **at, now=now)  # type: ignore[arg-type]
        else:
            run = await campaigns.regenerate_strategies(uow, **at, now=now)  # type: ignore[arg-type]
    await planner.work(run)
    planner.clock.move(minutes=1)
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.runs.get(run.id)).state is RunState.SUCCEEDED
    (made,) = [view for view in await on_file(planner, campaign) if view.alternative.run_id == run.id]
    assert made.state is OPEN
    return made.alternative


async def accepted(
    planner: Planner, campaign: Campaign, taken: Alternative, *, ideas: Sequence[IdeaId] | None = None
) -> Campaign:
    version = (await reload(planner, campaign)).version
    planner.clock.move(minutes=1)
    async with planner.units.for_actor(planner.actor) as uow:
        return await alternatives.accept_alternative(
            uow,
            campaign_id=campaign.id,
            alternative_id=taken.id,
            version=version,
            ideas=ideas,
            now=planner.clock.now(),
        )


async def declined(planner: Planner, campaign: Campaign, left: Alternative) -> AlternativeView:
    async with planner.units.for_actor(planner.actor) as uow:
        return await alternatives.decline_alternative(
            uow, campaign_id=campaign.id, alternative_id=left.id, now=planner.clock.now()
        )


async def states(planner: Planner, campaign: Campaign) -> dict[AlternativeId, AlternativeState]:
    return {view.alternative.id: view.state for view in await on_file(planner, campaign)}


async def test_another_idea_is_offered_and_the_plan_stays_as_it_was(planner: Planner, planned: Campaign) -> None:
    old = plan_of(planned).ideas[1]
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id, note="Bolder.")
    assert plan_of(await reload(planner, planned)) == plan_of(planned)
    assert (offered.kind, offered.note, offered.idea_id) == (AlternativeKind.IDEA, "Bolder.", old.id)
    assert offered.before.ideas == (replace(old, chosen=False),)
    (new,) = offered.after.ideas
    assert new.id not in {idea.id for idea in plan_of(planned).ideas}
    assert new.theme not in {idea.theme for idea in plan_of(planned).ideas}
    assert (offered.author, offered.provider) == (Author.RULES, "rules")
    async with planner.units.for_actor(planner.actor) as uow:
        assert offered.decision_id is not None
        entry = await uow.read.decisions.get(offered.decision_id)
    assert (entry.step, entry.run_id) == ("ideate", offered.run_id)


async def test_what_is_accepted_takes_its_place_and_nothing_else_moves(planner: Planner, planned: Campaign) -> None:
    before = plan_of(planned)
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=before.ideas[1].id)
    after = plan_of(await accepted(planner, planned, offered))
    assert after.ideas == (before.ideas[0], offered.after.ideas[0], *before.ideas[2:])
    assert (after.channel_plans, after.certificate) == (before.channel_plans, before.certificate)
    assert "made anew" in after.explanation.warnings[0]
    cited = {c.passage_id for idea in after.ideas for claim in idea.claims for c in claim.citations}
    assert cited <= {passage.id for passage in after.evidence}
    async with planner.units.for_actor(planner.actor) as uow:
        entries = (await uow.read.decisions.page(campaign_id=planned.id, sort="-sequence", limit=1)).items
        assert (await uow.ledger.verify()).intact
    assert (entries[0].step, entries[0].entry["author"]) == ("accept_alternative", "person")
    assert entries[0].entry["output"]["before"]["ideas"][0]["theme"] == before.ideas[1].theme
    assert entries[0].entry["output"]["after"]["ideas"][0]["id"] == str(offered.after.ideas[0].id)


async def test_what_was_replaced_can_be_taken_back_again_and_again(planner: Planner, planned: Campaign) -> None:
    old = plan_of(planned).ideas[0]
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id)
    await accepted(planner, planned, offered)
    for _ in range(2):
        mirror = next(each.alternative for each in await on_file(planner, planned) if each.state is KEPT_OLD)
        assert mirror.after.ideas == (replace(old, chosen=False),)
        back = plan_of(await accepted(planner, planned, mirror))
        assert back.ideas[0] == replace(old, chosen=False)
        assert (await states(planner, planned))[offered.id] is KEPT_OLD
        again = plan_of(await accepted(planner, planned, offered))
        assert again.ideas[0] == offered.after.ideas[0]
    assert len(await on_file(planner, planned)) == 2


async def test_a_declined_one_is_on_file_and_taken_after_another_was(planner: Planner, planned: Campaign) -> None:
    old = plan_of(planned).ideas[0]
    first = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id)
    assert (await declined(planner, planned, first)).state is KEPT_OLD
    assert (await declined(planner, planned, first)).state is KEPT_OLD
    second = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id)
    assert second.after.ideas[0].theme != first.after.ideas[0].theme, "what was offered before is not offered again"
    await accepted(planner, planned, second)
    assert (await states(planner, planned))[first.id] is KEPT_OLD
    after = plan_of(await accepted(planner, planned, first))
    assert after.ideas[0] == first.after.ideas[0]
    with pytest.raises(Conflict, match="accept the text it replaced"):
        await declined(planner, planned, first)
    async with planner.units.for_actor(planner.actor) as uow:
        steps = [row.step for row in (await uow.read.decisions.page(campaign_id=planned.id, limit=100)).items]
    assert (steps.count("decline_alternative"), steps.count("accept_alternative")) == (1, 2)


async def test_asking_again_leaves_one_open_offer_for_an_idea(planner: Planner, planned: Campaign) -> None:
    ideas = plan_of(planned).ideas
    first = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[0].id)
    other = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[1].id)
    second = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[0].id, note="Shorter.")
    assert await states(planner, planned) == {first.id: KEPT_OLD, other.id: OPEN, second.id: OPEN}


async def test_a_choice_of_ideas_takes_the_places_of_those_before(planner: Planner, planned: Campaign) -> None:
    before = plan_of(planned).ideas
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEAS)
    new = offered.after.ideas
    assert len(new) >= 2
    assert not {idea.theme for idea in new} & {idea.theme for idea in before}
    for wrong in ([], [IdeaId(uuid4())]):
        with pytest.raises(Invalid):
            await accepted(planner, planned, offered, ideas=wrong)
    some = plan_of(await accepted(planner, planned, offered, ideas=[new[1].id]))
    assert some.ideas == (before[0], new[1], *before[2:])
    whole = plan_of(await accepted(planner, planned, offered))
    assert whole.ideas == new
    kept = [each.alternative for each in await on_file(planner, planned) if each.state is KEPT_OLD]
    replaced = {idea.theme for each in kept for idea in each.after.ideas}
    assert replaced == {idea.theme for idea in before}


async def test_another_wording_of_the_strategies_leaves_the_amounts(planner: Planner, planned: Campaign) -> None:
    before = plan_of(planned)
    words = Texts.of_channels(before.channel_plans)
    other = replace(words, channels=tuple(replace(each, strategy=f"Anew: {each.channel}.") for each in words.channels))
    offered = records.alternative(planned, kind=AlternativeKind.STRATEGIES, before=words, after=other)
    async with planner.units.for_actor(planner.actor) as uow:
        await alternatives.file_alternative(uow, planned, offered, now=planner.clock.now())
    with pytest.raises(Invalid, match="as a whole"):
        await accepted(planner, planned, offered, ideas=[before.ideas[0].id])
    after = plan_of(await accepted(planner, planned, offered))
    assert [each.strategy for each in after.channel_plans] == [each.strategy for each in other.channels]
    assert [each.budget for each in after.channel_plans] == [each.budget for each in before.channel_plans]
    mirror = next(each.alternative for each in await on_file(planner, planned) if each.state is KEPT_OLD)
    assert plan_of(await accepted(planner, planned, mirror)).channel_plans == before.channel_plans
    assert await states(planner, planned) == {offered.id: KEPT_OLD, mirror.id: ACCEPTED}


async def test_strategies_that_come_out_the_same_are_not_offered(planner: Planner, planned: Campaign) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        now = planner.clock.now()
        run = await campaigns.regenerate_strategies(uow, campaign_id=planned.id, now=now)
    await planner.work(run)
    async with planner.units.for_actor(planner.actor) as uow:
        ended = await uow.runs.get(run.id)
    assert ended.state is RunState.SUCCEEDED
    shown = await on_file(planner, planned)
    same = "Nothing came out differently" in ended.steps[-1].detail
    assert same == (shown == ())


async def test_an_offer_for_what_was_edited_is_outdated_but_readable(planner: Planner, planned: Campaign) -> None:
    old = plan_of(planned).ideas[0]
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id)
    campaign = await reload(planner, planned)
    async with planner.units.for_actor(planner.actor) as uow:
        edit = {"campaign_id": planned.id, "idea_id": old.id, "version": campaign.version}
        await campaigns.edit_idea(uow, **edit, target_kpi="calls", now=planner.clock.now())  # type: ignore[arg-type]
    (shown,) = await on_file(planner, planned)
    assert (shown.state, shown.alternative.after) == (OUTDATED, offered.after)
    with pytest.raises(Conflict) as refusal:
        await accepted(planner, planned, offered)
    assert refusal.value.code == "ALTERNATIVE_OUTDATED"
    async with planner.units.for_actor(planner.actor) as uow:
        assert await alternatives.open_alternatives(uow, await uow.campaigns.get(planned.id)) == ()


async def test_choosing_the_old_idea_does_not_outdate_the_offer(planner: Planner, planned: Campaign) -> None:
    old = plan_of(planned).ideas[0]
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=old.id)
    campaign = await reload(planner, planned)
    async with planner.units.for_actor(planner.actor) as uow:
        edit = {"campaign_id": planned.id, "idea_id": old.id, "version": campaign.version}
        await campaigns.edit_idea(uow, **edit, chosen=True, now=planner.clock.now())  # type: ignore[arg-type]
    assert await states(planner, planned) == {offered.id: OPEN}
    assert plan_of(await accepted(planner, planned, offered)).ideas[0] == offered.after.ideas[0]


async def test_a_plan_made_anew_outdates_every_offer(planner: Planner, planned: Campaign) -> None:
    ideas = plan_of(planned).ideas
    taken = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[0].id)
    await accepted(planner, planned, taken)
    left = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[1].id)
    async with planner.units.for_actor(planner.actor) as uow:
        run = await campaigns.generate_plan(uow, campaign_id=planned.id, now=planner.clock.now())
    await planner.work(run)
    found = await states(planner, planned)
    assert {found[taken.id], found[left.id]} == {OUTDATED}


async def test_accepting_voids_an_approval_and_asks_for_the_version_that_was_seen(
    planner: Planner, planned: Campaign
) -> None:
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=plan_of(planned).ideas[0].id)
    campaign = await reload(planner, planned)
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED):
        async with planner.units.for_actor(planner.actor) as uow:
            campaign = await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )
    at, now = {"campaign_id": planned.id, "alternative_id": offered.id}, planner.clock.now()
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(VersionConflict):
            await alternatives.accept_alternative(uow, **at, version=campaign.version - 1, now=now)
    after = await accepted(planner, planned, offered)
    assert (after.status, after.approved_plan) == (CampaignStatus.DRAFT, None)
    async with planner.units.for_actor(planner.actor) as uow:
        repeated = await alternatives.accept_alternative(uow, **at, version=1, now=now)
    assert repeated.version == after.version, "what stands already is not taken twice"


async def test_nothing_is_taken_into_a_campaign_that_runs_or_is_over(planner: Planner, planned: Campaign) -> None:
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=plan_of(planned).ideas[0].id)
    campaign = await reload(planner, planned)
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED, CampaignStatus.ACTIVE, CampaignStatus.COMPLETED):
        async with planner.units.for_actor(planner.actor) as uow:
            campaign = await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )
        if status in {CampaignStatus.ACTIVE, CampaignStatus.COMPLETED}:
            with pytest.raises(Conflict, match="cannot be edited"):
                await accepted(planner, planned, offered)
    assert (await states(planner, planned))[offered.id] is OPEN


async def test_an_approved_plan_stays_approved_when_a_run_only_offers(planner: Planner, planned: Campaign) -> None:
    campaign = planned
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED):
        async with planner.units.for_actor(planner.actor) as uow:
            campaign = await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )
    await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=plan_of(planned).ideas[0].id)
    kept = await reload(planner, planned)
    assert (kept.status, kept.approved_plan) == (CampaignStatus.APPROVED, plan_of(planned).digest)


async def test_a_run_taken_over_in_its_last_step_offers_once(planner: Planner, planned: Campaign) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        idea_id = plan_of(planned).ideas[0].id
        run = await campaigns.regenerate_idea(uow, campaign_id=planned.id, idea_id=idea_id, now=planner.clock.now())
    steps, ref = planner.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
    lost = await steps.begin(ref)
    for step in lost.steps[:-1]:
        await steps.perform(ref, step=step, token=lost.token)
    holder = await steps.begin(ref)
    assert holder.steps == ("save",)
    with pytest.raises(RunStopped):
        await steps.perform(ref, step="save", token=lost.token)
    await steps.perform(ref, step="save", token=holder.token)
    with pytest.raises(RunStopped):
        await steps.perform(ref, step="save", token=holder.token)
    (only,) = await on_file(planner, planned)
    assert (only.state, only.alternative.run_id) == (OPEN, run.id)


async def test_of_two_who_accept_at_once_one_is_told_that_the_plan_changed(planner: Planner, planned: Campaign) -> None:
    ideas = plan_of(planned).ideas
    offers = [await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=ideas[number].id) for number in (0, 1)]
    version = (await reload(planner, planned)).version

    async def accept(offer: Alternative) -> Campaign:
        async with planner.units.for_actor(planner.actor) as uow:
            return await alternatives.accept_alternative(
                uow, campaign_id=planned.id, alternative_id=offer.id, version=version, now=planner.clock.now()
            )

    ended = await asyncio.gather(*(accept(offer) for offer in offers), return_exceptions=True)
    assert sorted(type(each) for each in ended if isinstance(each, Exception)) == [VersionConflict]
    (winner,) = [offer for offer, each in zip(offers, ended, strict=True) if isinstance(each, Campaign)]
    found = await states(planner, planned)
    assert [found[offer.id] for offer in offers] == [ACCEPTED if offer is winner else OPEN for offer in offers]
    standing = {idea.id for idea in plan_of(await reload(planner, planned)).ideas}
    assert [offer.after.ideas[0].id in standing for offer in offers] == [offer is winner for offer in offers]


async def test_a_viewer_reads_and_decides_nothing(planner: Planner, planned: Campaign) -> None:
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=plan_of(planned).ideas[0].id)
    viewer = Actor(tenant_id=planner.actor.tenant_id, user_id=UserId(uuid4()), role=Role.VIEWER)
    at, now = {"campaign_id": planned.id, "alternative_id": offered.id}, planner.clock.now()
    async with planner.units.for_actor(viewer) as uow:
        assert len(await alternatives.list_alternatives(uow, campaign_id=planned.id)) == 1
        with pytest.raises(Forbidden):
            await alternatives.accept_alternative(uow, **at, version=planned.version, now=now)
        with pytest.raises(Forbidden):
            await alternatives.decline_alternative(uow, **at, now=now)


async def test_an_alternative_belongs_to_its_campaign(planner: Planner, planned: Campaign) -> None:
    offered = await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=plan_of(planned).ideas[0].id)
    other = await planner.planned(records.brief(planner.service, channels=("search",)))
    with pytest.raises(NotFound) as refusal:
        await declined(planner, other, offered)
    assert refusal.value.code == "ALTERNATIVE_NOT_FOUND"


async def test_an_idea_that_is_not_there_and_a_note_too_long_start_nothing(planner: Planner, planned: Campaign) -> None:
    with pytest.raises(NotFound):
        await asked(planner, planned, RunKind.REGENERATE_IDEA, idea=IdeaId(uuid4()))
    with pytest.raises(Invalid, match="2,000"):
        await asked(planner, planned, RunKind.REGENERATE_IDEAS, note="x" * 2001)
    assert len(planner.workflows.started) == 1
