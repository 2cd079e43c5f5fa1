"""What proposals are made of, kept when they are made and at the latest when somebody has an opinion on one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, ChannelPlan
from nexusplanner.domain.learning import Made
from nexusplanner.domain.shared import CampaignId, NotFound, RunId

_FORMATS = re.compile(r"formats are ([^.]+)\.")
"""How a strategy names the formats of its channel."""
MOST_RECOVERED = 50
"""Campaigns that are looked through for proposals nothing was kept of."""


async def keep_made(
    uow: UnitOfWork,
    campaign: Campaign,
    *,
    ideas: Iterable[CampaignIdea] = (),
    channels: Iterable[ChannelPlan] = (),
    lessons: int | None,
    run_id: RunId | None,
    now: datetime,
) -> None:
    """Keep what these proposals are made of. lessons: how many were known when they were made; none when unknown."""
    made = [made_of_idea(campaign, idea, run_id=run_id, at=now, lessons=lessons) for idea in ideas]
    made += [made_of_channel(campaign, plan, run_id=run_id, at=now, lessons=lessons) for plan in channels]
    await uow.learning.keep_made(made)


def made_of_idea(
    campaign: Campaign, idea: CampaignIdea, *, run_id: RunId | None, at: datetime, lessons: int | None
) -> Made:
    """What an idea is made of."""
    return Made(
        id=idea.id,
        tenant_id=campaign.tenant_id,
        brand_id=campaign.brand_id,
        campaign_id=campaign.id,
        service_id=campaign.brief.service_id,
        run_id=run_id,
        is_idea=True,
        name=idea.theme,
        framework=idea.framework,
        angle=idea.angle,
        channels=idea.channels,
        formats=(),
        segments=idea.target_segments,
        author=idea.author,
        lessons=lessons,
        propensity=idea.propensity,
        made_at=at,
    )


def made_of_channel(
    campaign: Campaign, plan: ChannelPlan, *, run_id: RunId | None, at: datetime, lessons: int | None
) -> Made:
    """What a channel plan is made of: the channel, and the formats its strategy names."""
    return Made(
        id=plan.id,
        tenant_id=campaign.tenant_id,
        brand_id=campaign.brand_id,
        campaign_id=campaign.id,
        service_id=campaign.brief.service_id,
        run_id=run_id,
        is_idea=False,
        name=plan.channel.replace("_", " "),
        framework="",
        angle="",
        channels=(plan.channel,),
        formats=formats_of(plan.strategy),
        segments=(),
        author=plan.strategy_author,
        lessons=lessons,
        made_at=at,
    )


def formats_of(strategy: str) -> tuple[str, ...]:
    """The formats a strategy names, the one to lead with first."""
    found = _FORMATS.search(strategy)
    if found is None:
        return ()
    *first, last = found[1].split(", ")
    return (*first, *last.split(" and ", 1))


async def made_of(uow: UnitOfWork, wanted: Mapping[UUID, CampaignId]) -> Mapping[UUID, Made]:
    """What these ideas and channel plans were made of; what nothing was kept of is looked for in its campaign.

    wanted: the campaign of each.
    """
    found = dict(await uow.learning.made(wanted.keys()))
    missing = dict.fromkeys(wanted[each] for each in wanted if each not in found)
    for campaign_id in list(missing)[:MOST_RECOVERED]:
        found |= await _recovered(uow, campaign_id, ids=wanted.keys() - found.keys())
    return found


async def _recovered(uow: UnitOfWork, campaign_id: CampaignId, *, ids: Collection[UUID]) -> Mapping[UUID, Made]:
    try:
        campaign = await uow.campaigns.get(campaign_id, deleted=True)
    except NotFound:
        return {}
    on_file = await uow.alternatives.of_campaign(campaign_id)
    ideas = [*(campaign.plan.ideas if campaign.plan else ())]
    ideas += [idea for each in on_file for idea in (*each.before.ideas, *each.after.ideas)]
    plans = campaign.plan.channel_plans if campaign.plan else ()
    at, run_id = campaign.created_at, campaign.run_id
    made = [made_of_idea(campaign, idea, run_id=run_id, at=at, lessons=None) for idea in ideas]
    made += [made_of_channel(campaign, plan, run_id=run_id, at=at, lessons=None) for plan in plans]
    return {each.id: each for each in made if each.id in ids}
