"""Loading what a brief's plan rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from nexusplanner.application.agents.gathering.finding import find_spoken
from nexusplanner.application.agents.gathering.recent import felt_from, spend_before
from nexusplanner.application.agents.gathering.response import FiledVersion, Known
from nexusplanner.application.learning.lessons import load_lessons
from nexusplanner.application.measurement.fitting import AdoptedModel
from nexusplanner.application.measurement.loading import load_input
from nexusplanner.application.ports.retrieval import Compared
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual, History, history
from nexusplanner.domain.campaigns import Brief, Campaign, Explanation, FlightPattern, Plan
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.knowledge import Passage
from nexusplanner.domain.learning import Lesson
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.shared import BrandId, Money, SignalId, added_later
from nexusplanner.domain.signals import Signal

NOT_ASKED = Compared()
PAST_CAMPAIGNS = 20
FEEDBACKS = 200


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What is planned for whom: all of the facts that money depends on beside the actuals."""

    brief: Brief
    brand: Brand
    service: Service


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything loaded for a brief; actuals are those before its start. own: the campaign being planned.

    lessons: what feedback and results taught; none when that was not looked up. documents: what uploaded documents say
    of the brief, best first. near: cosines of signals' given vectors to the brief, of those that were compared.
    nearness: the same of every passage that was compared, by its id; prompts choose by it. not_compared: why the workspace's embedder took no part; empty when nothing is wrong.
    """

    brief: Brief
    brand: Brand
    service: Service
    signals: Sequence[Signal]
    segments: Sequence[SegmentSummary]
    past: Sequence[Campaign]
    own: Campaign | None
    feedback: Sequence[Feedback]
    channel_actuals: Sequence[ChannelActual]
    brand_actuals: Sequence[BrandActual]
    lessons: tuple[Lesson, ...] | None = None
    documents: tuple[Passage, ...] = added_later(())
    near: tuple[tuple[SignalId, float], ...] = added_later(())
    nearness: tuple[tuple[str, float], ...] = added_later(())
    not_compared: str = added_later("")

    @property
    def history(self) -> History:
        """The actuals as one table."""
        return history(self.channel_actuals, brand=self.brand_actuals, outcome=self.brand.outcome_name)

    @property
    def lean(self) -> Facts:
        """The same without what no step reads of other campaigns, so that little is kept with a run."""
        return replace(self, past=[_lean(each) for each in self.past], own=_lean(self.own) if self.own else None)


def _lean(campaign: Campaign) -> Campaign:
    """A copy whose plan has its ideas and amounts alone; it belongs to no transaction."""
    return replace(campaign, plan=_lean_plan(campaign.plan) if campaign.plan else None)


def _lean_plan(plan: Plan) -> Plan:
    return replace(
        plan,
        ideas=tuple(replace(idea, claims=()) for idea in plan.ideas),
        channel_plans=tuple(replace(each, strategy="", claims=(), kpis=(), flights=()) for each in plan.channel_plans),
        explanation=Explanation(summary=""),
        evidence=(),
    )


async def load_facts(
    uow: UnitOfWork,
    *,
    brief: Brief,
    brand_id: BrandId,
    own: Campaign | None = None,
    compared: Compared = NOT_ASKED,
) -> Facts:
    """Load them. Raises NotFound when the service or brand is gone.

    compared: what the workspace's embedder makes of the words the brief is about.
    """
    service = await uow.services.get(brief.service_id)
    spoken = await find_spoken(uow, brief=brief, service=service, brand_id=brand_id, compared=compared)
    return Facts(
        brief=brief,
        brand=await uow.brands.get(brand_id),
        service=service,
        signals=spoken.signals,
        segments=await uow.customers.summaries(brand_id=brand_id),
        past=await uow.campaigns.past(brand_id=brand_id, before=brief.start_date, limit=PAST_CAMPAIGNS),
        own=own,
        feedback=await uow.feedbacks.of_brand(brand_id=brand_id, limit=FEEDBACKS),
        channel_actuals=await uow.actuals.channels(brand_id=brand_id, before=brief.start_date),
        brand_actuals=await uow.actuals.brand(brand_id=brand_id, before=brief.start_date),
        lessons=await load_lessons(uow, brand_id),
        documents=spoken.documents,
        near=spoken.near,
        nearness=spoken.nearness,
        not_compared=compared.problem,
    )


async def load_offer(uow: UnitOfWork, *, campaign: Campaign) -> Offer:
    """Brief, brand and service of a campaign. Raises NotFound when the service or brand is gone."""
    service = await uow.services.get(campaign.brief.service_id)
    return Offer(brief=campaign.brief, brand=await uow.brands.get(campaign.brand_id), service=service)


async def load_known(uow: UnitOfWork, *, brand: Brand, start: date) -> Known:
    """The actuals and experiments before `start`, and the brand's model."""
    given = await load_input(uow, brand=brand, before=start)
    metrics = await uow.read.actuals.metrics(brand_id=brand.id)
    outcomes = [row for row in metrics if row.role is ActualRole.OUTCOME and row.metric == brand.outcome_name]
    adopted = await uow.models.adopted(brand_id=brand.id)
    filed = await uow.models.find(brand_id=brand.id, input_hash=given.input_hash)
    other = filed is not None and (adopted is None or filed.id != adopted.id)
    return Known(
        given=given,
        whole=all(row.last_day < start for row in outcomes),
        adopted=AdoptedModel.of(adopted) if adopted else None,
        filed=FiledVersion(number=filed.number, reason=filed.reason) if filed and other else None,
    )


