"""Turns records into passages: plain sentences that can be quoted word for word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.campaigns import Brief, Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.customers import FEWEST_PEOPLE, SegmentSummary
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.reference import Benchmark, ChannelProfile, Framework, Occasion, ReferenceData, day_words
from nexusplanner.domain.shared import Money, minor_digits
from nexusplanner.domain.signals import Signal


def figure(value: float) -> str:
    """A figure with separators and no more digits than it needs: 1,204,300 or 0.42."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def money_words(money: Money) -> str:
    """An amount with separators, cents only when there are any: "12,400 EUR"."""
    whole = money.amount % 10 ** minor_digits(money.currency) == 0
    shown = f"{money.major:,.0f}" if whole else f"{money.major:,.{minor_digits(money.currency)}f}"
    return f"{shown} {money.currency}"


def sentence(text: str) -> str:
    """The text, ended by a full stop unless it already ends a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _span(first: date, last: date) -> str:
    return f"from {day_words(first)} to {day_words(last)}"


def slug(text: str) -> str:
    """A short stable id for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def brief_passage(brief: Brief, *, brand: Brand) -> Passage:
    """What was asked for, in sentences."""
    lines = [f"The theme is: {sentence(brief.theme)}"]
    if brief.target_audience.strip():
        lines.append(f"The audience is: {sentence(brief.target_audience)}")
    lines.extend(f"The objective is: {sentence(objective)}" for objective in brief.key_objectives if objective.strip())
    lines.append(f"It runs {_span(brief.start_date, brief.end_date)} with {money_words(brief.total_budget)}.")
    if brief.regions:
        lines.append(f"The regions are {', '.join(brief.regions)}.")
    if brief.notes.strip():
        lines.append(f"Notes: {sentence(brief.notes)}")
    text = "\n".join(lines)
    return Passage(id=f"brief:{slug(text)}", kind=SourceKind.BRIEF, title="The brief", text=text, origin=brand.name)


def service_passage(service: Service, *, brand: Brand) -> Passage:
    """What the catalogue says of the service; each benefit and proof stands on a line of its own."""
    lines = [f"{service.name} is offered by {brand.name}{f' ({service.category})' if service.category else ''}."]
    if service.description.strip():
        lines.append(sentence(service.description))
    if service.target_audience.strip():
        lines.append(f"It is meant for: {sentence(service.target_audience)}")
    lines.extend(f"Benefit: {sentence(benefit)}" for benefit in service.benefits if benefit.strip())
    lines.extend(f"Proof: {sentence(proof)}" for proof in service.proofs if proof.strip())
    if service.price is not None:
        lines.append(f"The price of {service.name} is {money_words(service.price)}.")
    return Passage(
        id=f"service:{service.id}",
        kind=SourceKind.SERVICE,
        title=service.name,
        text="\n".join(lines),
        origin=f"{brand.name}, catalogue",
    )


def brand_passage(brand: Brand) -> Passage:
    """Who the brand is."""
    lines = [f"{brand.name} works in {brand.industry}." if brand.industry else f"The brand is {brand.name}."]
    if brand.region:
        lines.append(f"Its region is {brand.region}.")
    if brand.profile.strip():
        lines.append(sentence(brand.profile))
    if brand.voice:
        lines.append(f"Its voice is {', '.join(brand.voice)}.")
    lines.append(f"It counts {brand.outcome_name}.")
    return Passage(
        id=f"brand:{brand.id}",
        kind=SourceKind.BRAND,
        title=brand.name,
        text="\n".join(lines),
        origin=f"{brand.name}, profile",
    )


def segment_passage(segment: SegmentSummary, *, brand: Brand) -> Passage:
    """What is known of a segment, without naming anybody; of very few people next to nothing."""
    lines = []
    if segment.is_small:
        lines.append(f"{segment.name} is a segment of fewer than {FEWEST_PEOPLE} known customers.")
    elif segment.customers:
        lines.append(
            f"{segment.name} are {segment.customers:,} known customers with {segment.value_share:.0%} of lifetime value."
        )
    else:
        lines.append(f"{segment.name} is a segment without known customers yet.")
    if segment.description.strip():
        lines.append(sentence(segment.description))
    if not segment.is_small:
        lines.extend(_told_of(segment))
    return Passage(
        id=f"segment:{segment.id}",
        kind=SourceKind.SEGMENT,
        title=segment.name,
        text="\n".join(lines),
        origin=f"{brand.name}, customer records",
    )


