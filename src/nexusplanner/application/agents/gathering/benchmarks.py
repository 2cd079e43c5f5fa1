"""Benchmark figures of a channel, as the planning core borrows them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from nexusplanner.application.agents.gathering.context import sells_to_business
from nexusplanner.application.agents.gathering.facts import Offer
from nexusplanner.application.agents.gathering.response import Borrow
from nexusplanner.domain.planning.borrowed import ChannelBenchmark
from nexusplanner.domain.reference import Benchmark, ChannelProfile, Metric, ReferenceData

TWO_SIDED_90 = 3.29
"""Standard deviations of a normal between its 5 % and 95 % points."""

LEAST_SPREAD = 0.6
OTHER_CURRENCY = 0.2
"""Added spread (log scale) when a figure in another currency is taken one to one."""

BUSINESS_AUDIENCE, CONSUMER_AUDIENCE = 400_000.0, 8_000_000.0
"""People a campaign could be meant for when nothing else is known: assumptions, and the reason intervals are wide."""

OWN_LIST = 10_000.0
"""Contacts of a brand's own e-mail list: an assumption."""

OWNED_LISTS = frozenset({"email"})

VALUE_PER_CONVERSION = 60.0
"""Money a conversion is worth when the service bears no price: an assumption."""

RETENTION: Mapping[str, float] = {
    "search": 0.1, "affiliates": 0.1, "email": 0.15, "display": 0.2, "social": 0.25, "linkedin": 0.3,
    "influencers": 0.3, "direct_mail": 0.3, "events": 0.3, "video": 0.4, "audio": 0.4, "out_of_home": 0.45,
    "print": 0.4, "tv": 0.5, "content_seo": 0.6,
}  # fmt: skip
"""Share of an effect carried into the next week: assumptions, short for channels that meet demand."""


def country_of(region: str) -> str:
    """The ISO country of a region written as a code ("DE", "DE-BE"); "" of one in words."""
    code = region.strip().split("-")[0].upper()
    return code if len(code) == len("DE") and code.isalpha() else ""


class BenchmarkBorrowing:
    """Turns the reference data into figures for one brief: its currency, its buyers, its outcome."""

    def __init__(self, *, reference: ReferenceData) -> None:
        self._reference = reference

    def __call__(self, offer: Offer) -> Borrow:
        """Figures by channel name for the brand's currency and outcome; none for a channel nobody knows."""
        brief, service = offer.brief, offer.service
        business = sells_to_business(brief.target_audience, service.target_audience, service.category)
        audience = BUSINESS_AUDIENCE if business else CONSUMER_AUDIENCE
        value = 1.0
        if offer.brand.outcome_is_money:
            value = service.price.major if service.price and service.price.amount else VALUE_PER_CONVERSION
        region = country_of((*brief.regions, offer.brand.region)[0])
        industry = f"{offer.brand.industry} {service.category}"

        def borrow(channel: str) -> ChannelBenchmark | None:
            profile = self._reference.channel(channel)
            if profile is None:
                return None
            return channel_benchmark(
                self._reference,
                profile,
                channel=channel,
                value=value,
                audience=OWN_LIST if profile.key in OWNED_LISTS else audience,
                fit=profile.business if business else profile.consumer,
                currency=offer.brand.currency,
                region=region,
                industry=industry,
            )

        return borrow


def channel_benchmark(
    reference: ReferenceData,
    profile: ChannelProfile,
    *,
    channel: str,
    value: float,
    audience: float,
    fit: float,
    currency: str,
    region: str = "",
    industry: str = "",
) -> ChannelBenchmark:
    """The channel's figures. value: outcome per conversion. audience: people. fit: share of them in reach, 0 to 1.

    region, industry: whose rows come first, as in `ReferenceData.benchmarks_of`.

    Costs stay in the currency they were published in (US dollars): taken one to one, with a wider interval and said so.
    """
    rows: dict[Metric, Benchmark] = {}
    for row in reference.benchmarks_of(profile.key, region=region, industry=industry):
        rows.setdefault(row.metric, row)
    used, cpm, cpc, cvr = _chain(rows)
    spread = max(LEAST_SPREAD, math.sqrt(sum((math.log(row.high / row.low) / TWO_SIDED_90) ** 2 for row in used)))
    other = any(row.currency not in {"", currency} for row in used)
    names = "; ".join(dict.fromkeys(row.source.name for row in used))
    return ChannelBenchmark(
        channel=channel,
        cpm=cpm,
        cpc=cpc,
        cvr=cvr,
        value=value,
        audience=audience,
        reach=max(0.05, 0.6 * fit),
        retention=RETENTION.get(profile.key) or RETENTION.get(profile.within, 0.3),
        spread=spread + (OTHER_CURRENCY if other else 0.0),
        source=f"{names}{f' (US dollars taken as {currency})' if other else ''}",
    )


def _chain(rows: Mapping[Metric, Benchmark]) -> tuple[list[Benchmark], float, float, float]:
    """The rows used, cost per thousand contacts, cost per click (or contact), conversions per click (or contact)."""
    if Metric.CPC in rows and Metric.CVR in rows:
        cpc, cvr = rows[Metric.CPC], rows[Metric.CVR]
        by_clicks = 1000 * cpc.value * rows[Metric.CTR].value if Metric.CTR in rows else cpc.value
        cpm = rows[Metric.CPM].value if Metric.CPM in rows else by_clicks
        return [cpc, cvr], cpm, cpc.value, cvr.value
    contact = rows[Metric.CPM]
    clicks = rows.get(Metric.CTR) or rows.get(Metric.CLICK_RATE) or rows.get(Metric.RESPONSE_RATE)
    if clicks is not None:
        return (
            [contact, clicks, rows[Metric.CVR]],
            contact.value,
            contact.value / 1000 / clicks.value,
            rows[Metric.CVR].value,
        )
    if Metric.CPL in rows:
        lead = rows[Metric.CPL]
        return [lead], contact.value, lead.value, 1.0
    answers = rows[Metric.CVR]
    return [contact, answers], contact.value, contact.value / 1000, answers.value
