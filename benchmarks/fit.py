"""Fit simulated worlds with known truth and print how well the truth is found and covered.

    python benchmarks/fit.py --sets 100 --kind hill
    python benchmarks/fit.py --sets 30 --stress

The truth is not drawn from the priors of the fit: ROI log-uniform 0.6-5, retention uniform 0.05-0.7, slopes uniform
0.7-2.5 (kind hill; 1 for mm), half log-uniform 0.3-3 times the mean spend. "raw OLS" is least squares on raw spend with
the same trend, season and controls, in the same run.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

# The arrays are small: threads of the linear algebra would only wait for each other, and count as CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import t as student

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit import FitConfig, FitData, fit
from nexusplanner.domain.planning.fit_baseline import design
from nexusplanner.domain.planning.simulate import STRAINS, Strain, Truth, World, simulate


@dataclass
class Tally:
    """Figures over data sets; the first six hold one value per channel, the rest one per data set."""

    covered: list[bool] = field(default_factory=list)
    roi_error: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    contribution_error: list[float] = field(default_factory=list)
    raw_covered: list[bool] = field(default_factory=list)
    raw_roi_error: list[float] = field(default_factory=list)
    holdout: list[float] = field(default_factory=list)
    oracle: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def raw_least_squares(data: FitData, *, training: int, harmonics: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients of raw spend with the ends of their 90 % intervals, (C,) each."""
    columns, _ = design(
        weeks=training,
        training=training,
        harmonics=harmonics,
        controls=data.controls[:training],
        names=data.control_names,
    )
    table = np.column_stack([data.spend[:training], columns])
    found, *_ = np.linalg.lstsq(table, data.outcome[:training], rcond=None)
    residual = data.outcome[:training] - table @ found
    freedom = training - table.shape[1]
    error = np.sqrt(np.diag(np.linalg.pinv(table.T @ table)) * (residual @ residual) / freedom)
    count = data.spend.shape[1]
    reach = student.ppf(0.95, freedom) * error[:count]
    middle = np.asarray(found[:count], dtype=np.float64)
    return middle, middle - reach, middle + reach


def score(tally: Tally, data: FitData, truth: Truth, *, holdout: int, seed: int) -> None:
    """Fit one data set and add its figures."""
    training = len(data.dates) - holdout
    config = FitConfig(holdout=holdout)
    started = time.process_time()
    result = fit(data, config=config, rng=np.random.default_rng(seed))
    tally.cpu.append(time.process_time() - started)
    roi = truth.roi_over(training)
    raw, low, high = raw_least_squares(data, training=training, harmonics=config.harmonics)
    tally.raw_covered += list((low <= roi) & (roi <= high))
    tally.raw_roi_error += list(np.abs(raw - roi) / roi)
    for index, found in enumerate(result.channels):
        assert found.roi is not None
        actual = truth.contributions[:training, index]
        tally.covered.append(found.roi.low <= roi[index] <= found.roi.high)
        tally.roi_error.append(abs(found.roi.mean - roi[index]) / roi[index])
        tally.width.append(found.roi.high / found.roi.low)
        tally.contribution_error.append(float(np.abs(found.weekly.mean - actual).sum() / actual.sum()))
    if result.holdout is not None:
        ahead = data.outcome[training:]
        tally.holdout.append(result.holdout.wmape)
        tally.oracle.append(float(np.abs(ahead - truth.expected[training:]).sum() / ahead.sum()))


def run(world: World, *, sets: int, seed: int, holdout: int) -> Tally:
    """Fit `sets` data sets of one world."""
    tally = Tally()
    for index in range(sets):
        data, truth = simulate(world, rng=np.random.default_rng([seed, index]))
        score(tally, data, truth, holdout=holdout, seed=index)
    return tally


def line(name: str, tally: Tally) -> str:
    """One line of the table."""
    held = f"{np.mean(tally.holdout):.4f} ({np.mean(tally.oracle):.4f})" if tally.holdout else "-"
    return (
        f"{name:<16}{np.mean(tally.covered):>8.3f}{np.mean(tally.roi_error):>9.3f}{np.median(tally.roi_error):>9.3f}"
        f"{np.median(tally.width):>8.1f}{np.mean(tally.contribution_error):>9.3f}{held:>18}"
        f"{np.median(tally.cpu):>8.2f}{np.max(tally.cpu):>7.2f}"
        f"{np.mean(tally.raw_covered):>11.3f}{np.mean(tally.raw_roi_error):>9.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["mm", "hill"], default="hill")
    parser.add_argument("--weeks", type=int, default=169)
    parser.add_argument("--holdout", type=int, default=13)
    parser.add_argument("--stress", action="store_true", help="also worlds that are not the model")
    given = parser.parse_args(arguments)
    strains: tuple[Strain | None, ...] = (None, *STRAINS) if given.stress else (None,)
    print(
        f"{'world':<16}{'covered':>8}{'ROI err':>9}{'median':>9}{'width':>8}{'contr.':>9}{'holdout (oracle)':>18}"
        f"{'CPU s':>8}{'max':>7}{'OLS cover':>11}{'err':>9}"
    )
    for strain in strains:
        world = World(shape=given.kind, weeks=given.weeks, strain=strain)
        tally = run(world, sets=given.sets, seed=given.seed, holdout=given.holdout)
        print(line(f"{given.kind} {strain or ''}".strip(), tally), flush=True)


if __name__ == "__main__":
    main()
