"""What is known for a brief before anything is generated, so that a marketer sees why more input helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from nexusplanner.application.agents.gathering.context import RAN, Almanac, KnownFact, build_context, known_facts
from nexusplanner.application.agents.gathering.facts import NOT_ASKED, Facts, load_facts
from nexusplanner.application.agents.gathering.finding import about
from nexusplanner.application.agents.solving.channels import candidates
from nexusplanner.application.ports.retrieval import Compared, Compares
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.planning.quality import ENOUGH_WEEKS, QualityClass
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.runs import RunKind, RunState
from nexusplanner.domain.shared import IMPLAUSIBLE, Invalid, Money, ServiceId, SignalId, minor_digits, plausible
from nexusplanner.domain.spending import dollars

FIRST_GUESS_SECONDS = 15.0
"""What a generation takes on a plain laptop; replaced by the median of the workspace's own runs."""

FIRST_GUESS_COST = 100_000
"""Millionths of a dollar: five answers of a large model; replaced by the mean of the workspace's own runs."""

RECENT = timedelta(days=90)
"""Older generations were made with other models and prices."""
RECENT_WEEKS = 52
FIRST_BUDGET = 50_000
"""Major units to begin with when nothing was ever spent."""


@dataclass(frozen=True, kw_only=True)
class KnownSegment:
    """A segment one can aim at."""

    id: UUID
    name: str
    customers: int


@dataclass(frozen=True, kw_only=True)
class KnownChannel:
    """A channel and how well its response can be known. weeks: those with spend and an outcome."""

    channel: str
    name: str
    quality: QualityClass
    reason: str
    weeks: int


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What to start the brief from."""

    start_date: date
    end_date: date
    total_budget: Money


@dataclass(frozen=True, kw_only=True)
class RunEstimate:
    """What a generation will take, judged by recent ones. cost: of model calls, in USD. provider: who is asked first."""

    seconds: float
    cost: str
    provider: str


@dataclass(frozen=True, kw_only=True)
class BriefKnowledge:
    """All of it."""

    facts: tuple[KnownFact, ...]
    segments: tuple[KnownSegment, ...]
    channels: tuple[KnownChannel, ...]
    suggested: Suggested
    warnings: tuple[str, ...]
    estimate: RunEstimate


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A brief as far as it is written; what is left out stands as in a plan for the service, in the next quarter."""

    service_id: ServiceId
    theme: str = ""
    target_audience: str = ""
    key_objectives: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    signal_ids: tuple[SignalId, ...] = ()
    start_date: date | None = None
    end_date: date | None = None

    def brief(self, service: Service, *, brand: Brand, today: date) -> Brief:
        """What a plan would be asked for. Raises Invalid, naming every field to correct."""
        if self.start_date is not None and not plausible(self.start_date):
            raise Invalid(f"Nobody plans for {self.start_date}.", fields={"start_date": IMPLAUSIBLE})
        start, end = _next_quarter(self.start_date or today, given=self.start_date is not None)
        found = Brief(
            service_id=self.service_id,
            theme=self.theme.strip() or service.name,
            start_date=start,
            end_date=self.end_date or end,
            total_budget=Money(10 ** minor_digits(brand.currency), brand.currency),
            target_audience=self.target_audience or service.target_audience,
            key_objectives=self.key_objectives,
            regions=self.regions,
            signal_ids=self.signal_ids,
        )
        found.check()
        return found


async def known_for(
    units: UnitsOfWork,
    *,
    actor: Actor,
    outline: Outline,
    compare: Compares,
    reference: ReferenceData,
    almanac: Almanac | None = None,
    now: datetime,
) -> BriefKnowledge:
    """What is known for a brief, found as a plan would find it. Raises NotFound, Invalid.

    compare: asks the workspace's embedder; no transaction is open while it does.
    """
    async with units.for_actor(actor) as uow:
        actor.require(Permission.READ)
        service = await uow.services.get(outline.service_id)
        brief = outline.brief(service, brand=await uow.brands.get(service.brand_id), today=now.date())
        query = about(brief, service)
    compared = await compare(actor, query)
    async with units.for_actor(actor) as uow:
        return await brief_knowledge(
            uow, outline=outline, compared=compared, reference=reference, almanac=almanac, now=now
        )


async def brief_knowledge(
    uow: UnitOfWork,
    *,
    outline: Outline,
    compared: Compared = NOT_ASKED,
    reference: ReferenceData,
    almanac: Almanac | None = None,
    now: datetime,
) -> BriefKnowledge:
    """Facts, segments, channels and a suggestion for a service. Raises NotFound, Invalid.

    compared: what the workspace's embedder makes of the words the brief is about.
    """
    uow.actor.require(Permission.READ)
    service = await uow.services.get(outline.service_id)
    brand = await uow.brands.get(service.brand_id)
    asked = outline.brief(service, brand=brand, today=now.date())
    facts = await load_facts(uow, brief=asked, brand_id=brand.id, compared=compared)
    context = build_context(facts, reference=reference, almanac=almanac)
    channels = _channels(facts, reference=reference)
    return BriefKnowledge(
        facts=known_facts(context),
        segments=tuple(KnownSegment(id=each.id, name=each.name, customers=each.customers) for each in facts.segments),
        channels=channels,
        suggested=Suggested(start_date=asked.start_date, end_date=asked.end_date, total_budget=_budget(facts)),
        warnings=_warnings(facts, channels=channels),
        estimate=await _estimate(uow, now=now),
    )


