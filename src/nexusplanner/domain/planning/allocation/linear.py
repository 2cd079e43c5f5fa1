"""Linear and whole-number programmes, solved by HiGHS, which is loaded only when one is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray

FEASIBLE = 1e-9
"""Part of all amounts together by which a row may be missed."""
LEAST_UNIT = 1e-3
SOLVED, NO_SOLUTION = 0, 2


class LinearFailure(RuntimeError):
    """The solver gave up on a programme that has a solution."""


@dataclass(frozen=True, kw_only=True)
class LinearPlan:
    """amounts: (J,). prices: (R,) what one more unit of each row is worth, >= 0."""

    amounts: FloatArray
    prices: FloatArray


def maximise(
    gains: FloatArray, *, widths: FloatArray, rows: FloatArray, most: FloatArray, scale: float
) -> LinearPlan | None:
    """The most of gains @ x with rows @ x <= most and 0 <= x <= widths; None when nothing fits.

    gains, widths: (J,). rows: (R, J). most: (R,), infinite where a row limits nothing. scale: the size of the numbers
    that `most` was computed from, so that what they lost to rounding does not make a programme impossible. Raises:
    LinearFailure.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - half of what the application needs to start otherwise

    unit = max(float(widths.sum()), LEAST_UNIT * scale)
    prices = np.zeros(len(most))
    if not widths.any():
        fits = bool(np.all(most >= -FEASIBLE * unit))
        return LinearPlan(amounts=np.zeros(len(gains)), prices=prices) if fits else None
    worth = float(np.abs(gains) @ widths) / float(widths.sum()) or 1.0
    limited = np.isfinite(most)
    costs, matrix, limits = -gains / worth, rows[limited], most[limited] / unit
    bounds: Any = np.stack([np.zeros(len(widths)), widths / unit], axis=1)
    answer = linprog(
        costs,
        A_ub=matrix,
        b_ub=limits,
        bounds=bounds,
        method="highs",
        options={"presolve": False, "primal_feasibility_tolerance": FEASIBLE, "dual_feasibility_tolerance": FEASIBLE},
    )
    if answer.status not in {SOLVED, NO_SOLUTION}:
        answer = linprog(costs, A_ub=matrix, b_ub=limits, bounds=bounds, method="highs")
    if answer.status == NO_SOLUTION:
        return None
    if answer.status != SOLVED or answer.x is None:
        raise LinearFailure(str(answer.message))
    prices[limited] = np.maximum(-answer.ineqlin.marginals, 0.0) * worth
    return LinearPlan(amounts=np.clip(answer.x * unit, 0.0, widths), prices=prices)


def cheapest_choice(prices: FloatArray, *, rows: FloatArray, least: FloatArray, most: FloatArray) -> FloatArray | None:
    """The choice of 0 or 1 for each of `prices` (J,) with the least total and least <= rows @ choice <= most; None if none.

    rows: (R, J). least, most: (R,), may be infinite.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above

    whole = np.ones(len(prices), dtype=np.int64)
    answer = milp(prices, integrality=whole, bounds=Bounds(0.0, 1.0), constraints=LinearConstraint(rows, least, most))
    return None if answer.x is None else np.asarray(np.round(answer.x))
