"""PyMC-Marketing's budget optimiser on the same Hill curves, with its own defaults.

The curves are put into its wrapper for custom models as a posterior of one draw; the optimiser is its `BudgetOptimizer`
(SLSQP, ftol 1e-9, at most 1,000 iterations, even start, expected response). Two things are in its favour: spend and outcome
are told in units of their mean by channel, which suits SLSQP better than money or shares, and no channel starts below a
millionth of the mean spend, where the slope of a curve may be infinite and the optimiser would give up. Where it gives up all
the same (it then raises an error), the plan it had reached counts.
"""

from __future__ import annotations

import time
import warnings
from importlib.metadata import version

import arviz
import numpy as np
import pymc
from benchmarks.allocation_baselines import PeerPlan, feasible
from pymc import dims
from pymc_marketing.mmm.budget_optimizer import BudgetOptimizer, CustomModelWrapper
from pymc_marketing.mmm.transformers import hill_function

from nexusplanner.domain.planning.allocation.problem import AllocationProblem
from nexusplanner.domain.planning.curves import HillCurve

LEAST = 1e-6
NAME = f"PyMC-Marketing {version('pymc-marketing')}"


def allocate_peer(problem: AllocationProblem) -> PeerPlan:
    """The optimiser's plan moved inside the limits; what it costs to build and compile the model is told apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.process_time()
        optimizer = BudgetOptimizer(model=_wrapped(problem), num_periods=1)
        built = time.process_time()
        unit = problem.budget / len(problem.channels)
        limits = np.array([np.maximum(problem.lower, LEAST * unit), problem.upper]) / unit
        names = [channel.name for channel in problem.channels]
        budgets, answer = optimizer.allocate_budget(
            total_budget=problem.budget / unit,
            budget_bounds=dict(zip(names, limits.T.tolist(), strict=True)),
            return_if_fail=True,
        )
        ended = time.process_time()
    spend = np.nan_to_num(np.asarray(budgets.sel(channel=names), dtype=np.float64)) * unit
    return PeerPlan(
        spend=feasible(problem, spend),
        milliseconds=1e3 * (ended - built),
        building_milliseconds=1e3 * (built - began),
        gave_up=not answer.success,
    )


def _wrapped(problem: AllocationProblem) -> CustomModelWrapper:
    curves = [curve for curve in problem.curves if isinstance(curve, HillCurve)]
    names = [channel.name for channel in problem.channels]
    most = sum(curve.scale for curve in curves) / len(curves)
    unit = problem.budget / len(curves)
    draws = {
        "scale": [curve.scale / most for curve in curves],
        "half": [curve.half / unit for curve in curves],
        "slope": [curve.slope for curve in curves],
    }
    with pymc.Model(coords={"date": [0], "channel": names}) as model:
        spend = dims.Data("channel_data", np.ones((1, len(names))), dims=("date", "channel"))
        scale, half, slope = (dims.HalfNormal(name, dims=("channel",)) for name in draws)
        response = scale * hill_function(spend, slope=slope, kappa=half)
        dims.Deterministic("total_contribution", response.sum())
    posterior = {name: np.array(numbers)[None, None] for name, numbers in draws.items()}
    idata = arviz.from_dict(posterior=posterior, coords={"channel": names}, dims={name: ["channel"] for name in draws})
    return CustomModelWrapper(base_model=model, idata=idata, channels=names)
