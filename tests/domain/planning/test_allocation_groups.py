from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.groups_family import Family, grouped_problem, milp_check
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scale import examples

from nexusplanner.domain.planning.allocation.grouped import Box, _Search
from nexusplanner.domain.planning.allocation.groups import Group, InvalidGroup
from nexusplanner.domain.planning.allocation.insight import sensitivity
from nexusplanner.domain.planning.allocation.linear import maximise
from nexusplanner.domain.planning.allocation.problem import (
    AllocationProblem,
    AllocationResult,
    ChannelProblem,
    InfeasibleAllocation,
)
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.allocation.together import search_of
from nexusplanner.domain.planning.curves import HillCurve, MeanHillCurve
from nexusplanner.domain.planning.rounding.cents import round_allocation

GAP = 1e-6
FAMILIES: tuple[Family, ...] = ("concave", "s-shaped", "mixed")
seeds = st.integers(0, 2**32 - 1)
families = st.sampled_from(FAMILIES)


def channel(
    name: str, *, scale: float = 1.0, lower: float = 0.0, upper: float = 100.0, slope: float = 1.0
) -> ChannelProblem:
    return ChannelProblem(name=name, curve=HillCurve(scale=scale, half=30.0, slope=slope), lower=lower, upper=upper)


def problem_of(*channels: ChannelProblem, budget: float = 100.0, groups: tuple[Group, ...] = ()) -> AllocationProblem:
    return AllocationProblem(budget=budget, channels=channels, groups=groups)


def small(seed: int, family: Family, *, channels: int = 5, groups: int = 2) -> AllocationProblem:
    return grouped_problem(
        np.random.default_rng(seed), channels=channels, groups=groups, family=family, shares=bool(seed % 2)
    )


def as_means(problem: AllocationProblem) -> AllocationProblem:
    """The same curves, each told as a mean over draws around it, so that no parameter describes it."""
    channels = []
    for number, item in enumerate(problem.channels):
        assert isinstance(item.curve, HillCurve)
        rng = np.random.default_rng(number)
        spread = rng.lognormal(0.0, 0.4, (3, 20))
        curve = MeanHillCurve(
            scale=item.curve.scale * spread[0], half=item.curve.half * spread[1], slope=item.curve.slope * spread[2]
        )
        channels.append(replace(item, curve=curve))
    return replace(problem, channels=tuple(channels))


def assert_inside(problem: AllocationProblem, spend: np.ndarray) -> None:
    slack = 1e-9 * problem.budget
    assert np.all(spend >= problem.lower - slack)
    assert np.all(spend <= problem.upper + slack)
    assert spend.sum() <= problem.budget * (1 + 1e-12)
    rows = problem.rows
    assert np.all(rows.members @ spend >= rows.lower - slack)
    assert np.all(rows.members @ spend <= rows.upper + slack)


def assert_certified(problem: AllocationProblem, result: AllocationResult) -> None:
    spend = np.array(result.spend)
    assert_inside(problem, spend)
    assert result.value == pytest.approx(problem.value(spend), rel=1e-12)
    assert result.upper_bound >= result.value
    assert result.gap <= GAP


@given(seed=seeds, family=families)
@settings(max_examples=examples(30), deadline=None)
def test_the_certificate_holds_against_a_whole_number_programme(seed: int, family: Family) -> None:
    problem = small(seed, family)
    result = allocate(problem)
    assert_certified(problem, result)
    check = milp_check(problem, pieces=24, gap=1e-4)
    assert result.value <= check.bound * (1 + 1e-7)
    assert check.value <= result.upper_bound * (1 + 1e-7)


@given(seed=seeds, family=families)
@settings(max_examples=examples(20), deadline=None)
def test_mean_curves_are_certified_and_no_random_plan_is_better(seed: int, family: Family) -> None:
    rng = np.random.default_rng(seed)
    problem = as_means(small(seed, family))
    result = allocate(problem)
    assert_certified(problem, result)
    found = 0
    for _ in range(20):
        plan = _random_plan(problem, rng)
        if plan is not None:
            found += 1
            assert problem.value(plan) <= result.upper_bound
            assert problem.value(plan) <= result.value * (1 + GAP)
    assert found


