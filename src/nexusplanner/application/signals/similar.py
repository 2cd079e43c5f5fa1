"""Signals that tell much the same as one, and what came of campaigns that cited them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nexusplanner.application.agents.gathering.passages import figure, money_words
from nexusplanner.application.ports.signal_rows import SignalRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import ActualRole
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.market.terms import Weighing, terms_of
from nexusplanner.domain.shared import CampaignId, Money, SignalId

MOST_COMPARED = 20_000
MOST_SIMILAR = 10
LEAST_SIMILAR = 0.15


@dataclass(frozen=True, kw_only=True)
class CitingCampaign:
    """A campaign whose plan cites a signal. outcome: what happened while it ran, in words."""

    id: CampaignId
    name: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class SimilarSignal:
    """similarity: 0 to 1, by the words both use. same_cluster: whether both tell the same story."""

    signal: SignalRow
    similarity: float
    same_cluster: bool
    campaigns: tuple[CitingCampaign, ...]


async def find_similar(uow: UnitOfWork, *, signal_id: SignalId, today: date) -> tuple[SimilarSignal, ...]:
    """Those of its own story first, then the most alike. Raises NotFound."""
    uow.actor.require(Permission.READ)
    signal = await uow.signals.get(signal_id)
    others = [one for one in await uow.market.known(limit=MOST_COMPARED) if one.id != signal_id]
    terms = terms_of(signal.text)
    weighing = Weighing([terms, *(one.terms for one in others)])
    alike = weighing.cosines([terms], [one.terms for one in others])[0]
    ranked = sorted(
        (
            (one.cluster_id == signal.cluster_id, float(likeness), one.id)
            for one, likeness in zip(others, alike, strict=True)
            if likeness >= LEAST_SIMILAR or one.cluster_id == signal.cluster_id
        ),
        key=lambda found: (not found[0], -found[1], str(found[2])),
    )[:MOST_SIMILAR]
    rows = {row.id: row for row in await uow.read.signals.some([one for _, _, one in ranked])}
    campaigns = await _campaigns(uow, list(rows), today=today)
    return tuple(
        SimilarSignal(
            signal=rows[one],
            similarity=round(likeness, 3),
            same_cluster=same,
            campaigns=tuple(campaign for cited, campaign in campaigns if one in cited),
        )
        for same, likeness, one in ranked
        if one in rows
    )


async def _campaigns(
    uow: UnitOfWork, signal_ids: Collection[SignalId], *, today: date
) -> Sequence[tuple[frozenset[SignalId], CitingCampaign]]:
    """The campaigns that cite any of these signals, each with those it cites."""
    found = []
    for citing in await uow.market.citing(signal_ids):
        campaign = await uow.campaigns.get(citing.campaign_id)
        outcome = await _outcome(uow, campaign, today=today)
        found.append((citing.signal_ids, CitingCampaign(id=campaign.id, name=campaign.name, outcome=outcome)))
    return found


async def _outcome(uow: UnitOfWork, campaign: Campaign, *, today: date) -> str:
    """What was spent and counted while it ran (not: because of it)."""
    dates = campaign.brief.dates
    if dates.start > today:
        return "It has not started yet."
    brand = await uow.brands.get(campaign.brand_id)
    after = dates.end + timedelta(days=1)
    channels = await uow.actuals.channels(brand_id=brand.id, since=dates.start, before=after)
    spent = Money(sum(row.spend.amount for row in channels), campaign.brief.total_budget.currency)
    rows = await uow.actuals.brand(brand_id=brand.id, before=after)
    counted = sum(row.value for row in rows if row.role is ActualRole.OUTCOME and row.day in dates)
    if not spent.amount and not counted:
        return "No results yet."
    unit = f" {brand.currency}" if brand.outcome_is_money else ""
    told = f"{brand.name} counted {figure(round(counted))}{unit} {brand.outcome_name} while it ran"
    return f"{told}, with {money_words(spent)} spent." if spent.amount else f"{told}."
