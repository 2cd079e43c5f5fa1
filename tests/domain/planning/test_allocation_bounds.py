"""The pieces every certificate rests on, each held against plain evaluation of the curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.allocation_family import small_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scale import examples

from nexusplanner.domain.planning.allocation.envelope import Envelope, Hills
from nexusplanner.domain.planning.allocation.hill import HillRelaxation
from nexusplanner.domain.planning.allocation.node import Node, fill
from nexusplanner.domain.planning.allocation.split import _halves
from nexusplanner.domain.planning.allocation.table import TableRelaxation
from nexusplanner.domain.planning.curves import HillCurve, MeanHillCurve

seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(autouse=True)
def quiet() -> object:
    with np.errstate(all="ignore"):
        yield


@given(seed=seeds, draws=st.sampled_from([1, 2, 7]))
@settings(max_examples=examples(60), deadline=None)
def test_no_curve_rises_above_its_chord_by_more_than_the_allowance(seed: int, draws: int) -> None:
    rng = np.random.default_rng(seed)
    curve = MeanHillCurve(
        scale=rng.lognormal(0, 1, draws), half=rng.lognormal(0, 1, draws), slope=np.exp(rng.uniform(-1.5, 3, draws))
    )
    upper = 4.0 * rng.random() + 0.1
    table = TableRelaxation([curve], budget=0.5 * upper, tolerance=1e-6)
    table.relax(Node(lower=np.zeros(1), upper=np.array([upper])), cutoff=-np.inf)
    for share in np.linspace(0.0, 1.0, 9):
        at = table.starts[0] + share * (table.ends[0] - table.starts[0])
        chord = table.value_starts[0] + share * (table.value_ends[0] - table.value_starts[0])
        assert np.all(curve.value(at) <= chord + table.allowances[0] + 1e-12)


@given(seed=seeds, blur=st.floats(0.3, 3.0), price=st.floats(0.0, 10.0))
@settings(max_examples=examples(100), deadline=None)
def test_the_bound_holds_however_badly_the_iterations_converged(seed: int, blur: float, price: float) -> None:
    rng = np.random.default_rng(seed)
    problem = small_problem(rng)
    hills = Hills.of(problem.curves)  # type: ignore[arg-type]
    envelope = Envelope.over(hills, lower=problem.lower, upper=problem.upper)
    concave_from = np.minimum(np.maximum(problem.lower, hills.inflection), problem.upper)
    touch = np.where(envelope.chord, envelope.touch, np.clip(envelope.touch * blur, concave_from, problem.upper))
    width = problem.upper - problem.lower
    chord = (envelope.chord | (rng.random(len(touch)) < 0.3)) & envelope.free
    rise = hills.outcomes(problem.upper) - hills.outcomes(problem.lower)
    steepness = np.where(chord, rise / width, envelope.steepness)
    blurred = replace(envelope, touch=np.where(chord, problem.upper, touch), chord=chord, steepness=steepness)
    spend = problem.lower + rng.random(len(touch)) * width
    for power in (0.2, 1.0, 5.0, 50.0):
        plan = problem.lower + width * rng.random(len(touch)) ** power
        bound = blurred.bound(price=price, spend=spend, budget=float(plan.sum()))
        assert bound >= problem.value(plan) * (1 - 1e-12)


@given(seed=seeds, twins=st.integers(1, 5), channel=st.integers(0, 4), point=st.floats(0.0, 1.0))
def test_a_split_loses_no_plan_in_which_earlier_twins_get_at_least_as_much(
    seed: int, twins: int, channel: int, point: float
) -> None:
    channel = min(channel, twins - 1)
    plan = np.sort(np.random.default_rng(seed).random(twins))[::-1]
    node = Node(lower=np.zeros(twins), upper=np.ones(twins))
    halves = _halves(node, (channel, point), twins=(tuple(range(twins)),) * twins)
    assert any(np.all(half.lower <= plan) and np.all(plan <= half.upper) for half in halves)


@given(seed=seeds)
@settings(max_examples=examples(60), deadline=None)
def test_the_first_line_of_an_envelope_touches_its_curve(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed))
    hills = Hills.of(problem.curves)  # type: ignore[arg-type]
    envelope = Envelope.over(hills, lower=problem.lower, upper=problem.upper)
    at_touch = hills.outcomes(problem.lower) + envelope.steepness * (envelope.touch - problem.lower)
    assert at_touch[envelope.jumps] == pytest.approx(hills.outcomes(envelope.touch)[envelope.jumps], rel=1e-9)


def test_filling_moves_channels_on_a_limit_only_when_it_must() -> None:
    lower, upper = np.zeros(3), np.array([4.0, 4.0, 4.0])
    assert fill(np.array([0.0, 2.0, 4.0]), lower=lower, upper=upper, budget=7.0) == pytest.approx([0.0, 3.0, 4.0])
    assert fill(np.array([0.0, 2.0, 4.0]), lower=lower, upper=upper, budget=10.0) == pytest.approx([2.0, 4.0, 4.0])
    assert fill(np.array([0.0, 2.0, 4.0]), lower=lower, upper=upper, budget=99.0) == pytest.approx([4.0, 4.0, 4.0])
    assert fill(np.array([9.0, 9.0, 9.0]), lower=lower, upper=upper, budget=3.0) == pytest.approx([1.0, 1.0, 1.0])


def test_a_node_with_nothing_left_to_give_is_bounded_by_its_only_plan() -> None:
    """The steep start of a slope below 1 asks for money at any price, and another channel stops asking far below it."""
    curves = [HillCurve(scale=1.0, half=1.0, slope=slope) for slope in (0.4, 3.0, 0.9)]
    lower, upper = np.array([0.0, 2.0, 0.1]), np.array([0.7, 2.0, 0.4])
    relaxed = HillRelaxation(curves, budget=2.1).relax(Node(lower=lower, upper=upper, price=0.2), cutoff=-np.inf)
    only = float(sum(curve.value(amount) for curve, amount in zip(curves, lower, strict=True)))
    assert only <= relaxed.bound <= only * 1.001
    assert relaxed.plans[0] == pytest.approx(lower, abs=1e-9)
