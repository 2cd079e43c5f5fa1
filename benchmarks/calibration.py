"""How well a probability learnt from few outcomes holds on many fresh ones.

    python -m benchmarks.calibration
    python -m benchmarks.calibration --outcomes 100 200 500 1000 --seeds 20

Each seed draws a workspace: proposals with random evidence, scored as the product scores them, and what became of each
by one of three laws that are unknown to what learns. It learns from `outcomes` of them and is judged on `fresh` others.
Beside Platt scaling run, on the same draws: isotonic regression, the score itself taken for a probability ("none"), and
the base rate of what was learnt from. "skill" is the Brier skill against that base rate. The exit code is 1 when the mean
expected calibration error of Platt scaling exceeds .06 under any law, or a percentage would show below 100 outcomes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from nexusplanner.domain.calibration import NEEDED, Example, brier, calibrate, calibration_error, fit_platt
from nexusplanner.domain.confidence import EvidenceStrength

Floats = NDArray[np.float64]
MOST_ERROR = 0.06
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def evidence(rng: np.random.Generator) -> EvidenceStrength:
    """Evidence of a proposal as plans have it: none to a dozen sources, some of them old, few that contradict."""
    sources = int(rng.poisson(rng.choice([1.0, 3.0, 6.0])))
    claims = int(rng.integers(1, 7))
    return EvidenceStrength(
        sources=sources,
        fresh=int(rng.integers(0, sources + 1)),
        origins=int(rng.integers(min(sources, 1), sources + 1)),
        own=int(rng.integers(0, sources + 1)),
        against=int(rng.random() < 0.15) if sources else 0,
        claims=claims,
        bare=int(rng.binomial(claims, 0.25)) if sources else claims,
        age=float(rng.beta(2, 2)) if sources else 0.0,
    )


def logistic(logit: Floats) -> Floats:
    """1 / (1 + exp(-logit))."""
    return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float64)


LAWS: Mapping[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "logistic": lambda score, _: logistic(5 * (score - 0.55)),
    "bent": lambda score, _: 0.05 + 0.7 * score**2,
    "noisy": lambda score, rng: logistic(4 * (score - 0.6) + rng.normal(0, 1, score.shape)),
}
"""Probability that the event comes about, by score: as Platt supposes; another shape; with much that the score misses."""


def isotonic(scores: Floats, happened: Floats, fresh: Floats) -> Floats:
    """Pool adjacent violators, between two scores by straight lines."""
    order = np.argsort(scores, kind="stable")
    return np.interp(fresh, scores[order], isotonic_regression(happened[order]).x)


def platt(scores: Floats, happened: Floats, fresh: Floats) -> Floats:
    """The product's own scaling."""
    fitted = fit_platt(examples(scores, happened))
    return np.array([fitted.probability(score) for score in fresh.tolist()])


METHODS: Mapping[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "Platt": platt,
    "isotonic": isotonic,
    "none": lambda _scores, _happened, fresh: fresh,
    "base rate": lambda _scores, happened, fresh: np.full(fresh.shape, happened.mean()),
}


def examples(scores: Floats, happened: Floats) -> list[Example]:
    """What the product learns from."""
    return [
        Example(score=score, happened=true > 0) for score, true in zip(scores.tolist(), happened.tolist(), strict=True)
    ]


def judged(rng: np.random.Generator, *, law: str, outcomes: int, fresh: int) -> dict[str, tuple[float, float]]:
    """Calibration error and Brier skill of every method on `fresh` outcomes it did not see."""
    scores = np.array([evidence(rng).score for _ in range(outcomes + fresh)])
    happened = (rng.random(scores.size) < LAWS[law](scores, rng)).astype(np.float64)
    seen, unseen = slice(0, outcomes), slice(outcomes, None)
    truth = happened[unseen].tolist()
    reference = brier([float(happened[seen].mean())] * fresh, truth)
    found = {}
    for name, method in METHODS.items():
        guesses = method(scores[seen], happened[seen], scores[unseen]).tolist()
        found[name] = (calibration_error(guesses, truth), 1 - brier(guesses, truth) / reference)
    return found


def shows_too_early(rng: np.random.Generator) -> bool:
    """Whether anything would be learnt from one outcome less than is needed."""
    scores = np.array([evidence(rng).score for _ in range(NEEDED - 1)])
    return calibrate(examples(scores, np.round(rng.random(NEEDED - 1))), at=NOW) is not None


def main(arguments: Sequence[str]) -> int:
    """Print the table; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outcomes", type=int, nargs="+", default=[NEEDED])
    parser.add_argument("--fresh", type=int, default=10_000)
    parser.add_argument("--seeds", type=int, default=100)
    asked = parser.parse_args(arguments)
    failed = shows_too_early(np.random.default_rng(0))
    print(f"mean of {asked.seeds} seeds, judged on {asked.fresh:,} fresh outcomes each")
    print(f"{'law':<10}{'n':>6}  {'method':<10}{'ECE':>8}{'worst':>8}{'skill':>9}")
    for law in LAWS:
        for outcomes in asked.outcomes:
            drawn = [
                judged(np.random.default_rng([seed, outcomes]), law=law, outcomes=outcomes, fresh=asked.fresh)
                for seed in range(asked.seeds)
            ]
            for name in METHODS:
                errors = [each[name][0] for each in drawn]
                skill = float(np.mean([each[name][1] for each in drawn]))
                error = float(np.mean(errors))
                print(f"{law:<10}{outcomes:>6}  {name:<10}{error:>8.3f}{max(errors):>8.3f}{skill:>9.3f}")
                failed |= name == "Platt" and outcomes >= NEEDED and error > MOST_ERROR
    print("FAILED" if failed else f"Platt's mean calibration error is at most {MOST_ERROR} everywhere.")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