def _told_of(segment: SegmentSummary) -> Iterator[str]:
    if segment.overlaps:
        yield "Some of them are in other segments too, so shares of segments overlap."
    if segment.top_industry:
        yield f"Most of them are in {segment.top_industry}."
    if segment.top_region:
        yield f"Most of them are from {segment.top_region}."
    if segment.preferred_channel:
        yield f"They prefer to be reached by {segment.preferred_channel}."
    if segment.companies > 1:
        yield f"They work for {segment.companies:,} known companies."
    deals = segment.deals
    if deals.open:
        worth = f" worth {money_words(_whole(deals.open_value))}" if deals.open_value else ""
        yield f"There {'is' if deals.open == 1 else 'are'} {_deals(deals.open, 'open')} with them{worth}."
    if deals.won_share is not None:
        yield f"Of {deals.won + deals.lost:,} deals that ended, {deals.won_share:.0%} were won."


def _deals(number: int, kind: str) -> str:
    return f"{number:,} {kind} {'deal' if number == 1 else 'deals'}"


def signal_passage(signal: Signal, *, sources: int = 1) -> Passage:
    """A signal as it came; nothing in it is trusted, whoever says it. sources: how many tell the same story."""
    title, content = signal.title.strip(), signal.content.strip()
    text = content if not title or title in content else f"{sentence(title)}\n{content}"
    return Passage(
        id=f"signal:{signal.id}",
        kind=SourceKind.SIGNAL,
        title=title or content[:80],
        text=text,
        origin=signal.source
        if sources < 2
        else f"{signal.source} and {counted(sources - 1, 'other source', 'other sources')}",
        on=signal.timestamp.date(),
        trust="unverified",
        url=signal.url,
        topics=signal.topics,
        impact=signal.impact,
    )


@dataclass(frozen=True, kw_only=True)
class ChannelHistory:
    """What the actuals say of one channel. periods: rows with spend; weekly figures are over the whole span."""

    channel: str
    name: str
    first: date
    last: date
    weeks: int
    periods: int
    spend: Money
    impressions: int
    clicks: int

    @property
    def weekly(self) -> float:
        """Spend a week on average, in major units."""
        return self.spend.major / self.weeks


def channel_histories(actuals: Iterable[ChannelActual], *, reference: ReferenceData) -> tuple[ChannelHistory, ...]:
    """One summary per channel that ever spent, largest spend first. Amounts must be of one currency."""
    rows = sorted(actuals, key=lambda row: (row.channel, row.day))
    histories = []
    days = sorted({row.day for row in rows})
    step = min((later - earlier for earlier, later in pairwise(days)), default=timedelta(days=7))
    for channel in sorted({row.channel for row in rows}):
        own = [row for row in rows if row.channel == channel]
        spend = Money(sum(row.spend.amount for row in own), own[0].spend.currency)
        if spend.amount == 0:
            continue
        last = own[-1].day + step - timedelta(days=1)
        histories.append(
            ChannelHistory(
                channel=channel,
                name=reference.name_of(channel),
                first=own[0].day,
                last=last,
                weeks=max(1, round(((last - own[0].day).days + 1) / 7)),
                periods=sum(1 for row in own if row.spend.amount > 0),
                spend=spend,
                impressions=sum(row.impressions or 0 for row in own),
                clicks=sum(row.clicks or 0 for row in own),
            )
        )
    return tuple(sorted(histories, key=lambda history: (-history.spend.amount, history.channel)))


def actuals_passage(history: ChannelHistory, *, brand: Brand) -> Passage:
    """A channel's record in sentences."""
    lines = [
        f"{history.name} ran over {history.weeks} weeks with {money_words(_whole(history.spend))} in all.",
        f"That is {figure(round(history.weekly))} {history.spend.currency} a week {_span(history.first, history.last)}.",
    ]
    if history.clicks and history.impressions:
        lines.append(
            f"It brought {history.impressions:,} impressions and {history.clicks:,} clicks, "
            f"{figure(history.spend.major / history.clicks)} {history.spend.currency} a click."
        )
    return Passage(
        id=f"actuals:{brand.id}:{history.channel}",
        kind=SourceKind.ACTUALS,
        title=f"{history.name}: what was spent",
        text="\n".join(lines),
        origin=f"{brand.name}, actuals",
        on=history.last,
    )


