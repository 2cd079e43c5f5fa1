from dataclasses import replace

import numpy as np
import pytest

from nexusplanner.domain.planning.quality import Evidence, QualityClass, judge, twins

CLEAR = Evidence(
    channel="tv",
    spend=np.random.default_rng(0).uniform(100, 900, 104),
    twins=(),
    narrowing=0.4,
    shift=0.2,
    width=2.1,
    source="",
)


def test_a_channel_with_weeks_variation_and_a_narrow_interval_is_measured():
    found = judge(CLEAR)
    assert found.kind is QualityClass.MEASURED
    assert "104 weeks, 104 with spend" in found.reasons[0]
    assert "40%" in found.reasons[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spend": CLEAR.spend[:20]}, "only 20 weeks"),
        ({"spend": np.where(np.arange(104) < 5, 300.0, 0.0)}, "spend in only 5 weeks"),
        ({"spend": 500 + np.arange(104) % 2}, "hardly changed"),
        ({"twins": ("print",)}, "tv and print always ran together"),
        ({"narrowing": 0.9}, "say little"),
        ({"width": 9.2}, "a factor of 9.2 apart: too wide to call it measured"),
        ({"shift": 2.7}, "higher than nearly any channel's"),
        ({"echo": 0.95}, "95% of the spend's changes follow season"),
    ],
)
def test_each_doubt_makes_an_assumption_and_comes_first(change, words):
    found = judge(replace(CLEAR, **change))
    assert found.kind is QualityClass.ASSUMPTION
    assert words in found.reasons[0]


def test_a_doubtful_channel_with_a_source_is_borrowed_and_a_clear_one_is_measured():
    assert judge(replace(CLEAR, narrowing=0.9, source="a table")).kind is QualityClass.BORROWED
    assert judge(replace(CLEAR, source="a table")).kind is QualityClass.MEASURED


@pytest.mark.parametrize(("shift", "way"), [(1.5, "above"), (-1.5, "below")])
def test_a_return_far_from_what_was_assumed_is_told(shift, way):
    assert any(f"well {way}" in reason for reason in judge(replace(CLEAR, shift=shift)).reasons)


def test_an_interval_that_did_not_narrow_is_told_plainly():
    assert "the rows did not narrow what was assumed" in judge(replace(CLEAR, narrowing=1.06)).reasons


@pytest.mark.parametrize(("narrowing", "width"), [(0.4, 2.1), (0.4, 9.0), (0.9, 9.0)])
def test_the_width_of_the_interval_is_told_once(narrowing, width):
    reasons = judge(replace(CLEAR, narrowing=narrowing, width=width)).reasons
    assert sum(f"a factor of {width:.1f} apart" in reason for reason in reasons) == 1


def test_twins_are_mutual_and_constant_channels_have_none():
    spend = np.column_stack([CLEAR.spend, 3 * CLEAR.spend + 1, CLEAR.spend[::-1], np.full(104, 5.0)])
    found = twins(spend, channels=("a", "b", "c", "d"))
    assert found == {"a": ("b",), "b": ("a",), "c": (), "d": ()}


def test_an_experiment_makes_a_channel_measured_and_is_named_before_the_doubts():
    found = judge(replace(CLEAR, twins=("print",), experiments=("the experiment of May",)))
    assert found.kind is QualityClass.MEASURED
    assert found.reasons[0] == "measured by the experiment of May"
    assert "always ran together" in found.reasons[1]


@pytest.mark.parametrize("change", [{"narrowing": 0.9}, {"width": 8.1}])
def test_an_experiment_too_wide_to_say_anything_measures_nothing(change):
    found = judge(replace(CLEAR, **change, experiments=("the experiment of May",)))
    assert found.kind is QualityClass.ASSUMPTION
    assert not any("experiment of May" in reason for reason in found.reasons)


def test_spend_that_partly_follows_the_season_is_told():
    found = judge(replace(CLEAR, echo=0.66))
    assert found.kind is QualityClass.MEASURED
    assert any("66% of the spend's changes follow season" in reason for reason in found.reasons)