async def load_committed(uow: UnitOfWork, *, campaign: Campaign) -> Mapping[str, Money]:
    """What the brand's other approved or running campaigns spend on the campaign's days, by channel."""
    committed: dict[str, Money] = {}
    for plan in await _others(uow, campaign=campaign):
        for channel, money in plan.spend_within(campaign.brief.dates).items():
            known = committed.get(channel, Money(0, money.currency))
            committed[channel] = known + money
    return {channel: money for channel, money in committed.items() if money.amount}


async def load_committed_weeks(uow: UnitOfWork, *, campaign: Campaign, channels: Sequence[str]) -> FloatArray:
    """The same in each calendar week of the campaign, (C, T) major units."""
    weeks = campaign.brief.dates.calendar_weeks()
    table = np.zeros((len(channels), len(weeks)))
    for plan in await _others(uow, campaign=campaign):
        for column, week in enumerate(weeks):
            spent = plan.spend_within(week)
            table[:, column] += [spent[channel].major if channel in spent else 0.0 for channel in channels]
    return table


async def _others(uow: UnitOfWork, *, campaign: Campaign) -> Sequence[Plan]:
    found = await uow.campaigns.running(brand_id=campaign.brand_id, during=campaign.brief.dates)
    return [other.plan for other in found if other.id != campaign.id and other.plan is not None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Around:
    """What the weeks of a campaign stand among, channels as asked for.

    before: (C, P) currency units in the weeks before the start; None when unknown. beside: (C, T) what other campaigns
    spend in each week; None when nothing.
    """

    before: FloatArray | None = None
    beside: FloatArray | None = None


async def load_around(uow: UnitOfWork, *, campaign: Campaign, brief: Brief, channels: Sequence[str]) -> Around:
    """What ran before and runs beside the campaign; nothing where the weeks of `brief` are not optimised."""
    if brief.flighting.pattern is not FlightPattern.OPTIMISED:
        return Around()
    return await load_weeks_around(uow, campaign=campaign, channels=channels)


async def load_weeks_around(uow: UnitOfWork, *, campaign: Campaign, channels: Sequence[str]) -> Around:
    """What ran before the campaign, and what runs beside it."""
    start = campaign.brief.start_date
    actuals = await uow.actuals.channels(brand_id=campaign.brand_id, before=start, since=felt_from(start))
    beside = await load_committed_weeks(uow, campaign=campaign, channels=channels)
    return Around(before=spend_before(actuals, channels=channels, start=start), beside=beside if beside.any() else None)
