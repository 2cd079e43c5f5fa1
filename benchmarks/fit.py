"""Fit simulated worlds with known truth and print how well the truth is found and covered.

    python benchmarks/fit.py --sets 100 --kind hill
    python benchmarks/fit.py --sets 20 --kind stress --methods auto
    python benchmarks/fit.py --sets 20 --kind mm --write sets/

The truth is not drawn from the priors of the fit: ROI log-uniform 0.6-5, retention uniform 0.05-0.7, slopes uniform
0.7-2.5 (kind hill; 1 for mm), half log-uniform 0.3-3 times the mean spend; stress adds ways in which the world is not the
model. "ols" is least squares on raw spend with the same trend, season and controls, in the same run. `--write` keeps
the data sets (csv) and their truth (json), so that another tool can be scored on the same.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

# The arrays are small: threads of the linear algebra would only wait for each other, and count as CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from fit_sets import raw_least_squares, worlds, write_set
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import Curve, Method
from nexusplanner.domain.planning.fit.fitting import FitConfig, FitData, fit
from nexusplanner.domain.planning.simulate import Truth, simulate

HEADER = (
    f"{'world':<17}{'method':<9}{'covered':>8}{'ROI err':>9}{'median':>8}{'width':>7}{'contr.':>8}"
    f"{'holdout (oracle)':>18}{'band':>7}{'warns':>7}{'CPU s':>8}{'max':>7}{'sampled':>9}"
)


@dataclass
class Tally:
    """Figures over data sets; the first four hold one value per channel, the rest one per data set."""

    covered: list[bool] = field(default_factory=list)
    roi_error: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    contribution_error: list[float] = field(default_factory=list)
    holdout: list[float] = field(default_factory=list)
    oracle: list[float] = field(default_factory=list)
    band: list[float] = field(default_factory=list)
    warned: list[bool] = field(default_factory=list)
    sampled: list[bool] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def line(self, world: str, method: str) -> str:
        """One line of the table."""
        held = f"{np.mean(self.holdout):.4f} ({np.mean(self.oracle):.4f})" if self.holdout else "-"
        return (
            f"{world:<17}{method:<9}{np.mean(self.covered):>8.3f}{np.mean(self.roi_error):>9.3f}"
            f"{np.median(self.roi_error):>8.3f}{np.median(self.width):>7.1f}{_mean(self.contribution_error):>8}"
            f"{held:>18}{_mean(self.band):>7}{_mean(self.warned):>7}"
            f"{np.median(self.cpu):>8.3f}{np.max(self.cpu):>7.2f}{_mean(self.sampled):>9}"
        )


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f}" if values else "-"


def score(
    tally: Tally, data: FitData, truth: Truth, *, holdout: int, method: Method, saturation: Curve, seed: int
) -> None:
    """Fit one data set and add its figures."""
    training = len(data.dates) - holdout
    started = time.process_time()
    config = FitConfig(holdout=holdout, method=method, saturation=saturation)
    result = fit(data, config=config, rng=np.random.default_rng(seed))
    tally.cpu.append(time.process_time() - started)
    roi = truth.roi_over(training)
    for index, found in enumerate(result.channels):
        assert found.roi is not None
        actual = truth.contributions[:training, index]
        tally.covered.append(found.roi.low <= roi[index] <= found.roi.high)
        tally.roi_error.append(abs(found.roi.mean - roi[index]) / roi[index])
        tally.width.append(found.roi.high / found.roi.low)
        tally.contribution_error.append(float(np.abs(found.weekly.mean - actual).sum() / actual.sum()))
    tally.warned.append(bool(result.warnings))
    tally.sampled.append(result.diagnosis.method == "sample")
    if result.holdout is not None:
        ahead = data.outcome[training:]
        tally.holdout.append(result.holdout.wmape)
        tally.band.append(result.holdout.coverage)
        tally.oracle.append(float(np.abs(ahead - truth.expected[training:]).sum() / ahead.sum()))


def score_raw(tally: Tally, data: FitData, truth: Truth, *, holdout: int) -> None:
    """Add the figures of least squares on raw spend."""
    training = len(data.dates) - holdout
    roi = truth.roi_over(training)
    started = time.process_time()
    raw, low, high = raw_least_squares(data, training=training)
    tally.cpu.append(time.process_time() - started)
    tally.covered += list((low <= roi) & (roi <= high))
    tally.roi_error += list(np.abs(raw - roi) / roi)
    tally.width += list(_ratio(low, high))
    linear, actual = raw * data.spend[:training], truth.contributions[:training]
    tally.contribution_error += list(np.abs(linear - actual).sum(axis=0) / actual.sum(axis=0))


def _ratio(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.where(low > 0, high / np.where(low > 0, low, 1.0), np.inf)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per world and method, or write the data sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["mm", "hill", "stress"], default="hill")
    parser.add_argument(
        "--methods", default="laplace,sample,auto", help="of laplace, sample and auto; empty for ols only"
    )
    parser.add_argument("--saturation", choices=get_args(Curve), default="hill")
    parser.add_argument("--weeks", type=int, default=169)
    parser.add_argument("--holdout", type=int, default=13)
    parser.add_argument("--write", type=Path, help="write the data sets into this folder instead of fitting them")
    given = parser.parse_args(arguments)
    methods = [name for name in given.methods.split(",") if name]
    if not given.write:
        print(HEADER)
    for name, world in worlds(given.kind, weeks=given.weeks):
        tallies = {method: Tally() for method in (*methods, "ols")}
        for index in range(given.sets):
            data, truth = simulate(world, rng=np.random.default_rng([given.seed, index]))
            if given.write:
                write_set(given.write, name=f"{name}_{index:03}", data=data, truth=truth, holdout=given.holdout)
                continue
            for method in methods:
                score(
                    tallies[method],
                    data,
                    truth,
                    holdout=given.holdout,
                    method=method,
                    saturation=given.saturation,
                    seed=index,
                )
            score_raw(tallies["ols"], data, truth, holdout=given.holdout)
        if not given.write:
            print("\n".join(tally.line(name, method) for method, tally in tallies.items()), flush=True)


if __name__ == "__main__":
    main()