def _whole(money: Money) -> Money:
    return Money(round(money.amount, -minor_digits(money.currency)), money.currency)


def campaign_passage(
    campaign: Campaign, *, brand: Brand, channels: Sequence[ChannelActual], outcomes: Sequence[BrandActual]
) -> Passage:
    """What a past campaign planned, and what was spent and counted while it ran (not: because of it)."""
    brief, plan = campaign.brief, campaign.plan
    dates = brief.dates
    lines = [f"{campaign.name} ran {_span(dates.start, dates.end)} with a budget of {money_words(brief.total_budget)}."]
    if plan is not None:
        parts = sorted(plan.channel_plans, key=lambda part: (-part.budget.amount, part.channel))
        shown = ", ".join(f"{part.channel} {money_words(part.budget)}" for part in parts if part.budget.amount)
        if shown:
            lines.append(f"It was planned as {shown}.")
        chosen = next((idea for idea in plan.ideas if idea.chosen), plan.ideas[0] if plan.ideas else None)
        if chosen is not None:
            lines.append(f"Its idea was: {sentence(chosen.theme)}")
    spent = sum(row.spend.amount for row in channels if row.day in dates)
    if spent:
        lines.append(f"{money_words(_whole(Money(spent, brief.total_budget.currency)))} were spent while it ran.")
    counted = sum(row.value for row in outcomes if row.role is ActualRole.OUTCOME and row.day in dates)
    if counted:
        unit = f" {brand.currency}" if brand.outcome_is_money else ""
        lines.append(f"{brand.name} counted {figure(round(counted))}{unit} {brand.outcome_name} in that time.")
    return Passage(
        id=f"past_campaign:{campaign.id}",
        kind=SourceKind.PAST_CAMPAIGN,
        title=campaign.name,
        text="\n".join(lines),
        origin=f"{brand.name}, past campaigns",
        on=dates.end,
    )


def benchmark_passage(benchmark: Benchmark) -> Passage:
    """A benchmark figure with where it comes from."""
    source = benchmark.source
    count = f"{source.n:,} {source.n_note}" if source.n is not None else source.n_note.rstrip(".")
    basis = benchmark.assumption or f"Basis: {source.region}, {source.period}, {benchmark.statistic}; {count}."
    return Passage(
        id=f"benchmark:{benchmark.key}",
        kind=SourceKind.BENCHMARK,
        title=f"{benchmark.channel}: {benchmark.metric.value}",
        text=f"{benchmark.text}\n{basis}",
        origin=f"{source.name} ({source.published})",
        trust="unverified" if benchmark.assumption else "published",
        url=source.url,
    )


def channel_passage(channel: ChannelProfile) -> Passage:
    """What fits into a channel's formats."""
    limits = "; ".join(f"{limit.field} at most {limit.at_most} {limit.unit}" for limit in channel.limits)
    return Passage(
        id=f"benchmark:channel.{channel.key}",
        kind=SourceKind.BENCHMARK,
        title=f"{channel.name}: formats and limits",
        text=f"{channel.name} formats: {', '.join(channel.formats)}.\n{channel.name} limits: {limits}.",
        origin=channel.source.name,
        trust="unverified" if channel.source.name.startswith("Assumption") else "published",
        url=channel.source.url,
    )


def framework_passage(framework: Framework) -> Passage:
    """What a message framework is."""
    return Passage(
        id=f"framework:{framework.key}",
        kind=SourceKind.FRAMEWORK,
        title=framework.name,
        text=f"{framework.text}\nIts parts are {', '.join(framework.parts[:-1])} and {framework.parts[-1]}.",
        origin=f"{framework.source.name} ({framework.source.published})",
        trust="published",
        url=framework.source.url,
    )


def season_passage(occasion: Occasion) -> Passage:
    """An occasion that falls into the campaign."""
    source = occasion.season.source
    return Passage(
        id=f"season:{occasion.season.key}:{occasion.day.year}",
        kind=SourceKind.SEASON,
        title=occasion.season.name,
        text=occasion.sentence,
        origin=f"{source.name} ({source.published})",
        on=occasion.day,
        trust="unverified" if source.name.startswith("Assumption") else "published",
        url=source.url,
        topics=occasion.season.about,
    )
