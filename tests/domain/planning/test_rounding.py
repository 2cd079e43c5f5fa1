from __future__ import annotations

import math

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
from nexusplanner.domain.planning.curves import HillCurve
from nexusplanner.domain.planning.rounding.cents import largest_remainder, round_allocation
from nexusplanner.domain.planning.rounding.groups import WholeGroup, round_in_groups


def test_the_largest_remainders_get_the_missing_cents() -> None:
    assert largest_remainder([33.3, 33.3, 33.4], total=100) == (33, 33, 34)
    assert largest_remainder([0.5, 0.5, 1.0], total=2) == (1, 0, 1)


@st.composite
def amounts_and_limits(draw: st.DrawFn) -> tuple[list[float], int, list[int], list[int]]:
    lower = draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
    upper = [low + draw(st.integers(0, 10_000)) for low in lower]
    total = draw(st.integers(sum(lower), sum(upper)))
    amounts = [draw(st.floats(0, 25_000)) for _ in lower]
    return amounts, total, lower, upper


@given(amounts_and_limits())
def test_the_sum_is_exact_and_the_limits_hold(case: tuple[list[float], int, list[int], list[int]]) -> None:
    amounts, total, lower, upper = case
    whole = largest_remainder(amounts, total=total, lower=lower, upper=upper)
    assert sum(whole) == total
    assert all(low <= amount <= high for low, amount, high in zip(lower, whole, upper, strict=True))


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20))
def test_amounts_that_fit_the_total_move_by_less_than_one(amounts: list[float]) -> None:
    total = round(sum(amounts))
    whole = largest_remainder(amounts, total=total)
    assert all(abs(got - wanted) < 1 + 1e-6 for got, wanted in zip(whole, amounts, strict=True))


def test_a_total_outside_the_limits_is_refused() -> None:
    with pytest.raises(InfeasibleAllocation, match="widen the limits"):
        largest_remainder([5.0], total=10, upper=[9])
    with pytest.raises(InvalidAllocation, match="finite"):
        largest_remainder([float("nan")], total=1)
    with pytest.raises(InvalidAllocation, match="same length"):
        largest_remainder([1.0], total=1, lower=[0, 0])


def two_channels(budget: float, *, cap: float) -> AllocationProblem:
    return AllocationProblem(
        budget=budget,
        channels=(
            ChannelProblem(name="tv", curve=HillCurve(scale=3e5, half=4e4, slope=1.7), lower=0, upper=cap),
            ChannelProblem(name="search", curve=HillCurve(scale=1e5, half=1e4, slope=0.8), lower=100.1, upper=cap),
        ),
    )


def test_an_allocation_becomes_cents_that_sum_to_the_budget() -> None:
    problem = two_channels(81_234.57, cap=60_000)
    rounded = round_allocation(problem, allocate(problem))
    assert sum(rounded.amounts) == 8_123_457
    assert rounded.gap <= 1e-6
    assert rounded.value == pytest.approx(problem.value(np.array(rounded.amounts) / 100), rel=1e-12)


def test_caps_below_the_budget_are_spent_whole() -> None:
    problem = two_channels(500_000, cap=60_000.005)
    rounded = round_allocation(problem, allocate(problem))
    assert rounded.allocation == {"tv": 6_000_000, "search": 6_000_000}


def test_a_currency_without_minor_units_rounds_to_whole_units() -> None:
    problem = two_channels(81_234, cap=60_000)
    rounded = round_allocation(problem, allocate(problem), minor_per_unit=1)
    assert sum(rounded.amounts) == 81_234


def test_limits_without_a_whole_unit_between_them_are_named() -> None:
    problem = AllocationProblem(
        budget=10,
        channels=(
            ChannelProblem(name="tv", curve=HillCurve(scale=1, half=1, slope=1), lower=1.001, upper=1.009),
            ChannelProblem(name="print", curve=HillCurve(scale=1, half=1, slope=1), lower=0, upper=10),
        ),
    )
    with pytest.raises(InfeasibleAllocation, match="tv"):
        round_allocation(problem, allocate(problem))


@given(
    st.lists(st.floats(min_value=0.0, max_value=50.0), min_size=2, max_size=6),
    st.integers(min_value=0, max_value=2**6 - 1),
    st.integers(min_value=0, max_value=2**6 - 1),
)
@settings(deadline=None, max_examples=80)
def test_whole_amounts_keep_groups_that_the_amounts_keep(amounts: list[float], first: int, second: int) -> None:
    groups = []
    for mask in (first, second):
        members = tuple(index for index in range(len(amounts)) if mask >> index & 1)
        if members:
            together = sum(amounts[index] for index in members)
            groups.append(WholeGroup(members=members, least=math.floor(together), most=math.ceil(together)))
    total = round(sum(amounts))
    nested = len(groups) < 2 or set(groups[0].members) <= set(groups[1].members)
    try:
        whole = round_in_groups(
            amounts, total=total, lower=[0] * len(amounts), upper=[100] * len(amounts), groups=groups
        )
    except InfeasibleAllocation:
        assert not nested, "nested groups can always be rounded"
        return
    assert sum(whole) == total
    for group in groups:
        assert group.least <= sum(whole[index] for index in group.members) <= group.most
    if nested:
        assert all(abs(one - other) <= 1 for one, other in zip(whole, amounts, strict=True))
