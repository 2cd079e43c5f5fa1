"""From a score to a probability, learnt from outcomes, and how well that does.

Platt scaling: p = 1 / (1 + exp(-(slope * score + intercept))), fitted by maximum likelihood to smoothed targets.
Sources: Platt 1999, "Probabilistic outputs for support vector machines"; Lin, Lin and Weng 2007, "A note on Platt's
probabilistic outputs", whose Newton method with backtracking this is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.domain.shared import Invalid

NEEDED = 100
"""Resolved outcomes from which a probability is shown at all."""
MOST_LEARNT = 2000
"""Outcomes that are learnt from, the newest."""
FOLDS = 10
BINS = 10
QUANTILE_95 = 1.6448536269514722
"""The 95 % point of the standard normal distribution."""
_LARGEST_LOGIT = 30.0
_STEPS, _RIDGE, _FLAT = 100, 1e-12, 1e-9


@dataclass(frozen=True, kw_only=True)
class Example:
    """One resolved proposal: its score when it was made, and whether the event came about."""

    score: float
    happened: bool


@dataclass(frozen=True, kw_only=True)
class Platt:
    """A probability for every score. The variances and the covariance are those of the two estimates."""

    slope: float
    intercept: float
    slope_variance: float = 0.0
    intercept_variance: float = 0.0
    covariance: float = 0.0

    def probability(self, score: float) -> float:
        """The probability at `score`, inside (0, 1)."""
        return _logistic(self.slope * score + self.intercept)

    def interval(self, score: float) -> tuple[float, float]:
        """The 90 % interval of the probability, from the uncertainty of the fit alone."""
        logit = self.slope * score + self.intercept
        variance = score * score * self.slope_variance + 2 * score * self.covariance + self.intercept_variance
        spread = QUANTILE_95 * math.sqrt(max(variance, 0.0))
        return _logistic(logit - spread), _logistic(logit + spread)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was learnt of an event, and how good it is on outcomes it did not see.

    n: resolved outcomes. base_rate: share of them in which the event came about. skill: Brier skill against the base
    rate, cross-validated: 1 is perfect, 0 no better than always saying the base rate. ece: expected calibration error
    of the same predictions.
    """

    n: int
    base_rate: float
    platt: Platt
    skill: float
    ece: float
    fitted_at: datetime

    @property
    def useful(self) -> bool:
        """Whether its probabilities say more than the base rate does."""
        return self.n >= NEEDED and self.skill > 0


def fit_platt(examples: Sequence[Example]) -> Platt:
    """The most likely logistic curve through the examples, for targets smoothed as Platt proposed.

    Raises: Invalid without examples or for a score that is not finite.
    """
    if not examples or not all(math.isfinite(example.score) for example in examples):
        raise Invalid("Calibration needs examples with finite scores.")
    # Centred and scaled, so that the ridge and the stopping rule mean the same for every score.
    centre = sum(example.score for example in examples) / len(examples)
    width = math.sqrt(sum((example.score - centre) ** 2 for example in examples) / len(examples))
    if width <= _FLAT * max(abs(centre), 1.0):
        width = 1.0
        points = [0.0] * len(examples)
    else:
        points = [(example.score - centre) / width for example in examples]
    happened = sum(example.happened for example in examples)
    high, low = (happened + 1) / (happened + 2), 1 / (len(examples) - happened + 2)
    targets = [high if example.happened else low for example in examples]
    a, b = _newton(points, targets, start=math.log((happened + 1) / (len(examples) - happened + 1)))
    aa, ab, bb = _hessian(points, a=a, b=b)
    determinant = aa * bb - ab * ab
    va, vb, cab = bb / determinant, aa / determinant, -ab / determinant
    shift = centre / width
    return Platt(
        slope=a / width,
        intercept=b - a * shift,
        slope_variance=va / width**2,
        intercept_variance=vb - 2 * shift * cab + shift * shift * va,
        covariance=(cab - shift * va) / width,
    )


