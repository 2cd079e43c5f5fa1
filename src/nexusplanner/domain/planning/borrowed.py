"""Curves for channels without history, from benchmark figures, with intervals as wide as such figures deserve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, polygamma

from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.fit.data import ChannelPrior, CurveShape
from nexusplanner.domain.planning.quality import Quality, QualityClass
from nexusplanner.domain.shared import Invalid

CONTACTS_AT_HALF = 1.5
"""Contacts per reachable person and week at which half of the possible effect is there, unless said otherwise."""

HALF_SPREAD, SLOPE_SPREAD = 0.7, 0.25
"""Standard deviations of the logarithms of the spend at half effect and of the slope, whose median is one."""
RETENTION_STRENGTH = 6.0
"""A benchmark's retention is believed like that many observations of a share."""


class BenchmarkIncomplete(Invalid):
    """The benchmark figures cannot give a curve; the message names what is missing."""

    code = "BENCHMARK_INCOMPLETE"


@dataclass(frozen=True, kw_only=True)
class ChannelBenchmark:
    """Benchmark figures of one channel.

    cpm: currency units per 1,000 contacts. ctr: clicks per contact. cpc: currency units per click; give cpc, or ctr.
    cvr: conversions per click. value: outcome per conversion (money, or 1 to count conversions). audience: people.
    reach: share of the audience the channel can reach at most. contacts_at_half: weekly contacts per reachable person
    at half effect. retention: share of effect carried into the next week. spread: standard deviation of the logarithm
    of the return (0.6 puts the 90 % interval's ends a factor of 7 apart). source: words for the reader.
    """

    channel: str
    cpm: float
    cvr: float
    value: float
    audience: float
    ctr: float | None = None
    cpc: float | None = None
    reach: float = 0.6
    contacts_at_half: float = CONTACTS_AT_HALF
    retention: float = 0.3
    spread: float = 0.6
    source: str = "benchmark figures"

    def __post_init__(self) -> None:
        """Raise BenchmarkIncomplete for figures that give no curve."""
        if self.ctr is None and self.cpc is None:
            raise BenchmarkIncomplete(f"{self.channel}: give the cost per click or the click rate")
        for name in ("cpm", "cvr", "value", "audience", "ctr", "cpc", "reach", "contacts_at_half", "spread"):
            figure = getattr(self, name)
            if figure is not None and not 0 < figure < float("inf"):
                raise BenchmarkIncomplete(f"{self.channel}: {name} must be above 0")
        if self.reach > 1 or not 0 <= self.retention < 1:
            raise BenchmarkIncomplete(f"{self.channel}: reach must be at most 1 and retention below 1")

    @property
    def first_return(self) -> float:
        """Outcome per currency unit of the first spend, before saturation."""
        per_click = self.cpc if self.cpc is not None else self.cpm / 1000 / (self.ctr or 1.0)
        return self.cvr * self.value / per_click

    @property
    def half(self) -> float:
        """Currency units per week at half effect: the price of `contacts_at_half` contacts with everyone in reach."""
        return self.audience * self.reach * self.contacts_at_half * self.cpm / 1000


def channel_priors(benchmarks: Sequence[ChannelBenchmark]) -> Mapping[str, ChannelPrior]:
    """Priors by channel that a fit starts from: without any rows they are the borrowed curves.

    The mean return of the first spend is the benchmark's. The return, the spend at half effect, the slope and the
    retention vary independently, widely, because benchmark figures are averages over other companies.
    """
    return {found.channel: _prior(found) for found in benchmarks}


def borrowed_curves(benchmarks: Sequence[ChannelBenchmark], *, draws: int, rng: np.random.Generator) -> CurveDraws:
    """Curves of channels without history: draws (S, C) from `channel_priors`."""
    if not benchmarks:
        raise BenchmarkIncomplete("give at least one channel's benchmark figures")
    priors = channel_priors(benchmarks)
    shapes = [_shape(found) for found in benchmarks]
    normal = rng.standard_normal((4, draws, len(benchmarks)))
    median = np.array([priors[found.channel].median for found in benchmarks])
    first = median * np.exp(np.array([found.spread for found in benchmarks]) * normal[0])
    half = np.array([shape.half for shape in shapes]) * np.exp(HALF_SPREAD * normal[1])
    kept = np.array([shape.retention for shape in shapes])
    logit = np.log(kept / (1.0 - kept)) + np.array([shape.retention_spread for shape in shapes]) * normal[3]
    return CurveDraws(
        channels=tuple(found.channel for found in benchmarks),
        scale=first * half,
        half=half,
        slope=np.exp(SLOPE_SPREAD * normal[2]),
        retention=np.minimum(expit(logit), 0.98),
    )


def _prior(found: ChannelBenchmark) -> ChannelPrior:
    return ChannelPrior(
        median=found.first_return * float(np.exp(-(found.spread**2) / 2)),
        spread=found.spread,
        source=found.source,
        shape=_shape(found),
    )


def _shape(found: ChannelBenchmark) -> CurveShape:
    # The logit of a beta has these moments; half an observation keeps a retention of nothing from being certain.
    kept = max(RETENTION_STRENGTH * found.retention, 0.5)
    lost = max(RETENTION_STRENGTH * (1.0 - found.retention), 0.5)
    return CurveShape(
        half=found.half,
        half_spread=HALF_SPREAD,
        slope=1.0,
        slope_spread=SLOPE_SPREAD,
        retention=float(expit(digamma(kept) - digamma(lost))),
        retention_spread=float(np.sqrt(polygamma(1, kept) + polygamma(1, lost))),
    )


def borrowed_quality(benchmark: ChannelBenchmark) -> Quality:
    """The class and reasons to show beside a borrowed curve."""
    return Quality(
        kind=QualityClass.BORROWED,
        reasons=(
            f"no history for {benchmark.channel}: the curve is borrowed from {benchmark.source}",
            f"first spend brings about {benchmark.first_return:.3g} per currency unit",
            f"half of the effect is expected at {benchmark.half:,.0f} a week",
        ),
    )
