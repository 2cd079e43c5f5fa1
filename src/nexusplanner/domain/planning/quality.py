"""How far a channel's curve can be trusted, in a class and in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray

ENOUGH_WEEKS = 26
ACTIVE_WEEKS = 8
STEADY = 0.1
TOGETHER = 0.97
LEARNED = 0.7
"""A channel is measured when its interval is narrower than this part of what was assumed."""
WIDE = 8.0
"""High over low end of an interval that leaves open whether a channel pays, however much the rows narrowed it."""
IMPLAUSIBLE = 2.58
"""Returns above 99.5 % of what was assumed, in standard deviations of its logarithm: more likely spend after demand."""
FOLLOWS, ECHOES = 0.5, 0.9
"""Share of a spend's variation in season, trend and controls that is worth telling, and that leaves nothing to learn from."""


class QualityClass(StrEnum):
    """Where a curve comes from."""

    MEASURED = "measured"
    BORROWED = "borrowed"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, kw_only=True)
class Quality:
    """The class of a channel's curve and the reasons a planner can read; seen is the range of weekly spend (low, high)."""

    kind: QualityClass
    reasons: tuple[str, ...]
    seen: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the training rows hold about one channel.

    twins: channels whose spend moved with this one's. narrowing: width of the 90 % interval over that of the prior, as a
    ratio or as a difference of its ends, whichever says more. shift: posterior minus prior mean of the log return in
    prior standard deviations. width: high over low end of the 90 % interval. source: where a borrowed prior comes from,
    or "". echo: share of the spend's variation that season, trend and controls explain. experiments: those on this
    channel, in words.
    """

    channel: str
    spend: FloatArray
    twins: tuple[str, ...]
    narrowing: float
    shift: float
    width: float
    source: str
    echo: float = 0.0
    experiments: tuple[str, ...] = ()


def twins(spend: FloatArray, *, channels: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """For each channel, the others whose weekly spend (T, C) correlates with its own above the limit."""
    moving = spend.std(axis=0) > 0
    scaled = np.where(moving, (spend - spend.mean(axis=0)) / np.where(moving, spend.std(axis=0), 1.0), 0.0)
    together = scaled.T @ scaled / len(spend) > TOGETHER
    np.fill_diagonal(together, val=False)
    return {
        channel: tuple(other for other, same in zip(channels, row, strict=True) if same)
        for channel, row in zip(channels, together, strict=True)
    }


def judge(evidence: Evidence) -> Quality:
    """Class and reasons for a channel that was fitted."""
    spend = evidence.spend
    weeks, active = len(spend), int(np.count_nonzero(spend))
    variation = float(spend.std() / spend.mean())
    doubts = _doubts(evidence, weeks=weeks, active=active, variation=variation)
    reasons = [
        f"{weeks} weeks, {active} with spend from {spend.min():,.0f} to {spend.max():,.0f} a week",
        _learned(evidence.narrowing),
    ]
    if evidence.width <= WIDE or evidence.narrowing > LEARNED:
        reasons.append(f"the 90 % interval's ends are a factor of {evidence.width:.1f} apart")
    if abs(evidence.shift) > 1:
        way = "above" if evidence.shift > 0 else "below"
        reasons.append(f"the rows put the return well {way} what was assumed")
    if FOLLOWS < evidence.echo <= ECHOES:
        reasons.append(f"{evidence.echo:.0%} of the spend's changes follow season, trend and controls")
    if evidence.experiments and evidence.narrowing <= LEARNED and evidence.width <= WIDE:
        kind = QualityClass.MEASURED
        doubts = [f"measured by {each}" for each in evidence.experiments] + doubts
    elif not doubts:
        kind = QualityClass.MEASURED
    elif evidence.source:
        kind = QualityClass.BORROWED
        reasons.append(f"until there is more, the return is borrowed from {evidence.source}")
    else:
        kind = QualityClass.ASSUMPTION
    return Quality(kind=kind, reasons=(*doubts, *reasons), seen=(float(spend.min()), float(spend.max())))


def unspent(*, channel: str) -> Quality:
    """Quality of a channel with no spend in the training rows."""
    return Quality(
        kind=QualityClass.ASSUMPTION,
        reasons=(f"nothing was spent on {channel} in the training rows: borrow a curve from benchmark figures",),
    )


def _doubts(evidence: Evidence, *, weeks: int, active: int, variation: float) -> list[str]:
    doubts = []
    if weeks < ENOUGH_WEEKS:
        doubts.append(f"only {weeks} weeks: at least {ENOUGH_WEEKS} are needed to measure a channel")
    if active < ACTIVE_WEEKS:
        doubts.append(f"spend in only {active} weeks: at least {ACTIVE_WEEKS} are needed")
    if variation < STEADY:
        doubts.append("spend hardly changed: without variation its effect cannot be told from the baseline")
    doubts.extend(
        f"{evidence.channel} and {other} always ran together: the data cannot tell them apart"
        for other in evidence.twins
    )
    if evidence.shift > IMPLAUSIBLE:
        doubts.append(
            "the return is higher than nearly any channel's: spend that follows demand looks like this; "
            "an experiment would tell"
        )
    if evidence.echo > ECHOES:
        doubts.append(f"{evidence.echo:.0%} of the spend's changes follow season, trend and controls: no more is known")
    if evidence.narrowing > LEARNED:
        doubts.append("the rows say little about this channel: the result is mostly what was assumed")
    elif evidence.width > WIDE:
        doubts.append(
            f"the 90 % interval's ends are a factor of {evidence.width:.1f} apart: too wide to call it measured "
            f"(at most {WIDE:.0f})"
        )
    return doubts


def _learned(narrowing: float) -> str:
    if narrowing >= 1:
        return "the rows did not narrow what was assumed"
    return f"the rows narrowed the interval to {narrowing:.0%} of what was assumed"
