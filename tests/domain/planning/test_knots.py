from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.planning.allocation.problem import (
    AllocationProblem,
    ChannelProblem,
    InfeasibleAllocation,
    InvalidAllocation,
)
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.knots.hull import TableRow, hull
from nexusplanner.domain.planning.knots.refine import refined, smooth, window
from nexusplanner.domain.planning.knots.search import TableAllocation, TableAllocator
from nexusplanner.domain.planning.knots.table import CurveTable
from nexusplanner.domain.planning.knots.tables import (
    allocate_table,
    interpolation_error,
    table_range,
    table_rows,
    tabulate,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "allocation.json").read_text(encoding="utf-8")
)


def draws(seed: int, *, channels: int = 5, size: int = 60, slopes: tuple[float, float] = (0.6, 2.5)) -> CurveDraws:
    """A posterior over channels of any shape."""
    rng = np.random.default_rng(seed)
    half = rng.lognormal(8.0, 1.0, channels)
    scale = half * np.exp(rng.uniform(np.log(0.5), np.log(5.0), channels))
    shape = (size, channels)
    return CurveDraws(
        channels=tuple(f"channel {index}" for index in range(channels)),
        scale=scale * rng.lognormal(0.0, 0.25, shape),
        half=half * rng.lognormal(0.0, 0.35, shape),
        slope=rng.uniform(*slopes, channels) * rng.lognormal(0.0, 0.15, shape),
        retention=np.zeros(shape),
    )


def programme(rows: Sequence[TableRow], *, lower: Sequence[int], upper: Sequence[int], budget: int) -> float:
    """The best outcome by trying every whole amount of every channel."""
    best = np.full(budget + 1, -np.inf)
    best[0] = 0.0
    for row, low, high in zip(rows, lower, upper, strict=True):
        following = np.full(budget + 1, -np.inf)
        for amount in range(low, min(high, budget) + 1):
            following[amount:] = np.maximum(following[amount:], best[: budget + 1 - amount] + row.value_at(amount))
        best = following
    return float(best[budget])


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[list[TableRow], list[int], list[int], int]:
    """Up to four channels of few coins, any rising shape, sometimes the same twice, with limits and a budget."""
    rows, lower, upper = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        gaps = draw(st.lists(st.integers(1, 9), max_size=5))
        rises = draw(st.lists(st.integers(0, 6), min_size=len(gaps), max_size=len(gaps)))
        spends = [0, *np.cumsum(gaps, dtype=int).tolist()]
        rows.append(TableRow.of(spends, [0.0, *np.cumsum(rises, dtype=float).tolist()]))
        lower.append(draw(st.integers(0, 8)))
        upper.append(lower[-1] + draw(st.integers(0, 25)))
    if draw(st.booleans()):
        rows[-1], lower[-1], upper[-1] = rows[0], lower[0], upper[0]
    return rows, lower, upper, sum(lower) + draw(st.integers(0, sum(upper) - sum(lower) + 5))


@settings(max_examples=300, deadline=None)
@given(small_tables())
def test_no_way_to_spend_the_coins_brings_more(case: tuple[list[TableRow], list[int], list[int], int]) -> None:
    rows, lower, upper, budget = case
    answer = TableAllocator(rows, lower=lower, upper=upper).best(budget)
    spent = min(budget, sum(upper))
    assert sum(answer.amounts) == spent
    assert all(low <= amount <= high for low, amount, high in zip(lower, answer.amounts, upper, strict=True))
    assert answer.value == pytest.approx(programme(rows, lower=lower, upper=upper, budget=spent), rel=1e-9)
    assert answer.value <= answer.upper_bound <= answer.value * (1 + 1e-9)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['name']} {case['budget']}")
def test_the_shared_vectors_are_answered_to_the_cent(case: dict[str, Any]) -> None:
    rows = [TableRow.of(row["spends"], row["values"]) for row in VECTORS["tables"][case["table"]]]
    answer = TableAllocator(rows, lower=case["lower"], upper=case["upper"]).best(case["budget"])
    assert answer == TableAllocation(
        amounts=tuple(case["amounts"]), value=case["value"], upper_bound=case["upper_bound"], nodes=case["nodes"]
    )
    finer = refined(rows, plan=answer.amounts, lower=case["lower"], upper=case["upper"])
    assert finer == tuple(case["refined"])
    assert sum(finer) == sum(answer.amounts)
    assert all(low <= amount <= high for low, amount, high in zip(case["lower"], finer, case["upper"], strict=True))


def test_equal_channels_are_served_in_order() -> None:
    row = TableRow(spends=(0, 100, 200), values=(0.0, 2.0, 3.0))
    answer = TableAllocator([row, row, row], lower=[0] * 3, upper=[200] * 3).best(250)
    assert answer.amounts == (100, 100, 50)


def test_finer_knots_lie_on_the_cubic_and_never_leave_the_interval() -> None:
    row = TableRow(spends=(0, 320, 640, 960, 1280), values=(0.0, 32.0**3, 64.0**3, 96.0**3, 128.0**3))
    assert smooth(row, knot=1, spend=480) == pytest.approx(48.0**3)
    step = TableRow(spends=(0, 100, 200, 300), values=(0.0, 0.0, 9.0, 9.0))
    assert smooth(step, knot=0, spend=50) == 0.0
    assert smooth(step, knot=2, spend=250) == 9.0
    finer, low, high = window(row, spend=700, low=0, high=5000)
    assert (low, high) == (320, 1280)
    assert 700 in finer.spends
    assert window(row, spend=9000, low=0, high=9000) == (row, 9000, 9000)
    short = TableRow(spends=(0, 10), values=(0.0, 1.0))
    assert window(short, spend=4, low=0, high=10) == (short, 4, 4)


