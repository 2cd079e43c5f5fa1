"""Plans without a source: what would be different, and what would not."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.application.test_campaigns import plan_of, reload
from tests.application.test_replay import briefs, disturb, furnish, run_of
from tests.factories.planned import Planner, counterfactuals

from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.replay.again import NotReplayable
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import Invalid, NotFound, TenantId


def asking(planner: Planner) -> Counterfactuals:
    return counterfactuals(planner.units)


async def cited_signals(planner: Planner, campaign: Campaign) -> list[str]:
    sources = await asking(planner).candidates(planner.actor, campaign_id=campaign.id)
    cited = {passage.id for passage in plan_of(campaign).evidence}
    return [source.id for source in sources if source.kind is SourceKind.SIGNAL and source.id in cited]


async def test_without_its_news_a_plan_has_other_ideas_and_the_same_money(planner: Planner) -> None:
    await furnish(planner, weeks=0)
    campaign = await planner.planned(briefs(planner)[0])
    before = await reload(planner, campaign)
    sources = await asking(planner).candidates(planner.actor, campaign_id=campaign.id)
    signals = [source.id for source in sources if source.kind is SourceKind.SIGNAL]

    found = await asking(planner).ask(planner.actor, campaign_id=campaign.id, without=signals)

    plan = plan_of(campaign)
    assert [source.id for source in found.without] == signals
    assert found.ideas.gone
    assert set(found.ideas.kept) | set(found.ideas.gone) == {idea.theme for idea in plan.ideas}
    assert found.before == found.after == plan.expected_outcome
    assert {each.channel: each.before for each in found.channels} == {
        each.channel: each.budget for each in plan.channel_plans
    }
    assert "The money would not move" in found.text
    assert "changed by hand" not in found.text
    after = await reload(planner, campaign)
    assert (after.plan, after.version) == (before.plan, before.version)


async def test_the_answer_rests_on_what_the_run_was_given_not_on_what_is_known_now(planner: Planner) -> None:
    await furnish(planner, weeks=0)
    campaign = await planner.planned(briefs(planner)[0])
    signals = await cited_signals(planner, campaign)
    first = await asking(planner).ask(planner.actor, campaign_id=campaign.id, without=signals[:1])
    await disturb(planner)
    assert await asking(planner).ask(planner.actor, campaign_id=campaign.id, without=signals[:1]) == first


async def test_a_segment_is_left_out_by_its_name(planner: Planner) -> None:
    await furnish(planner, weeks=0)
    campaign = await planner.planned(briefs(planner)[0])
    found = await asking(planner).ask(planner.actor, campaign_id=campaign.id, segment="Home owners")
    assert [source.title for source in found.without] == ["Home owners"]
    assert found.text.startswith("Without “Home owners”, ")


async def test_what_the_plan_cites_comes_first(planner: Planner) -> None:
    await furnish(planner, weeks=0)
    campaign = await planner.planned(briefs(planner)[0])
    sources = await asking(planner).candidates(planner.actor, campaign_id=campaign.id)
    cited = {passage.id for passage in plan_of(campaign).evidence}
    used = [source.id in cited for source in sources]
    assert used == sorted(used, reverse=True)
    assert {source.kind for source in sources} == {SourceKind.SIGNAL, SourceKind.SEGMENT}


async def test_what_cannot_be_left_out_is_refused(planner: Planner) -> None:
    await furnish(planner, weeks=0)
    campaign = await planner.planned(briefs(planner)[0])
    ask, at = asking(planner).ask, {"campaign_id": campaign.id}
    service = f"service:{planner.service.id}"
    for wrong in ({"without": [service]}, {"without": []}, {"segment": "Nobody"}):
        with pytest.raises(Invalid) as refused:
            await ask(planner.actor, **at, **wrong)
        assert list(refused.value.fields) == ["without"]
    stranger = replace(planner.actor, tenant_id=TenantId(uuid4()))
    with pytest.raises(NotFound):
        await ask(stranger, **at, without=["signal:1"])


async def test_a_plan_of_which_nothing_was_kept_says_so(planner: Planner) -> None:
    campaign = await planner.planned(briefs(planner)[0])
    async with planner.units.for_actor(planner.actor) as uow:
        run_id = await run_of(planner, campaign)
        await uow.session.execute(text("DELETE FROM step_recordings WHERE run_id = :id"), {"id": run_id})
    with pytest.raises(NotReplayable, match="Generate it again"):
        await asking(planner).candidates(planner.actor, campaign_id=campaign.id)
