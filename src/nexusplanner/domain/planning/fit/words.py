"""What a fit warns of and what its rows cannot answer, in sentences for a planner."""

from __future__ import annotations

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.draws import Draws, Fitted
from nexusplanner.domain.planning.fit.result import ChannelFit, FitResult
from nexusplanner.domain.planning.quality import ENOUGH_WEEKS, IMPLAUSIBLE, LEARNED, STEADY, TOGETHER, WIDE, twins

_POOR_MIXING = 1.3
_PERSISTENT, _DRIFTING, _SWINGING = 0.2, 0.1, 0.15
_WORSE = 1.8
"""Error of the held-out weeks over that of the training weeks from which it is told."""
_TOLD = 10.0
"""Sum of squared scores for another shape from which it is told; one data set in fifteen has as much by chance."""
_POOR_TAIL = 1.0
_TRADED = -0.5
"""Correlation of two channels' effects below which one takes from the other."""
_PAUSED = 0.2
"""A week below this part of the channel's mean spend counts as a pause."""
_LITTLE = 0.05
"""Share of the outcome's variation below which the channels explain hardly anything."""


def warnings(fitted: Fitted, found: FitResult) -> tuple[str, ...]:
    """What went wrong, was changed or left out, in words."""
    return (*_of_the_rows(fitted, found), *_of_the_world(fitted, found), *_of_the_fit(found))


def _of_the_rows(fitted: Fitted, found: FitResult) -> list[str]:
    data, training = fitted.rows.data, fitted.training
    words = list(fitted.rows.notes)
    if training < ENOUGH_WEEKS:
        words.append(f"{training} training weeks: every figure is mostly what was assumed")
    words.extend(f"control {name} was left out: {reason}" for name, reason in fitted.left_out.items())
    pairs = twins(data.spend[:training], channels=data.channels)
    order = {name: index for index, name in enumerate(data.channels)}
    words.extend(
        f"{name} and {other} always ran together: the data cannot tell them apart"
        for name, others in pairs.items()
        for other in others
        if order[name] < order[other]
    )
    words.extend(f"{each.channel}: {each.quality.reasons[0]}" for each in found.channels if each.roi is None)
    if fitted.config.kind == "money" and np.abs(data.outcome[:training]).sum() < data.spend[:training].sum():
        words.append(
            "the outcome is smaller than the spend: if it counts something other than money, set kind to count"
        )
    return words


def _of_the_world(fitted: Fitted, found: FitResult) -> list[str]:
    """Signs that the world is not the model."""
    words = []
    if found.diagnosis.persistence > _PERSISTENT:
        words.append("the noise persists from week to week: something outside the data moved the outcome")
    if found.diagnosis.swing > _SWINGING or found.diagnosis.drift > _DRIFTING:
        words.append(
            "demand moved by itself, beyond season, trend and controls: where spend followed it, the returns are too high"
        )
    channels = tuple(name for name, keep in zip(fitted.rows.data.channels, fitted.used, strict=True) if keep)
    later, steeper = np.maximum(fitted.scores.later, 0.0), fitted.scores.steeper
    if np.square(later).sum() > _TOLD:
        words.append(
            f"the rows fit better when the effect, of {channels[int(np.argmax(later))]} above all, comes later than the "
            "spend: try the delayed adstock"
        )
    if np.square(steeper).sum() > _TOLD:
        words.append(
            f"the rows fit better when slopes, of {channels[int(np.argmax(np.abs(steeper)))]} above all, may differ from "
            "one: set saturation to hill"
        )
    implausible = [each.channel for each in found.channels if each.shift > IMPLAUSIBLE]
    if implausible:
        words.append(f"the return of {_listed(implausible)} is not plausible: spend probably followed demand")
    return words


def _of_the_fit(found: FitResult) -> list[str]:
    words = []
    if found.diagnosis.method == "laplace" and found.diagnosis.laplace_tail > _POOR_TAIL:
        words.append("the quick approximation is poor here: use the sampler for intervals that can be trusted")
    held = found.holdout
    if held is not None and held.wmape > _WORSE * found.wmape:
        words.append(
            f"the weeks held out were missed by {held.wmape:.0%}, those of the fit by {found.wmape:.0%}: "
            "something changed, and forecasts are worse than the fit looks"
        )
    if found.diagnosis.mixing > _POOR_MIXING:
        words.append("the draws did not settle: read the intervals as too narrow")
    return words


def cannot_tell(fitted: Fitted, draws: Draws, found: FitResult) -> tuple[str, ...]:
    """What these rows cannot answer however they are fitted, and why."""
    training = fitted.training
    spend = fitted.rows.data.spend[:training, fitted.used]
    names = draws.curves.channels
    words: list[str] = []
    if training < ENOUGH_WEEKS:
        words.append(f"{training} weeks cannot tell the channels from trend and season: give {ENOUGH_WEEKS} or more")
    untested = [name for name in names if name not in {each.channel for each in fitted.experiments}]
    if untested:
        words.append(f"whether the spend or the demand came first: no experiment on {_listed(untested)}")
    if fitted.config.saturation == "concave":
        words.append("whether a channel needs a least spend before it works: saturation is set to concave")
    words.extend(_confounded(draws, training, names, spend))
    steady = [name for name, column in zip(names, spend.T, strict=True) if column.std() < STEADY * column.mean()]
    if steady:
        words.append(f"spend on {_listed(steady)} hardly changed: what it brings cannot be told from the baseline")
    unknown = [each.channel for each in found.channels if each.roi is not None and each.narrowing > LEARNED]
    if unknown:
        words.append(f"what {_listed(unknown)} brings: the rows hardly narrow what was assumed")
    loose = [each.channel for each in found.channels if each.channel not in unknown and _width(each) > WIDE]
    if loose:
        words.append(
            f"how much {_listed(loose)} brings: the interval's ends are more than a factor of {WIDE:.0f} apart"
        )
    on = [
        name
        for name, column in zip(names, spend.T, strict=True)
        if column.min() > _PAUSED * column.mean() and name not in steady
    ]
    if on:
        words.append(f"{_listed(on)} never paused: what would be lost without it is read off the curve, not seen")
    media = draws.contributions[..., :training].sum(axis=1).mean(axis=0)
    if media.var() < _LITTLE * found.outcome.var():
        words.append(
            "nearly all of the outcome's movement is baseline, season and controls: the channels move it little"
        )
    most = [f"{name} above {column.max():,.0f}" for name, column in zip(names, spend.T, strict=True)]
    words.append(f"weekly spend beyond what was seen is extrapolated: {_listed(most)}")
    return tuple(words)


def _confounded(draws: Draws, training: int, names: tuple[str, ...], spend: FloatArray) -> list[str]:
    """Pairs of channels of which one gains what the other loses."""
    effects = np.log(draws.contributions[..., :training].sum(axis=-1))
    words = []
    for first in range(len(names)):
        for second in range(first + 1, len(names)):
            traded = np.corrcoef(effects[:, first], effects[:, second])[0, 1]
            together = (
                np.corrcoef(spend[:, first], spend[:, second])[0, 1] if spend.std(axis=0)[[first, second]].all() else 0
            )
            if traded < _TRADED or together > TOGETHER:
                words.append(
                    f"{names[first]} and {names[second]} are confounded (spends correlate {together:.2f}): "
                    "their sum is known better than either"
                )
    return words


def _width(found: ChannelFit) -> float:
    return found.roi.high / max(found.roi.low, 1e-300) if found.roi else 1.0


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