def calibrate(examples: Sequence[Example], *, at: datetime) -> Calibration | None:
    """What the examples teach; none below `NEEDED` of them, when a percentage would be made up."""
    if len(examples) < NEEDED:
        return None
    guesses, bases = _unseen(examples)
    truth = [float(example.happened) for example in examples]
    reference = brier(bases, truth)
    return Calibration(
        n=len(examples),
        base_rate=sum(truth) / len(truth),
        platt=fit_platt(examples),
        skill=1 - brier(guesses, truth) / reference if _mixed(examples) else 0.0,
        ece=calibration_error(guesses, truth),
        fitted_at=at,
    )


def brier(guesses: Sequence[float], truth: Sequence[float]) -> float:
    """Mean squared difference between probabilities and what happened (1 or 0)."""
    return sum((guess - true) ** 2 for guess, true in zip(guesses, truth, strict=True)) / len(truth)


def calibration_error(guesses: Sequence[float], truth: Sequence[float], *, bins: int = BINS) -> float:
    """Expected calibration error: |mean guess - share that happened|, averaged over bins of equal count.

    At small counts it is mostly noise: a perfect forecaster measures .15 on 50 outcomes.
    """
    order = sorted(range(len(guesses)), key=guesses.__getitem__)
    error = 0.0
    for number in range(bins):
        inside = order[number * len(order) // bins : (number + 1) * len(order) // bins]
        if inside:
            error += abs(sum(guesses[each] for each in inside) - sum(truth[each] for each in inside))
    return error / len(guesses)


def _unseen(examples: Sequence[Example]) -> tuple[list[float], list[float]]:
    """For each example the probability, and the base rate, learnt from those in the other folds."""
    guesses, bases = [0.0] * len(examples), [0.0] * len(examples)
    for fold in range(FOLDS):
        others = [example for place, example in enumerate(examples) if place % FOLDS != fold]
        platt = fit_platt(others)
        base = sum(example.happened for example in others) / len(others)
        for place in range(fold, len(examples), FOLDS):
            guesses[place], bases[place] = platt.probability(examples[place].score), base
    return guesses, bases


def _mixed(examples: Sequence[Example]) -> bool:
    return len({example.happened for example in examples}) > 1


def _newton(points: Sequence[float], targets: Sequence[float], *, start: float) -> tuple[float, float]:
    """Slope and intercept of least cross-entropy; `start` is where the intercept begins."""
    a, b = 0.0, start
    value = _entropy(points, targets, a=a, b=b)
    for _ in range(_STEPS):
        errors = [_logistic(a * point + b) - target for point, target in zip(points, targets, strict=True)]
        ga = sum(error * point for error, point in zip(errors, points, strict=True))
        gb = sum(errors)
        if max(abs(ga), abs(gb)) < _FLAT * len(points):
            break
        aa, ab, bb = _hessian(points, a=a, b=b)
        determinant = aa * bb - ab * ab
        da, db = -(bb * ga - ab * gb) / determinant, -(aa * gb - ab * ga) / determinant
        step = 1.0
        while step > _FLAT:
            tried = _entropy(points, targets, a=a + step * da, b=b + step * db)
            if tried < value + 1e-4 * step * (ga * da + gb * db):
                break
            step /= 2
        else:
            break
        a, b, value = a + step * da, b + step * db, tried
    return a, b


def _hessian(points: Sequence[float], *, a: float, b: float) -> tuple[float, float, float]:
    weights = [chance * (1 - chance) for chance in (_logistic(a * point + b) for point in points)]
    ridge = _RIDGE * len(points) + _RIDGE
    aa = sum(weight * point * point for weight, point in zip(weights, points, strict=True)) + ridge
    ab = sum(weight * point for weight, point in zip(weights, points, strict=True))
    return aa, ab, sum(weights) + ridge


def _entropy(points: Sequence[float], targets: Sequence[float], *, a: float, b: float) -> float:
    total = 0.0
    for point, target in zip(points, targets, strict=True):
        logit = a * point + b
        # log(1 + exp(logit)) - target * logit, without overflow
        total += max(logit, 0.0) + math.log1p(math.exp(-abs(logit))) - target * logit
    return total


def _logistic(logit: float) -> float:
    bounded = min(max(logit, -_LARGEST_LOGIT), _LARGEST_LOGIT)
    return 1 / (1 + math.exp(-bounded))
