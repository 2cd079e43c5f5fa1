from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.shared import (
    CURRENCY_DIGITS,
    MAX_MINOR,
    DateRange,
    FieldErrors,
    Invalid,
    Money,
    NotFound,
    minor_digits,
    total,
)

CURRENCIES = st.sampled_from(["EUR", "USD", *CURRENCY_DIGITS])
MONEY = st.builds(Money, st.integers(-MAX_MINOR, MAX_MINOR), CURRENCIES)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
RANGES = st.builds(lambda start, days: DateRange(start, start + timedelta(days)), DAYS, st.integers(0, 800))


@given(MONEY)
def test_what_is_written_is_read_back(amount: Money) -> None:
    assert Money.parse(amount.decimal, currency=amount.currency) == amount
    assert str(amount) == f"{amount.decimal} {amount.currency}"


@given(MONEY)
def test_an_amount_is_written_with_the_currencys_digits(amount: Money) -> None:
    _, point, digits = amount.decimal.partition(".")
    assert len(digits) == minor_digits(amount.currency)
    assert bool(point) == bool(digits)
    assert Decimal(amount.decimal).scaleb(minor_digits(amount.currency)) == amount.amount


@given(st.integers(-(10**11), 10**11), CURRENCIES)
def test_a_float_of_an_amount_is_that_amount(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.from_float(amount.major, currency=currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.50", "EUR", 123450),
        ("1234.5", "EUR", 123450),
        ("-0.01", "EUR", -1),
        ("1e3", "EUR", 100000),
        ("1234", "JPY", 1234),
        ("1234.0", "JPY", 1234),
        ("0.001", "KWD", 1),
    ],
)
def test_amounts_as_people_write_them(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency=currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("ten", "EUR"),
        ("1,5", "EUR"),
        ("1.005", "EUR"),
        ("1.5", "JPY"),
        ("0.0001", "KWD"),
        ("NaN", "EUR"),
        ("sNaN", "EUR"),
        ("Infinity", "EUR"),
        ("1e40", "EUR"),
        ("1e999999999", "EUR"),
        ("1_000", "EUR"),
        ("١٢", "EUR"),
        ("1." + 36 * "0" + "1", "EUR"),
        ("1." + 99 * "0", "EUR"),
        ("10000000000000.01", "EUR"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_field(text: str, currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Money.parse(text, currency=currency)
    assert list(refusal.value.fields) == ["amount"]


@pytest.mark.parametrize("currency", ["", "EU", "EURO", "eur", "E1R", "ÄÖÜ"])
def test_what_is_no_currency_is_refused_with_the_field(currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Money(1, currency)
    assert list(refusal.value.fields) == ["currency"]


@given(st.lists(st.integers(-(10**12), 10**12), max_size=20))
def test_a_total_is_exact(parts: list[int]) -> None:
    assert total((Money(part, "EUR") for part in parts), currency="EUR") == Money(sum(parts), "EUR")


def test_currencies_are_never_mixed() -> None:
    for mix in (lambda: Money(1, "EUR") + Money(1, "USD"), lambda: Money(1, "EUR") - Money(1, "USD")):
        with pytest.raises(Invalid, match="converted"):
            mix()
    with pytest.raises(Invalid, match="converted"):
        total([Money(1, "USD")], currency="EUR")


@given(RANGES)
def test_calendar_weeks_cut_the_range_at_mondays_without_gap_or_overlap(dates: DateRange) -> None:
    weeks = dates.calendar_weeks()
    days = [week.start + timedelta(n) for week in weeks for n in range(week.days)]
    assert days == [dates.start + timedelta(n) for n in range(dates.days)]
    assert all(week.start.weekday() == 0 for week in weeks[1:])
    assert all(week.end.weekday() == 6 for week in weeks[:-1])
    assert all(1 <= week.days <= 7 for week in weeks)


@given(RANGES, RANGES)
def test_a_range_holds_the_days_from_its_start_to_its_end(one: DateRange, other: DateRange) -> None:
    assert (other.start in one) == (one.start <= other.start <= one.end)


def test_a_range_ends_where_it_starts_or_later() -> None:
    assert DateRange(date(2026, 1, 1), date(2026, 1, 1)).days == 1
    assert DateRange(date(2026, 1, 1), date(2026, 1, 14)).weeks == 2
    with pytest.raises(Invalid) as refusal:
        DateRange(date(2026, 1, 2), date(2026, 1, 1))
    assert list(refusal.value.fields) == ["end_date"]


def test_every_mistake_is_named_at_once_the_first_word_on_each() -> None:
    errors = FieldErrors()
    errors.raise_if_any("brief")
    errors.check(ok=True, name="fine", message="never")
    errors.check(ok=False, name="a", message="first")
    errors.check(ok=False, name="a", message="second")
    errors.check(ok=False, name="b", message="third")
    with pytest.raises(Invalid, match="a, b") as refusal:
        errors.raise_if_any("brief")
    assert refusal.value.fields == {"a": "first", "b": "third"}


def test_what_is_not_found_has_a_code_of_its_own() -> None:
    assert NotFound.of("channel plan", 7).code == "CHANNEL_PLAN_NOT_FOUND"
    assert NotFound("None.").code == "NOT_FOUND"