@given(seed=seeds, family=families, floor=st.sampled_from([0.0, 0.7]))
@settings(max_examples=examples(25), deadline=None)
def test_the_bound_of_every_box_is_above_the_plans_inside(seed: int, family: Family, floor: float) -> None:
    """Bounds are taken as the relaxation gives them, before the best plan found lifts them."""
    rng = np.random.default_rng(seed)
    problem = small(seed, family, groups=3)
    shared = search_of(problem)
    for _ in range(3):
        plan = _random_plan(problem, rng)
        assert plan is not None
        near, far = rng.uniform(0, 1, 2)
        lower = np.maximum(plan - near * rng.random(5) * (plan - problem.lower), problem.lower)
        upper = np.minimum(plan + far * rng.random(5) * (problem.upper - plan), problem.upper)
        run = _Search(shared, budget=problem.budget, floor=floor, tolerance=GAP)
        relaxed = run._relax(Box(lower=np.minimum(lower, plan), upper=np.maximum(upper, plan)))
        assert relaxed is not None
        net = problem.value(plan) - floor * plan.sum()
        assert relaxed.bound >= net - 1e-12 * problem.value(plan)
        assert relaxed.bound >= run.net - 1e-12 * run.outcome


def _random_plan(problem: AllocationProblem, rng: np.random.Generator) -> np.ndarray | None:
    """A corner of the limits in a random direction, or a point between two of them."""
    rows, most = problem.rows.above(problem.lower, budget=problem.budget)
    corners = [
        maximise(
            rng.normal(size=len(problem.channels)),
            widths=problem.upper - problem.lower,
            rows=rows,
            most=most,
            scale=problem.budget,
        )
        for _ in range(2)
    ]
    part = rng.random()
    first, second = corners
    if first is None or second is None:
        return None
    return problem.lower + part * first.amounts + (1 - part) * second.amounts


@given(seed=seeds, family=families)
@settings(max_examples=examples(15), deadline=None)
def test_a_group_that_does_not_bind_changes_nothing(seed: int, family: Family) -> None:
    problem = replace(small(seed, family), groups=())
    plain = allocate(problem)
    names = tuple(item.name for item in problem.channels)
    loose = Group(name="all but one", members=names[1:], lower=0.0, upper=problem.budget)
    grouped = allocate(replace(problem, groups=(loose,)))
    assert grouped.value == pytest.approx(plain.value, rel=2 * GAP)
    assert grouped.upper_bound >= plain.value
    assert plain.upper_bound >= grouped.value


@given(seed=seeds, family=families, low=st.floats(0.0, 0.3), high=st.floats(0.3, 0.9))
@settings(max_examples=examples(15), deadline=None)
def test_a_group_of_one_is_that_channels_limit(seed: int, family: Family, low: float, high: float) -> None:
    problem = replace(small(seed, family), groups=())
    first, *others = problem.channels
    lower, upper = low * min(first.upper, problem.budget), high * min(first.upper, problem.budget)
    limited = replace(problem, channels=(replace(first, lower=lower, upper=upper), *others))
    group = Group(name="alone", members=(first.name,), lower=lower, upper=upper)
    by_group, by_limit = allocate(replace(problem, groups=(group,))), allocate(limited)
    assert by_group.value == pytest.approx(by_limit.value, rel=2 * GAP)
    assert by_group.upper_bound >= by_limit.value


@given(seed=seeds, family=families, part=st.floats(0.5, 1.0))
@settings(max_examples=examples(15), deadline=None)
def test_more_budget_never_brings_less(seed: int, family: Family, part: float) -> None:
    problem = small(seed, family)
    least = problem.rows.least_spend(problem.lower, problem.upper, budget=problem.budget)
    assert least is not None
    budget = least.sum() + part * (problem.budget - least.sum())
    poorer = replace(problem, budget=float(budget) * (1 + 1e-9))
    assert allocate(replace(problem, budget=problem.budget * (1 + 1e-9))).upper_bound >= allocate(poorer).value


def test_shares_are_parts_of_the_budget() -> None:
    group = Group.of_shares("social", ("a", "b"), minimum_share=0.1, maximum_share=0.4, budget=80_000.0)
    assert (group.lower, group.upper) == pytest.approx((8_000.0, 32_000.0))
    assert Group.of_shares("social", ("a",), budget=80_000.0) == Group(name="social", members=("a",))


