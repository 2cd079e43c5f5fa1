"""Fit the simulated worlds of `benchmarks/fit.py` with another library, and ours beside it on the same sets.

    uv venv peer && uv pip install --python peer/bin/python pymc-marketing nutpie
    PYTHONPATH=src:. peer/bin/python -m benchmarks.peers.fit --peer pymc-marketing --kind hill --sets 5

Without `--peer` only ours is fitted, with its defaults and with slopes fixed at one. The peer's environment needs its package alone: ours fits with numpy and scipy, which every peer brings. The figures are
those of `benchmarks/fit.py`; CPU seconds count all threads.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from benchmarks.peers.results import PeerFit

from nexusplanner.domain.planning.fit.data import Curve
from nexusplanner.domain.planning.fit.fitting import FitConfig, FitData, fit
from nexusplanner.domain.planning.simulate import STRAINS, Truth, World, simulate

Fit = Callable[..., PeerFit]


def fit_ours(data: FitData, *, holdout: int, seed: int, saturation: Curve = "hill") -> PeerFit:
    """Our fit with its defaults, or with slopes fixed at one."""
    config = FitConfig(holdout=holdout, saturation=saturation)
    result = fit(data, config=config, rng=np.random.default_rng(seed))
    rois = [found.roi for found in result.channels if found.roi is not None]
    return PeerFit(
        roi=np.array([roi.mean for roi in rois]),
        low=np.array([roi.low for roi in rois]),
        high=np.array([roi.high for roi in rois]),
        contributions=np.column_stack([found.weekly.mean for found in result.channels]),
        ahead=result.holdout.expected if result.holdout else None,
    )


PEERS: Mapping[str, str] = {
    "meridian": "benchmarks.peers.meridian",
    "pymc-marketing": "benchmarks.peers.pymc_marketing",
}
"""Modules with a `fit_peer`; each imports its library, so only the chosen one is loaded."""


@dataclass
class Tally:
    """Figures over data sets; the first three hold one value per channel, the others one per data set."""

    covered: list[bool] = field(default_factory=list)
    roi_error: list[float] = field(default_factory=list)
    contribution_error: list[float] = field(default_factory=list)
    holdout: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, found: PeerFit, data: FitData, truth: Truth, *, cpu: float) -> None:
        """Score one fit against the truth."""
        training = len(found.contributions)
        roi = truth.roi_over(training)
        actual = truth.contributions[:training]
        self.covered += list((found.low <= roi) & (roi <= found.high))
        self.roi_error += list(np.abs(found.roi - roi) / roi)
        self.contribution_error += list(np.abs(found.contributions - actual).sum(axis=0) / actual.sum(axis=0))
        if found.ahead is not None:
            ahead = data.outcome[training:]
            self.holdout.append(float(np.abs(ahead - found.ahead).sum() / ahead.sum()))
        self.cpu.append(cpu)

    def line(self, name: str) -> str:
        """One line of the table."""
        held = f"{np.mean(self.holdout):.4f}" if self.holdout else "-"
        return (
            f"{name:<18}{np.mean(self.roi_error):>8.3f}{np.median(self.roi_error):>9.3f}"
            f"{np.mean(self.contribution_error):>10.3f}{np.mean(self.covered):>10.3f}{held:>10}{np.median(self.cpu):>9.2f}"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line per library."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=sorted(PEERS))
    parser.add_argument("--kind", choices=["mm", "hill"], default="hill")
    parser.add_argument("--strain", choices=STRAINS, default=None)
    parser.add_argument("--sets", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--holdout", type=int, default=13)
    given = parser.parse_args(arguments)
    world = World(shape=given.kind, strain=given.strain)
    fits: dict[str, Fit] = {"nexusplanner": fit_ours, "ours, concave": partial(fit_ours, saturation="concave")}
    if given.peer:
        fits[given.peer] = import_module(PEERS[given.peer]).fit_peer
    tallies = {name: Tally() for name in fits}
    heading = f"{'':<18}{'ROI err':>8}{'median':>9}{'contrib.':>10}{'covered':>10}{'holdout':>10}{'CPU s':>9}"
    for index in range(given.sets):
        data, truth = simulate(world, rng=np.random.default_rng([given.seed, index]))
        for name, one in fits.items():
            started = time.process_time()
            found = one(data, holdout=given.holdout, seed=index)
            tallies[name].add(found, data, truth, cpu=time.process_time() - started)
        print(f"{given.kind} {given.strain or ''}: {index + 1} sets from seed {given.seed}\n{heading}")
        for name, tally in tallies.items():
            print(tally.line(name), flush=True)


if __name__ == "__main__":
    main()
