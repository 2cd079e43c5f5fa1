from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.planning.flighting.flights import InvalidFlight, Pattern, open_pieces, spread
from nexusplanner.domain.shared import DateRange

MONDAY = date(2026, 3, 2)
PATTERNS: tuple[Pattern, ...] = ("even", "front_loaded", "back_loaded", "pulsing")


def weeks(count: int, *, first: int = 0) -> DateRange:
    start = MONDAY + timedelta(weeks=first)
    return DateRange(start, start + timedelta(days=7 * count - 1))


def amounts(total: int, *, dates: DateRange, pattern: Pattern) -> list[int]:
    return [amount for _, amount in spread(total, dates=dates, pattern=pattern)]


def test_front_loaded_spends_twice_as_much_at_the_beginning() -> None:
    assert amounts(900, dates=weeks(3), pattern="front_loaded") == [400, 300, 200]


def test_back_loaded_is_the_reverse() -> None:
    assert amounts(900, dates=weeks(3), pattern="back_loaded") == [200, 300, 400]


def test_pulsing_runs_two_weeks_and_rests_two() -> None:
    flights = spread(1_200, dates=weeks(8), pattern="pulsing")
    starts = [(week.start - MONDAY).days // 7 for week, _ in flights]
    assert starts == [0, 1, 4, 5]
    assert [amount for _, amount in flights] == [300] * 4


def test_pulses_are_as_long_as_the_shortest_flight() -> None:
    flights = spread(1_200, dates=weeks(8), pattern="pulsing", shortest=3)
    assert [(week.start - MONDAY).days // 7 for week, _ in flights] == [0, 1, 2, 5, 6, 7]


def test_a_hiatus_gets_nothing_and_pulsing_begins_anew_after_it() -> None:
    flights = spread(1_200, dates=weeks(8), pattern="pulsing", hiatus=[weeks(1, first=1)])
    assert [(week.start - MONDAY).days // 7 for week, _ in flights] == [0, 2, 3, 6, 7]


def test_a_hiatus_inside_a_week_leaves_its_other_days() -> None:
    pause = DateRange(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))
    pieces = open_pieces(weeks(1), hiatus=[pause])
    assert [(piece.start, piece.end) for piece in pieces] == [
        (MONDAY, MONDAY + timedelta(days=1)),
        (MONDAY + timedelta(days=4), MONDAY + timedelta(days=6)),
    ]
    assert [amount for _, amount in spread(500, dates=weeks(1), hiatus=[pause])] == [200, 300]


def test_the_weekly_maximum_moves_money_to_the_other_weeks() -> None:
    flights = spread(900, dates=weeks(3), pattern="front_loaded", most_per_week=350)
    assert [amount for _, amount in flights] == [350, 330, 220]


def test_a_back_loaded_budget_is_concentrated_in_the_last_weeks() -> None:
    flights = spread(800, dates=weeks(10), pattern="back_loaded", least_per_week=390)
    assert [(week.start - MONDAY).days // 7 for week, _ in flights] == [8, 9]


def test_weekly_maximums_below_the_budget_are_named() -> None:
    with pytest.raises(InvalidFlight, match=r"maximums allow 80,000\.00 in the 8 open weeks.*budget is 92,000\.00"):
        spread(9_200_000, dates=weeks(8), most_per_week=1_000_000)


def test_a_least_above_the_maximum_is_named() -> None:
    with pytest.raises(InvalidFlight, match=r"least of a week with money is 5\.00, the weekly maximum 4\.00"):
        spread(900, dates=weeks(3), least_per_week=500, most_per_week=400)


def test_a_shortest_flight_that_no_open_stretch_can_hold_is_named() -> None:
    with pytest.raises(InvalidFlight, match="shortest flight of 4 weeks; the longest has 3"):
        spread(900, dates=weeks(7), shortest=4, hiatus=[weeks(1, first=3)])


def test_a_budget_below_the_shortest_flight_is_named() -> None:
    with pytest.raises(
        InvalidFlight, match=r"shortest flight of 3 weeks needs 9\.00 \(3\.00 a week\).*budget is 7\.00"
    ):
        spread(700, dates=weeks(5), shortest=3, least_per_week=300)


@given(
    total=st.integers(0, 10**10),
    days=st.integers(1, 200),
    offset=st.integers(0, 6),
    pattern=st.sampled_from(PATTERNS),
    least=st.integers(0, 10**8),
    most=st.none() | st.integers(1, 10**9),
    shortest=st.integers(1, 4),
    pause=st.none() | st.tuples(st.integers(0, 100), st.integers(0, 30)),
)
def test_a_flight_keeps_every_limit_or_says_why_not(
    *,
    total: int,
    days: int,
    offset: int,
    pattern: Pattern,
    least: int,
    most: int | None,
    shortest: int,
    pause: tuple[int, int] | None,
) -> None:
    start = MONDAY + timedelta(days=offset)
    dates = DateRange(start, start + timedelta(days=days - 1))
    first = start + timedelta(days=pause[0]) if pause else start
    hiatus = [DateRange(first, first + timedelta(days=pause[1]))] if pause else []
    try:
        flights = spread(
            total,
            dates=dates,
            pattern=pattern,
            least_per_week=least,
            most_per_week=most,
            shortest=shortest,
            hiatus=hiatus,
        )
    except InvalidFlight:
        assert most is not None or shortest > 1 or hiatus
        return
    assert sum(amount for _, amount in flights) == total
    lengths, run = [], 0
    for index, (week, amount) in enumerate(flights):
        assert amount > 0
        assert amount >= min(least, total)
        assert most is None or amount <= most * week.days // 7
        assert all(week.start > pause_.end or week.end < pause_.start for pause_ in hiatus)
        follows = index > 0 and week.start - flights[index - 1][0].end == timedelta(days=1)
        run = run + 1 if follows else 1
        lengths = [*lengths[:-1], run] if follows else [*lengths, run]
    if least:
        assert all(length >= shortest for length in lengths)
