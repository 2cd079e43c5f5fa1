"""Texts of a plan that a person rewrites: ideas and strategies, and what becomes of the claims in them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from tests.application.test_campaigns import plan_of, reload
from tests.factories.planned import Planner

from nexusplanner.application import campaigns
from nexusplanner.domain.campaigns import Author, Campaign, CampaignIdea
from nexusplanner.domain.shared import IdeaId, Invalid, NotFound, VersionConflict


async def edit_idea(planner: Planner, campaign: Campaign, idea: CampaignIdea, **texts: object) -> CampaignIdea:
    async with planner.units.for_actor(planner.actor) as uow:
        changed = await campaigns.edit_idea(
            uow,
            campaign_id=campaign.id,
            idea_id=idea.id,
            version=campaign.version,
            now=planner.clock.now(),
            **texts,  # type: ignore[arg-type]
        )
        return changed.idea(idea.id)


async def test_claims_go_with_the_words_that_made_them(planner: Planner, planned: Campaign) -> None:
    idea = next(each for each in plan_of(planned).ideas if any(c.text in each.prose for c in each.claims))
    claim = next(each for each in idea.claims if each.text in idea.prose)
    kept = await edit_idea(planner, planned, idea, target_kpi=" calls ", chosen=True)
    assert (kept.target_kpi, kept.chosen, kept.claims) == ("calls", True, idea.claims)
    planned = await reload(planner, planned)
    gone = dict.fromkeys(("theme", "description", "core_message"), "Nothing is claimed here.")
    changed = await edit_idea(planner, planned, idea, **gone)
    assert claim not in changed.claims
    assert changed.author == "person"
    again = plan_of(await reload(planner, planned))
    assert [each.theme for each in again.ideas if each.id != idea.id] == [
        each.theme for each in plan_of(planned).ideas if each.id != idea.id
    ]


async def test_an_idea_needs_its_texts_and_its_place(planner: Planner, planned: Campaign) -> None:
    idea = plan_of(planned).ideas[0]
    with pytest.raises(Invalid) as refusal:
        await edit_idea(planner, planned, idea, theme=" ")
    assert list(refusal.value.fields) == ["theme"]
    with pytest.raises(NotFound):
        await edit_idea(planner, planned, replace(idea, id=IdeaId(uuid4())), theme="x")


async def edit_strategy(planner: Planner, campaign: Campaign, channel: str, strategy: str) -> Campaign:
    async with planner.units.for_actor(planner.actor) as uow:
        return await campaigns.edit_strategy(
            uow,
            campaign_id=campaign.id,
            channel=channel,
            version=campaign.version,
            strategy=strategy,
            now=planner.clock.now(),
        )


async def test_a_strategy_becomes_a_persons_when_its_words_change(planner: Planner, planned: Campaign) -> None:
    part = next(each for each in plan_of(planned).channel_plans if any(c.text in each.strategy for c in each.claims))
    claim = next(each for each in part.claims if each.text in part.strategy)
    same = await edit_strategy(planner, planned, part.channel, f" {part.strategy} ")
    assert (same.version, plan_of(same)) == (planned.version, plan_of(planned))
    kept = f"{claim.text} We keep to what people search for."
    edited = await edit_strategy(planner, planned, part.channel, kept)
    words = {each.channel: each for each in plan_of(await reload(planner, edited)).channel_plans}
    assert (words[part.channel].strategy, words[part.channel].strategy_author) == (kept, Author.PERSON)
    assert claim in words[part.channel].claims
    assert words[part.channel].budget == part.budget
    others = [each for each in plan_of(planned).channel_plans if each.channel != part.channel]
    assert [words[each.channel] for each in others] == others
    bare = await edit_strategy(planner, edited, part.channel, "Nothing is claimed here.")
    left = next(each for each in plan_of(bare).channel_plans if each.channel == part.channel)
    assert claim not in left.claims
    async with planner.units.for_actor(planner.actor) as uow:
        rows = (await uow.read.decisions.page(campaign_id=planned.id, step="edit_strategy")).items
    entries = [row.entry for row in rows]
    assert [entry["author"] for entry in entries] == ["person", "person"]
    assert entries[0]["output"]["before"] == {"channel": part.channel, "strategy": part.strategy, "author": "rules"}
    assert entries[1]["output"]["after"]["strategy"] == "Nothing is claimed here."


async def test_a_strategy_needs_words_a_channel_and_the_version_that_was_seen(
    planner: Planner, planned: Campaign
) -> None:
    channel = plan_of(planned).channel_plans[0].channel
    with pytest.raises(Invalid) as refusal:
        await edit_strategy(planner, planned, channel, "  ")
    assert list(refusal.value.fields) == ["strategy"]
    with pytest.raises(NotFound):
        await edit_strategy(planner, planned, "pigeon_post", "Fly.")
    await edit_strategy(planner, planned, channel, "Be found.")
    with pytest.raises(VersionConflict):
        await edit_strategy(planner, planned, channel, "Be found again.")
