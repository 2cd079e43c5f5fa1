"""Whether feedback made proposals better: said only when it can be told, and said when it did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from nexusplanner.domain.shared import CampaignId

FEWEST = 30
"""Outcomes on each side, at least, before anything is said."""
FEWEST_CAMPAIGNS = 5
"""Campaigns on each side: ideas of one campaign stand and fall together."""
USEFUL = 100
"""About how many outcomes tell a difference worth having."""
_Z = 1.96


@dataclass(frozen=True, kw_only=True)
class HeldOutcome:
    """What became of one idea. Nothing of it was known when it was made. group: what is compared with its like.

    informed: whether anything had been learned when it was made.
    """

    campaign_id: CampaignId
    group: str
    informed: bool
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """Acceptance of ideas made before anything was learned, and after. low, high: 95 % interval of after - before.

    n: outcomes on both sides. improved: whether the interval lies above nought; False when it does not; None when there
    is too little to tell.
    """

    n: int
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    improved: bool | None
    words: str


def held_out(outcomes: Iterable[HeldOutcome]) -> Held:
    """Compare acceptance after learning with acceptance before.

    Only groups that have both sides count, each weighted by its outcomes after learning, so that a change in what was
    planned is not taken for an effect. The interval allows for ideas of one campaign standing and falling together, on one
    side or across both (Liang and Zeger 1986, corrected within each group and side for few campaigns, with Student's
    quantile); above all it is what words rest on.
    """
    known = tuple(outcomes)
    matched = _matched(known)
    sides = {informed: [each for each in matched if each.informed is informed] for informed in (False, True)}
    n = len(matched)
    before, after = (_mean(sides[informed], weights=_weights(matched)) for informed in (False, True))
    if min(len(each) for each in sides.values()) < FEWEST or min(_campaigns(each) for each in sides.values()) < (
        FEWEST_CAMPAIGNS
    ):
        return Held(n=n, before=before, after=after, low=None, high=None, improved=None, words=_too_few(known, matched))
    if before is None or after is None:
        return Held(n=n, before=before, after=after, low=None, high=None, improved=None, words=_too_few(known, matched))
    error = sqrt(_variance(matched, weights=_weights(matched)))
    spread = _student(min(_campaigns(each) for each in sides.values()) - 1) * error
    low, high = max(after - before - spread, -1.0), min(after - before + spread, 1.0)
    improved = low > 0
    words = _words(before=before, after=after, low=low, high=high, n=n)
    return Held(n=n, before=before, after=after, low=low, high=high, improved=improved, words=words)


def _matched(outcomes: Sequence[HeldOutcome]) -> list[HeldOutcome]:
    """Those of groups with outcomes on both sides."""
    sides: dict[str, set[bool]] = {}
    for each in outcomes:
        sides.setdefault(each.group, set()).add(each.informed)
    return [each for each in outcomes if len(sides[each.group]) == 2]


def _weights(matched: Sequence[HeldOutcome]) -> Mapping[tuple[str, bool], float]:
    """What an outcome counts, by group and side: groups weigh the same on both sides."""
    counts: dict[tuple[str, bool], int] = {}
    for each in matched:
        counts[each.group, each.informed] = counts.get((each.group, each.informed), 0) + 1
    after = sum(number for (_, informed), number in counts.items() if informed) or 1
    return {key: counts.get((key[0], True), 0) / after / number for key, number in counts.items()}


def _mean(side: Sequence[HeldOutcome], *, weights: Mapping[tuple[str, bool], float]) -> float | None:
    return sum(weights[each.group, each.informed] * each.accepted for each in side) if side else None


def _variance(matched: Sequence[HeldOutcome], *, weights: Mapping[tuple[str, bool], float]) -> float:
    """Of the difference between both sides' weighted means, from the sums of residuals of each campaign."""
    cells: dict[tuple[str, bool], list[HeldOutcome]] = {}
    for each in matched:
        cells.setdefault((each.group, each.informed), []).append(each)
    sums: dict[CampaignId, float] = {}
    clustered = alone = 0.0
    for cell, outcomes in cells.items():
        # Half an acceptance and half a rejection are added, so that a cell that is all one is not taken for certain.
        mean = (sum(each.accepted for each in outcomes) + 0.5) / (len(outcomes) + 1)
        weight, number, spread = weights[cell], _campaigns(outcomes), mean * (1 - mean)
        alone += weight**2 * len(outcomes) * spread
        if number == 1:
            # How campaigns of a service differ cannot be seen on one; it counts as a single outcome.
            clustered += (weight * len(outcomes)) ** 2 * spread
            continue
        scaled = weight * sqrt(number / (number - 1)) * (1 if cell[1] else -1)
        for each in outcomes:
            sums[each.campaign_id] = sums.get(each.campaign_id, 0.0) + scaled * (each.accepted - mean)
    return max(clustered + sum(value * value for value in sums.values()), alone)


def _campaigns(side: Iterable[HeldOutcome]) -> int:
    return len({each.campaign_id for each in side})


def _student(freedom: int) -> float:
    """The 97.5 % point of Student's t, by its expansion about the normal one (Abramowitz and Stegun 26.7.5)."""
    first = (_Z**3 + _Z) / 4
    second = (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / 96
    third = (3 * _Z**7 + 19 * _Z**5 + 17 * _Z**3 - 15 * _Z) / 384
    return _Z + first / freedom + second / freedom**2 + third / freedom**3


def _too_few(known: Sequence[HeldOutcome], matched: Sequence[HeldOutcome]) -> str:
    informed = [each for each in known if each.informed]
    if not known:
        return f"No idea has been accepted or rejected yet, so nothing can be told; about {USEFUL} outcomes are needed."
    if not informed:
        return (
            f"{_outcomes(len(known))}, all of ideas made before anything was learned: nothing to compare them with yet."
        )
    if len(informed) == len(known):
        return (
            f"{_outcomes(len(known))}, all of ideas made after something was learned: there are none from before to "
            "compare them with, so whether learning helped cannot be told."
        )
    if len(known) >= USEFUL and len(matched) < len(known):
        return (
            f"{_outcomes(len(known))}, but only {len(matched)} of them for services that have ideas from before and "
            "after learning: too few to tell."
        )
    return (
        f"{_outcomes(len(matched))} that can be compared: too few to tell; about {USEFUL} are needed, at least {FEWEST} "
        f"from {FEWEST_CAMPAIGNS} campaigns on each side."
    )


def _outcomes(number: int) -> str:
    return f"{number} outcome{'' if number == 1 else 's'}"


def _words(*, before: float, after: float, low: float, high: float, n: int) -> str:
    compared = (
        f"{after:.0%} of ideas made with what was learned were accepted, {before:.0%} of those made before "
        f"({n} outcomes, difference {100 * (after - before):+.0f} points, 95 % interval {100 * low:+.0f} to {100 * high:+.0f})"
    )
    if low > 0:
        return (
            f"Acceptance has improved: {compared}. It is a comparison of earlier with later ideas for the same services; "
            "other changes over that time would show in it, too."
        )
    if high < 0:
        return f"Feedback has not improved acceptance; it has fallen: {compared}. Look through what was learned."
    return f"It cannot be said that feedback improved acceptance: {compared}, which includes no difference at all."
