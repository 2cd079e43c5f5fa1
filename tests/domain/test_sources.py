from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.shared import Invalid, TenantId, UserId
from nexusplanner.domain.sources import (
    ENDED,
    KNOWN_TIMES,
    LONGEST_PAUSE,
    LONGEST_REQUESTED_PAUSE,
    Source,
    SourceState,
    SourceType,
    newest_times,
    pause_after,
    same_feed,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAILY = tuple(NOW - n * DAY for n in range(9, -1, -1))
WEEKDAYS = tuple(NOW - n * DAY for n in range(30, -1, -1) if (NOW - n * DAY).weekday() < 5)[-KNOWN_TIMES:]


def feed(**changes: Any) -> Source:
    values: dict[str, Any] = {
        "tenant_id": TenantId(uuid4()),
        "created_by": UserId(uuid4()),
        "name": "Trade weekly",
        "kind": SourceType.FEED,
        "url": "https://trade.example/feed.xml",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Source(**values | changes)


STATES: dict[str, tuple[dict[str, Any], SourceState]] = {
    "new": ({}, SourceState.WAITING),
    "due just now": ({"next_fetch_at": NOW}, SourceState.WAITING),
    "never fetched in time": ({"next_fetch_at": NOW - 2 * HOUR - DAY / 1440}, SourceState.LATE),
    "fetched": ({"fetches": 1, "next_fetch_at": NOW + HOUR}, SourceState.FRESH),
    "two periods overdue": ({"fetches": 1, "next_fetch_at": NOW - 2 * HOUR}, SourceState.FRESH),
    "longer overdue": ({"fetches": 1, "next_fetch_at": NOW - 2 * HOUR - DAY / 1440}, SourceState.LATE),
    "failed twice": ({"fetches": 4, "failures": 2}, SourceState.FRESH),
    "failed twice from the start": ({"failures": 2}, SourceState.WAITING),
    "failed three times": ({"fetches": 4, "failures": 3}, SourceState.BROKEN),
    "failed and overdue": ({"failures": 3, "next_fetch_at": NOW - DAY}, SourceState.BROKEN),
    "ended": ({"fetches": 9, "failures": 1, "ended": True}, SourceState.BROKEN),
    "daily, silent three days": (
        {"fetches": 9, "item_times": DAILY, "last_item_at": NOW - 3 * DAY},
        SourceState.FRESH,
    ),
    "daily, silent longer": (
        {"fetches": 9, "item_times": DAILY, "last_item_at": NOW - 3 * DAY - HOUR},
        SourceState.LATE,
    ),
    "silent, but seldom looked at": (
        {"fetches": 2, "item_times": DAILY, "last_item_at": NOW - 9 * DAY},
        SourceState.FRESH,
    ),
    "silent, but too little known": (
        {"fetches": 9, "item_times": DAILY[:2], "last_item_at": NOW - 30 * DAY},
        SourceState.FRESH,
    ),
    "weekdays only, over a weekend": (
        {"fetches": 9, "item_times": WEEKDAYS, "last_item_at": NOW - 3 * DAY},
        SourceState.FRESH,
    ),
    "nothing ever came": ({"fetches": 50, "next_fetch_at": NOW}, SourceState.FRESH),
}


@pytest.mark.parametrize("case", STATES)
def test_the_state_follows_from_what_happened(case: str) -> None:
    facts, state = STATES[case]
    assert feed(**facts).state(now=NOW) is state


def test_a_webhook_is_never_overdue_but_may_fall_silent() -> None:
    hook = feed(kind=SourceType.WEBHOOK, url="")
    assert hook.state(now=NOW + 365 * DAY) is SourceState.WAITING
    for time in DAILY:
        hook.delivered([time], at=time)
    assert hook.next_fetch_at is None
    assert hook.state(now=NOW + 3 * DAY) is SourceState.FRESH
    assert hook.state(now=NOW + 4 * DAY) is SourceState.LATE
    hook.delivered([NOW + 4 * DAY], at=NOW + 4 * DAY)
    assert hook.state(now=NOW + 4 * DAY) is SourceState.FRESH


def test_a_feed_that_stopped_years_ago_is_late_once_it_was_looked_at_three_times() -> None:
    source, old = feed(), [NOW - (900 + n) * DAY for n in range(5)]
    for n in range(3):
        assert source.state(now=NOW + n * HOUR) is not SourceState.LATE
        source.fetched(at=NOW + n * HOUR, etag="", last_modified="")
        source.received(old if n == 0 else [], at=NOW + n * HOUR)
    assert source.state(now=NOW + 2 * HOUR) is SourceState.LATE
    assert source.items == 5


def test_failures_double_the_pause_and_success_forgets_them() -> None:
    source, pauses = feed(), []
    for _ in range(7):
        source.failed("Nobody is there.", at=NOW)
        assert source.next_fetch_at is not None
        pauses.append(source.next_fetch_at - NOW)
    assert pauses == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]
    assert (source.failures, source.problem) == (7, "Nobody is there.")
    assert source.last_fetched_at is None
    source.fetched(at=NOW, etag='"1"', last_modified="")
    assert (source.failures, source.problem, source.next_fetch_at) == (0, "", NOW + HOUR)


def test_a_server_that_asks_for_patience_gets_it_for_a_week_at_most() -> None:
    assert pause_after(1, period=HOUR, retry_after=5 * HOUR) == 5 * HOUR
    assert pause_after(1, period=HOUR, retry_after=timedelta(minutes=1)) == HOUR
    assert pause_after(1, period=HOUR, retry_after=3650 * DAY) == LONGEST_REQUESTED_PAUSE


@given(
    failures=st.integers(1, 10_000),
    minutes=st.integers(15, 10_080),
    asked=st.timedeltas(timedelta(0), timedelta(days=100_000)),
)
def test_the_pause_grows_with_failures_and_stays_in_bounds(failures: int, minutes: int, asked: timedelta) -> None:
    period = timedelta(minutes=minutes)
    pause, longer = (pause_after(n, period=period, retry_after=asked) for n in (failures, failures + 1))
    assert min(period, LONGEST_PAUSE) <= pause <= LONGEST_REQUESTED_PAUSE
    assert pause <= longer
    assert pause_after(failures, period=period) <= max(LONGEST_PAUSE, timedelta(0))


def test_a_feed_that_is_gone_is_never_asked_again_until_it_has_another_address() -> None:
    source = feed(fetches=3, etag='"1"')
    source.end(at=NOW)
    assert (source.state(now=NOW + 90 * DAY), source.next_fetch_at, source.problem) == (SourceState.BROKEN, None, ENDED)
    source.changed_address()
    assert source.state(now=NOW) is SourceState.FRESH
    assert (source.problem, source.etag) == ("", "")


def test_an_unchanged_feed_was_fetched_and_keeps_what_it_knows() -> None:
    source = feed(etag='"1"', last_modified="Mon", problem="Broken XML.", failures=2)
    source.unchanged(at=NOW)
    assert (source.etag, source.last_modified, source.problem) == ('"1"', "Mon", "Broken XML.")
    assert (source.fetches, source.failures, source.last_fetched_at) == (1, 0, NOW)


around = st.timedeltas(timedelta(days=-3000), timedelta(days=1500))
times = st.lists(around.map(lambda distance: NOW + distance), max_size=60)


@given(first=times, more=times)
def test_times_of_items_are_few_sorted_and_never_in_the_future(first: list[datetime], more: list[datetime]) -> None:
    source = feed()
    for arrived in (first, more):
        source.received(arrived, at=NOW)
    assert source.items == len(first) + len(more)
    assert list(source.item_times) == sorted(set(source.item_times))
    assert len(source.item_times) <= KNOWN_TIMES
    assert all(time <= NOW for time in source.item_times)
    assert (source.last_item_at is None) == (source.items == 0)
    assert newest_times(source.item_times) == source.item_times


@given(facts=times, fetches=st.integers(0, 9), failures=st.integers(0, 9), late=st.integers(-9, 9))
def test_every_source_has_a_state_whatever_happened(
    facts: list[datetime], fetches: int, failures: int, late: int
) -> None:
    source = feed(fetches=fetches, failures=failures, next_fetch_at=NOW - late * HOUR)
    source.received(facts, at=NOW)
    state = source.state(now=NOW)
    assert (state is SourceState.BROKEN) == (failures >= 3)
    if late > 2:
        assert state in {SourceState.LATE, SourceState.BROKEN}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"url": "feed.xml"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://" + "x" * 2000}, "url"),
        ({"kind": SourceType.WEBHOOK}, "url"),
        ({"every_minutes": 14}, "every_minutes"),
        ({"every_minutes": 10_081}, "every_minutes"),
    ],
)
def test_what_makes_no_source_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        feed(**changes).check()
    assert set(refused.value.fields) == {field}
    replace(feed(), every_minutes=15).check()