def test_a_group_maximum_binds_and_has_a_price() -> None:
    social = Group(name="social", members=("a", "b"), upper=30.0)
    problem = problem_of(channel("a", scale=5.0), channel("b", scale=4.0), channel("c"), groups=(social,))
    result = allocate(problem)
    raised = allocate(replace(problem, groups=(replace(social, upper=30.1),)))
    assert ("social", "group max") in result.binding
    assert dict(result.group_prices)["social"] == pytest.approx((raised.value - result.value) / 0.1, rel=1e-2)
    richer = allocate(replace(problem, budget=100.1))
    assert result.shadow_price == pytest.approx((richer.value - result.value) / 0.1, rel=1e-2)


def test_a_group_minimum_that_takes_money_from_better_uses_has_a_negative_price() -> None:
    video = Group(name="video", members=("c",), lower=50.0)
    problem = problem_of(channel("a", scale=5.0), channel("b", scale=4.0), channel("c"), groups=(video,))
    result = allocate(problem)
    assert ("video", "group min") in result.binding
    assert dict(result.group_prices)["video"] < 0


def test_what_a_group_keeps_from_being_spent_is_said() -> None:
    social = Group(name="social", members=("a", "b"), upper=30.0)
    problem = problem_of(channel("a"), channel("b"), channel("c", upper=10.0), groups=(social,))
    result = allocate(problem)
    assert result.unspent == pytest.approx(60.0)
    assert result.shadow_price == 0.0
    assert (
        result.unspent_reason == "every channel that may still grow is in the group 'social', which is at its maximum"
    )


def test_channels_without_effect_take_what_groups_leave() -> None:
    social = Group(name="social", members=("a",), upper=30.0)
    result = allocate(problem_of(channel("a"), channel("idle", scale=0.0), groups=(social,)))
    assert result.allocation == pytest.approx({"a": 30.0, "idle": 70.0})


def test_equal_channels_in_a_group_are_solved_without_trying_every_order() -> None:
    channels = tuple(channel(f"c{n}", slope=3.0) for n in range(12))
    group = Group(name="half", members=tuple(f"c{n}" for n in range(6)), upper=150.0)
    problem = problem_of(*channels, budget=275.0, groups=(group,))
    result = allocate(problem)
    assert_certified(problem, result)
    assert result.nodes < 200


@pytest.mark.parametrize(
    ("groups", "limits", "words"),
    [
        (
            (Group(name="social", members=("a",), lower=60.0), Group(name="video", members=("b",), lower=50.0)),
            ("social", "video"),
            "The minimums of 'social' 60.00, 'video' 50.00 add up to 110.00, the budget is 100.00",
        ),
        (
            (Group(name="social", members=("c", "d"), lower=35.0),),
            ("c", "d", "social"),
            "The group 'social' must get at least 35.00, but the maximums of its channels, c 20.00, d 10.00, add up to 30.00",
        ),
        (
            (Group(name="social", members=("e", "f"), upper=12.0),),
            ("e", "f", "social"),
            "The minimums of e 8.00, f 7.00 add up to 15.00, the group 'social' may get at most 12.00",
        ),
        (
            (
                Group(name="most", members=("a", "b"), lower=70.0),
                Group(name="first", members=("a",), upper=20.0),
                Group(name="second", members=("b", "c"), upper=40.0),
            ),
            ("most", "first", "second"),
            "These limits cannot hold together: the minimum of 'most' (70.00), the maximum of 'first' (20.00), the maximum",
        ),
    ],
)
def test_limits_that_contradict_each_other_are_named_and_no_others(
    groups: tuple[Group, ...], limits: tuple[str, ...], words: str
) -> None:
    channels = (
        channel("a"),
        channel("b"),
        channel("c", upper=20.0),
        channel("d", upper=10.0),
        channel("e", lower=8.0),
        channel("f", lower=7.0),
    )
    with pytest.raises(InfeasibleAllocation) as error:
        problem_of(*channels, groups=groups)
    assert error.value.limits == limits
    assert error.value.message.startswith(words)


