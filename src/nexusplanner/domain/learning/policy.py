"""The policy: pooled Bayesian regression over what a choice is made of, and tempered Thompson sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TEMPERATURE = 0.35
"""Of the posterior's spread in a draw. At 1 (plain Thompson) with this many arms most choices are still trials."""


@dataclass(frozen=True, kw_only=True)
class Belief:
    """What is believed of D effects that add up: their mean (D,) and covariance (D, D), normal.

    An arm is a row of the effects it is made of, so that what is learned of one arm holds for all that share a part.
    Source: Lindley and Smith 1972 (pooled effects); Chapelle and Li 2011 (Thompson sampling with a reduced spread).
    """

    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def before(cls, variances: FloatArray) -> Belief:
        """What is believed before anything is seen. variances: (D,), > 0, smaller for finer effects."""
        return cls(mean=np.zeros_like(variances), covariance=np.diag(variances))

    def after(self, row: FloatArray, reward: float, *, noise: float) -> Belief:
        """What is believed after one reward of an arm. row: (D,). noise: variance of a reward about its mean, > 0."""
        towards = self.covariance @ row
        gain = towards / (noise + row @ towards)
        mean = self.mean + gain * (reward - row @ self.mean)
        return Belief(mean=mean, covariance=self.covariance - np.outer(gain, towards))

    def drawn(self, rng: np.random.Generator, *, temperature: float = TEMPERATURE) -> FloatArray:
        """Effects (D,) as they may be; an arm is chosen by the greatest sum."""
        root = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(self.mean.size))
        return self.mean + temperature * (root @ rng.standard_normal(self.mean.size))


def together(likes: Belief, results: Belief, *, prior: FloatArray, agreement: float) -> Belief:
    """What is believed of results when likes count too, as far as they agree with results.

    likes, results: each learned from its own records alone, from `prior` (D,). agreement: correlation of effects on likes
    and on results, in [0, 1). Where results are many they decide; where there are none, likes do, shrunk.
    """
    expected = agreement**2 * likes.covariance + (1 - agreement**2) * np.diag(prior)
    certain = np.linalg.inv(expected)
    seen = np.linalg.inv(results.covariance)
    covariance = np.linalg.inv(seen - np.diag(1 / prior) + certain)
    mean = covariance @ (seen @ results.mean + certain @ (agreement * likes.mean))
    return Belief(mean=mean, covariance=(covariance + covariance.T) / 2)


def agreement_of(
    likes: Belief, results: Belief, *, prior: FloatArray, expected: float, worth: float, most: float = 0.95
) -> float:
    """How far effects on likes agree with effects on results, in [0, most].

    Moments of both posterior means, divided by what they would be at full agreement. expected: the correlation supposed
    before anything is seen, which counts as much as `worth` effects that are known for certain on both sides.
    """
    known = (1 - np.diag(likes.covariance) / prior) * (1 - np.diag(results.covariance) / prior)
    scale = float(prior.mean())
    moment = float((likes.mean * results.mean).sum()) + worth * expected * scale
    return float(np.clip(moment / (float((prior * known).sum()) + worth * scale), 0.0, most))
