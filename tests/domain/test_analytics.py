from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual, History, history
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.shared import Invalid, Money, TenantId

MONDAY = date(2026, 1, 5)
BRAND = records.brand(TenantId(uuid4()))


def spent(week: int, channel: str, minor: int, *, of: Brand = BRAND) -> ChannelActual:
    return records.channel_actual(
        of, day=MONDAY + timedelta(weeks=week), channel=channel, spend=Money(minor, of.currency)
    )


def figure(week: int, value: float, *, metric: str = "sign-ups", role: ActualRole = ActualRole.OUTCOME) -> BrandActual:
    return records.brand_actual(BRAND, day=MONDAY + timedelta(weeks=week), metric=metric, role=role, value=value)


def joined(channels: list[ChannelActual], figures: list[BrandActual]) -> History:
    return history(channels, brand=figures, outcome="sign-ups")


def test_rows_become_a_table_by_day_and_channel_in_any_order() -> None:
    channels = [spent(1, "tv", 300), spent(0, "search", 150), spent(1, "search", 250)]
    found = joined(channels, [figure(1, 20.0), figure(0, 10.0)])
    assert found == joined(channels[::-1], [figure(0, 10.0), figure(1, 20.0)])
    assert found.days == (MONDAY, MONDAY + timedelta(weeks=1))
    assert found.channels == ("search", "tv")
    assert found.spend == ((1.5, 0.0), (2.5, 3.0))
    assert found.outcome == (10.0, 20.0)


def test_days_without_the_outcome_are_left_out_with_what_was_spent_only_then() -> None:
    found = joined([spent(0, "tv", 1), spent(1, "print", 1)], [figure(0, 1.0), figure(1, 9.0, metric="revenue")])
    assert (found.days, found.channels) == ((MONDAY,), ("tv",))


def test_a_control_counts_only_when_every_day_has_it() -> None:
    price = [figure(week, 1.0 + week, metric="price", role=ActualRole.CONTROL) for week in (0, 1)]
    rain = [figure(0, 5.0, metric="rain", role=ActualRole.CONTROL)]
    found = joined([], [figure(0, 1.0), figure(1, 2.0), *price, *rain])
    assert found.control_names == ("price",)
    assert found.controls == ((1.0,), (2.0,))


def test_a_control_called_like_the_outcome_is_not_the_outcome() -> None:
    assert joined([], [figure(0, 1.0, role=ActualRole.CONTROL)]).days == ()


def test_nothing_joins_to_an_empty_table() -> None:
    found = joined([spent(0, "tv", 1)], [])
    assert (found.days, found.channels, found.spend, found.outcome, found.control_names) == ((), (), (), (), ())


def test_spend_is_in_major_units_of_its_currency() -> None:
    yen = records.brand(TenantId(uuid4()), currency="JPY")
    assert joined([spent(0, "tv", 500, of=yen)], [figure(0, 1.0)]).spend == ((500.0,),)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channel": " "}, "channel"),
        ({"spend": Money(-1, "EUR")}, "spend"),
        ({"impressions": -1}, "impressions"),
        ({"clicks": -1}, "clicks"),
    ],
)
def test_impossible_figures_are_refused_by_name(changes: dict[str, object], field: str) -> None:
    records.channel_actual(BRAND, impressions=0, clicks=None).check()
    with pytest.raises(Invalid) as refusal:
        records.channel_actual(BRAND, **changes).check()
    assert list(refusal.value.fields) == [field]