def test_minimums_of_channels_above_the_budget_are_named() -> None:
    with pytest.raises(InfeasibleAllocation) as error:
        problem_of(channel("a", lower=60.0), channel("b", lower=50.0), channel("c"))
    assert error.value.limits == ("a", "b")


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (lambda: Group(name="", members=("a",)), "name"),
        (lambda: Group(name="social", members=()), "no channels"),
        (lambda: Group(name="social", members=("a", "a")), "more than once"),
        (lambda: Group(name="social", members=("a",), lower=3.0, upper=2.0), "above the maximum"),
        (lambda: Group(name="social", members=("a",), lower=float("inf")), "minimum"),
        (lambda: Group(name="social", members=("a",), upper=-1.0), "maximum"),
        (lambda: Group.of_shares("social", ("a",), maximum_share=1.5, budget=1.0), "share"),
        (lambda: problem_of(channel("a"), groups=(Group(name="social", members=("b",)),)), "not in the plan: b"),
        (lambda: problem_of(channel("a"), groups=(Group(name="a", members=("a",)),)), "used more than once"),
        (lambda: problem_of(channel("a"), groups=(Group(name="g", members=("a",)),) * 2), "used more than once"),
    ],
)
def test_groups_that_cannot_be_read_are_refused(group: Callable[[], object], words: str) -> None:
    with pytest.raises(InvalidGroup, match=words):
        group()


def test_raising_a_groups_maximum_is_worth_what_the_raised_plan_gains() -> None:
    social = Group(name="social", members=("a", "b"), upper=30.0)
    problem = problem_of(channel("a", scale=5.0), channel("b", scale=4.0), channel("c"), groups=(social,))
    result = allocate(problem)
    raised = allocate(replace(problem, groups=(replace(social, upper=35.0),)))
    assert sensitivity(problem, result, step=5.0).limit["social"] == pytest.approx(raised.value - result.value)


@given(seed=seeds, family=families)
@settings(max_examples=examples(15), deadline=None)
def test_cents_keep_the_limits_of_groups_and_the_sum(seed: int, family: Family) -> None:
    problem = in_whole_units(small(seed, family))
    result = allocate(problem)
    rounded = round_allocation(problem, result)
    assert_inside(problem, np.array(rounded.amounts) / 100)
    assert sum(rounded.amounts) == pytest.approx(100 * sum(result.spend), abs=1e-3)
    assert rounded.gap <= 1e-5


def in_whole_units(problem: AllocationProblem) -> AllocationProblem:
    """The problem with every limit moved outwards to a whole one."""
    return AllocationProblem(
        budget=math.ceil(problem.budget),
        channels=tuple(
            replace(item, lower=math.floor(item.lower), upper=math.ceil(item.upper)) for item in problem.channels
        ),
        groups=tuple(
            replace(group, lower=math.floor(group.lower), upper=np.ceil(group.upper)) for group in problem.groups
        ),
    )


def test_shares_that_are_not_whole_cents_cost_a_cent_rather_than_the_plan() -> None:
    """A third and two thirds of 100.00 are 33.33 and 66.66 in whole cents: one cent cannot be spent."""
    shares = {"first": (("a",), 1 / 3), "second": (("b", "c"), 2 / 3)}
    groups = tuple(
        Group.of_shares(name, members, maximum_share=share, budget=100.0) for name, (members, share) in shares.items()
    )
    problem = problem_of(channel("a"), channel("b"), channel("c"), groups=groups)
    rounded = round_allocation(problem, allocate(problem))
    assert sum(rounded.amounts) == 9_999
    assert rounded.allocation["a"] == 3_333


@pytest.mark.parametrize("slope", [0.01, 0.3, 30.0, 2_000.0])
@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_extreme_curves_under_groups_are_certified(slope: float, scale: float) -> None:
    channels = tuple(channel(f"c{n}", scale=scale * (1 + n), slope=slope, upper=80.0) for n in range(4))
    group = Group(name="pair", members=("c2", "c3"), lower=10.0, upper=55.0)
    problem = problem_of(*channels, groups=(group,))
    assert_certified(problem, allocate(problem))


def test_nothing_to_decide_has_no_gap() -> None:
    social = Group(name="social", members=("a",), upper=50.0)
    empty = allocate(problem_of(channel("a"), channel("b"), budget=0.0, groups=(social,)))
    assert (empty.value, empty.upper_bound, empty.spend) == (0.0, 0.0, (0.0, 0.0))
    locked = allocate(problem_of(channel("a", lower=20.0, upper=20.0), channel("b", upper=0.0), groups=(social,)))
    assert locked.spend == (20.0, 0.0)
    assert locked.gap <= 1e-9
    closed = allocate(problem_of(channel("a"), groups=(replace(social, upper=0.0),)))
    assert (closed.value, closed.gap) == (0.0, 0.0)