@pytest.mark.parametrize(
    "url",
    [
        "http://trade.example/feed.xml",
        "https://TRADE.example:443/feed.xml",
        "https://trade.example./feed.xml/",
        "https://trade.example/feed.xml?utm_source=mail#top",
    ],
)
def test_a_feed_is_known_again_however_its_address_is_written(url: str) -> None:
    assert feed().reads(url)
    assert feed(url="https://old.example/rss", led_to=url).reads(feed().url)


@pytest.mark.parametrize(
    "url",
    [
        "https://trade.example/feed",
        "https://trade.example/feed.xml?topic=gas",
        "https://trade.example:8443/feed.xml",
        "https://other.example/feed.xml",
    ],
)
def test_feeds_at_other_addresses_are_others(url: str) -> None:
    assert not feed().reads(url)


def test_a_source_without_redirects_does_not_read_what_has_no_address() -> None:
    assert same_feed("") == ""
    assert not feed().reads("")


def test_a_feed_that_ended_is_read_again_as_soon_as_it_answers() -> None:
    source = feed(etag='"v1"', last_modified="Sun, 01 Mar 2026 08:00:00 GMT")
    source.end(at=NOW)
    assert (source.state(now=NOW), source.etag, source.last_modified) == (SourceState.BROKEN, "", "")
    source.fetched(at=NOW, etag="", last_modified="")
    assert (source.state(now=NOW), source.problem) == (SourceState.FRESH, "")
