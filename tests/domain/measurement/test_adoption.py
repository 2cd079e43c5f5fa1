from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.measurement import WORSE, Errors, Holder, judge_version

OUTCOME = 1000.0


def errors(*weekly: float) -> Errors:
    return Errors(weekly=weekly, outcome=OUTCOME)


def test_the_first_model_is_adopted() -> None:
    found = judge_version(errors(1, 2, 3), holder=None)
    assert found.adopt
    assert "first" in found.reason
    assert judge_version(None, holder=None).adopt


def test_a_clearly_worse_fit_stays_a_candidate_with_the_figures() -> None:
    found = judge_version(errors(20, 21, 22, 20), holder=Holder(number=2, errors=errors(10, 10, 11, 10)))
    assert (found.adopt, found.worse) == (False, True)
    assert "8.3%" in found.reason
    assert "4.1%" in found.reason
    assert "version 2" in found.reason


def test_a_better_fit_is_adopted() -> None:
    found = judge_version(errors(5, 5, 6), holder=Holder(number=1, errors=errors(10, 10, 11)))
    assert found.adopt
    assert "within" not in found.reason


def test_a_little_worse_is_no_worse() -> None:
    found = judge_version(errors(10.4, 10.4, 10.4), holder=Holder(number=1, errors=errors(10, 10, 10)))
    assert (found.adopt, found.worse) == (True, False)
    assert f"within {WORSE:.0%}" in found.reason


def test_one_bad_week_among_many_is_chance() -> None:
    found = judge_version(errors(10, 9, 10, 9, 40), holder=Holder(number=1, errors=errors(12, 13, 12, 13, 10)))
    assert found.wmape is not None
    assert found.holder_wmape is not None
    assert found.wmape > found.holder_wmape * (1 + WORSE)
    assert found.adopt


def test_without_weeks_to_compare_the_newest_figures_decide() -> None:
    for new, theirs in ((None, None), (errors(1, 2), None), (None, errors(1, 2))):
        found = judge_version(new, holder=Holder(number=1, errors=theirs))
        assert (found.adopt, found.worse) == (True, False)
        assert "too few weeks" in found.reason


def test_only_a_person_replaces_an_imported_model() -> None:
    better = judge_version(errors(5, 5), holder=Holder(number=4, imported=True, errors=errors(10, 11)))
    assert (better.adopt, better.worse) == (False, False)
    assert "imported" in better.reason
    assert "1.0%" in better.reason, "what the person decides on is told"
    unknown = judge_version(errors(5, 5), holder=Holder(number=4, imported=True))
    assert not unknown.adopt


weeks = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=20)


@given(weeks)
def test_a_model_is_never_clearly_worse_than_itself_nor_both_ways(pairs: list[tuple[float, float]]) -> None:
    one, other = errors(*(pair[0] for pair in pairs)), errors(*(pair[1] for pair in pairs))
    assert not judge_version(one, holder=Holder(number=1, errors=one)).worse
    forth = judge_version(one, holder=Holder(number=1, errors=other))
    back = judge_version(other, holder=Holder(number=1, errors=one))
    assert not (forth.worse and back.worse)
    assert forth.adopt is not forth.worse