def _next_quarter(day: date, *, given: bool) -> tuple[date, date]:
    """Thirteen weeks from the day given, else the next full calendar quarter."""
    if given:
        return day, day + timedelta(weeks=13, days=-1)
    index = day.year * 4 + (day.month - 1) // 3 + 1
    start = date(index // 4, 3 * (index % 4) + 1, 1)
    following = date((index + 1) // 4, 3 * ((index + 1) % 4) + 1, 1)
    return start, following - timedelta(days=1)


def _channels(facts: Facts, *, reference: ReferenceData) -> tuple[KnownChannel, ...]:
    past = facts.history
    spent: dict[str, set[date]] = {channel: set() for channel in past.channels}
    explained = set(past.days)
    for row in facts.channel_actuals:
        if row.spend.amount > 0 and row.day in explained:
            spent[row.channel].add(row.day - timedelta(days=row.day.weekday()))
    known = []
    for channel in candidates(facts.brief, past=past, reference=reference):
        profile = reference.channel(channel)
        weeks = len(spent.get(channel, ()))
        known.append(
            KnownChannel(
                channel=channel,
                name=reference.name_of(channel),
                quality=_quality(weeks, published=bool(profile and reference.benchmarks_of(profile.key))),
                reason=f"{weeks} weeks with spend" if weeks else "no history here: benchmarks are borrowed",
                weeks=weeks,
            )
        )
    return tuple(known)


def _quality(weeks: int, *, published: bool) -> QualityClass:
    """What to expect before the fit; the plan tells what the fit found."""
    if weeks >= ENOUGH_WEEKS:
        return QualityClass.MEASURED
    return QualityClass.BORROWED if published else QualityClass.ASSUMPTION


def _budget(facts: Facts) -> Money:
    """That of the last comparable campaign that ran, else the recent spend of a quarter, else a round sum to begin with."""
    ran = [each for each in facts.past if each.status in RAN]
    comparable = [each for each in ran if each.brief.service_id == facts.service.id] or ran
    if comparable:
        return comparable[0].brief.total_budget
    currency = facts.brand.currency
    unit = 10 ** minor_digits(currency)
    days = sorted({row.day for row in facts.channel_actuals})
    if not days:
        return Money(FIRST_BUDGET * unit, currency)
    since = days[-1] - timedelta(weeks=RECENT_WEEKS)
    recent = sum(row.spend.amount for row in facts.channel_actuals if row.day > since)
    quarter = recent // (4 * 1000 * unit) * 1000 * unit
    return Money(quarter or FIRST_BUDGET * unit, currency)


def _warnings(facts: Facts, *, channels: Sequence[KnownChannel]) -> tuple[str, ...]:
    found = []
    if facts.not_compared:
        found.append(f"Signals and documents were found without the workspace's embedder. {facts.not_compared}")
    if not any(channel.quality is QualityClass.MEASURED for channel in channels):
        found.append("No channel has enough history to be measured: import actuals for narrower intervals.")
    if not facts.signals:
        found.append("There are no market signals: ideas rest on the catalogue and on published figures.")
    if not facts.segments:
        found.append("No customers are known: segments come from the brief alone.")
    if not facts.service.proofs:
        found.append(f"{facts.service.name} has no proofs: add facts that its texts may state.")
    return tuple(found)


async def _estimate(uow: UnitOfWork, *, now: datetime) -> RunEstimate:
    rows = (await uow.read.runs.page(limit=20)).items
    seconds = [
        (row.ended_at - row.started_at).total_seconds()
        for row in rows
        if row.kind is RunKind.GENERATE and row.state is RunState.SUCCEEDED and row.started_at and row.ended_at
    ]
    timed = [each for each in seconds if each > 0]
    asked = (await uow.ai.settings()).asked
    cost = await _mean_cost(uow, first=asked[0], now=now) if asked else 0
    return RunEstimate(
        seconds=round(median(timed), 1) if timed else FIRST_GUESS_SECONDS,
        cost=dollars(cost),
        provider=f"{asked[0].name} ({asked[0].model(Effort.STRONG)})" if asked else "rules",
    )


async def _mean_cost(uow: UnitOfWork, *, first: Provider, now: datetime) -> int:
    """Of a generation, in millionths of a dollar."""
    recent = await uow.read.usage.recent_generations(since=now - RECENT)
    if recent.runs:
        return round(recent.cost, -2)
    own = first.kind is ProviderKind.COMPATIBLE and not first.input_price and not first.output_price
    return 0 if own else FIRST_GUESS_COST