def test_a_hull_has_falling_slopes_and_knows_where_the_curve_lies_below_it() -> None:
    row = TableRow(spends=(0, 10, 20, 30, 40), values=(0.0, 1.0, 6.0, 7.0, 7.5))
    found = hull(row, low=0, high=40)
    assert found.spends == (0, 20, 30, 40)
    assert found.exact == (False, True, True)
    assert list(found.slopes) == sorted(found.slopes, reverse=True)
    assert hull(row, low=15, high=15).slopes == ()
    assert hull(row, low=15, high=60).values == (3.5, 6.0, 7.0, 7.5, 7.5)


@pytest.mark.parametrize("seed", range(6))
def test_the_table_s_plan_is_within_a_ten_millionth_of_the_best_on_the_true_curves(seed: int) -> None:
    posterior = draws(seed, slopes=(1.2, 3.0) if seed % 2 else (0.5, 1.5))
    names = posterior.channels
    upper = np.floor(posterior.half.mean(axis=0) * 3.0)
    budget = float(np.floor(upper.sum() / 4))
    table = tabulate(posterior, upper=table_range(posterior, at_least=upper))
    answer = allocate_table(
        table,
        budget_minor=int(budget * 100),
        lower_minor=[0] * len(names),
        upper_minor=[int(most * 100) for most in upper],
    )
    channels = tuple(
        ChannelProblem(name=name, curve=posterior.mean_curve(name), lower=0.0, upper=float(most))
        for name, most in zip(names, upper, strict=True)
    )
    problem = AllocationProblem(budget=budget, channels=channels)
    bound = allocate(problem, tolerance=1e-8).upper_bound
    value = problem.value(np.array(answer.amounts) / 100)
    assert value <= bound * (1 + 1e-12)
    assert (bound - value) / value <= 1e-7


def test_knots_are_whole_coins_denser_where_a_curve_bends_and_its_values_are_exact() -> None:
    posterior = draws(3)
    upper = table_range(posterior, at_least=np.zeros(5))
    table = tabulate(posterior, upper=upper, knots=257)
    coins = table.spend * 100
    assert table.spend.shape == table.value.shape == (5, 257)
    assert np.abs(coins - np.round(coins)).max() < 1e-6
    assert (np.diff(np.round(coins), axis=1) >= 1).all()
    for index, name in enumerate(posterior.channels):
        assert np.allclose(table.value[index], posterior.mean_curve(name).value(table.spend[index]), rtol=1e-12)
    even = np.linspace(0.0, 1.0, 257) * table.spend[:, -1:]
    means = [posterior.mean_curve(name).value(row) for name, row in zip(posterior.channels, even, strict=True)]
    evenly = CurveTable(channels=posterior.channels, spend=even, value=np.array(means))
    assert (interpolation_error(table, posterior) * 4 < interpolation_error(evenly, posterior)).all()
    twice = interpolation_error(tabulate(posterior, upper=upper, knots=513), posterior)
    assert (twice <= 0.5 * interpolation_error(table, posterior)).all()


def test_the_same_draws_give_the_same_table_and_nearby_budgets_the_same_range() -> None:
    posterior = draws(4)
    first, second = (table_range(posterior, at_least=np.full(5, most)) for most in (900_000.0, 930_000.0))
    assert (first == second).all()
    assert (first >= 900_000.0).all()
    one, two = tabulate(posterior, upper=first, knots=65), tabulate(posterior, upper=second, knots=65)
    assert (one.spend == two.spend).all()
    assert (one.value == two.value).all()


def test_a_range_of_few_coins_repeats_its_end() -> None:
    posterior = draws(5, channels=1)
    table = tabulate(posterior, upper=np.array([0.05]), knots=9)
    assert table.spend[0].tolist() == pytest.approx([0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.05, 0.05, 0.05])
    assert table_rows(table)[0].spends == (0, 1, 2, 3, 4, 5)
    assert table.outcomes(np.array([7.0])) == table.value[:, -1]


def test_limits_that_cannot_be_met_are_named() -> None:
    table = tabulate(draws(6, channels=2), upper=np.full(2, 1_000.0), knots=17)
    with pytest.raises(InfeasibleAllocation, match="channel 1 60000"):
        allocate_table(table, budget_minor=50_000, lower_minor=[0, 60_000], upper_minor=[100_000, 100_000])
    with pytest.raises(InvalidAllocation, match="channel 0"):
        allocate_table(table, budget_minor=50_000, lower_minor=[10, 0], upper_minor=[9, 100])


def test_tables_that_are_none_are_refused() -> None:
    posterior = draws(7, channels=2)
    with pytest.raises(ValueError, match="positive"):
        tabulate(posterior, upper=np.array([1.0, 0.0]))
    with pytest.raises(ValueError, match="3 knots"):
        tabulate(posterior, upper=np.ones(2), knots=2)
    with pytest.raises(ValueError, match="not below the one before"):
        CurveTable(channels=("a",), spend=np.array([[0.0, 2.0, 1.0]]), value=np.zeros((1, 3)))
    with pytest.raises(ValueError, match="same shape"):
        CurveTable(channels=("a",), spend=np.zeros((1, 3)), value=np.zeros((1, 2)))
