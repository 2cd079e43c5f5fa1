from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.imports.values import (
    DAY_FORMATS,
    Unreadable,
    day_format,
    read_consent,
    read_count,
    read_day,
    read_decimal,
    read_instant,
    read_list,
    read_money,
)
from nexusplanner.domain.customers import YES, Consent, asks_for_refusals
from nexusplanner.domain.shared import FIRST_DAY, LAST_DAY, MAX_MINOR, Money, minor_digits

MINOR = st.integers(min_value=0, max_value=MAX_MINOR // 1000)
GARBAGE = st.text(max_size=30) | st.text(alphabet="0123456789.,-+eE €'/:TZW \u00a0", max_size=24)


@given(minor=MINOR, currency=st.sampled_from(["EUR", "JPY", "KWD"]), mark=st.sampled_from([".", ","]))
def test_an_amount_written_with_thousands_and_sign_is_read_to_the_minor_unit(
    minor: int, currency: str, mark: str
) -> None:
    money = Money(minor, currency)
    thousands = f"{Decimal(money.decimal):,.{minor_digits(currency)}f}"
    text = thousands.translate(str.maketrans(",.", ".,")) if mark == "," else thousands
    assert read_money(text, currency=currency, decimal_mark=mark) == money
    assert read_money(f"€ {text}", currency=currency, decimal_mark=mark) == money
    assert read_money(money.decimal.replace(".", mark), currency=currency, decimal_mark=mark) == money


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1\u202f234.50", ".", "1234.50"),
        ("1'234'567", ".", "1234567"),
        ("12,34,567.5", ".", "1234567.5"),
        ("€1,000", ".", "1000"),
        ("4.5 %", ".", "4.5"),
        ("-.5", ".", "-0.5"),
        ("+7.", ".", "7"),
        ("1.5e3", ".", "1500"),
        ("1e-999", ".", "1e-999"),
    ],
)
def test_numbers_as_people_and_programs_write_them(text: str, mark: str, value: str) -> None:
    assert read_decimal(text, decimal_mark=mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1,5", "."), ("1.234,56", "."), ("1,23,4", "."), (",5", "."), ("1,234,56", "."), ("1.5", ","), ("1,234.5", ",")],
)
def test_a_mark_that_cannot_part_thousands_is_not_thrown_away(text: str, mark: str) -> None:
    with pytest.raises(Unreadable, match="decimal_mark"):
        read_decimal(text, decimal_mark=mark)


@pytest.mark.parametrize("text", ["", "x", "1 2", "1-2", "--1", "nan", "inf", "1e9999", "1/2", "(5)", "²", "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="not a number"):
        read_decimal(text)


def test_amounts_round_half_to_even_and_stay_in_range() -> None:
    assert read_money("0.125", currency="EUR") == Money(12, "EUR")
    assert read_money("0.135", currency="EUR") == Money(14, "EUR")
    assert read_money("2.5", currency="JPY") == Money(2, "JPY")
    with pytest.raises(Unreadable, match="negative"):
        read_money("-0.01", currency="EUR")
    for text in ("1e15", "1e16", "99999999999999"):
        with pytest.raises(Unreadable, match="too large"):
            read_money(text, currency="EUR")


def test_counts_are_whole_and_not_negative() -> None:
    assert read_count("1,200.6") == 1201
    with pytest.raises(Unreadable, match="negative"):
        read_count("-1")


def test_one_day_above_twelve_settles_the_column() -> None:
    assert day_format(["2026-01-05"]) == "iso"
    assert day_format(["03/04/2026", "13/04/2026"]) == "day_first"
    assert day_format(["03/04/2026", "04/13/2026"]) == "month_first"
    assert day_format(["03.04.2026"]) == "day_first"
    assert day_format(["03/04/2026", "05/06/2026"]) == "ambiguous"
    assert day_format([]) == "iso"


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_a_day_reads_back_however_it_is_written(day: date) -> None:
    assert read_day(day.isoformat(), style="ambiguous") == day
    assert read_day(f"{day.year:04}-{day.month}-{day.day}", style="iso") == day
    assert read_day(f"{day.year:04}-{day.month}-{day.day} 10:30", style="iso") == day
    assert read_day(f"{day.isoformat()}T00:00:00Z", style="iso") == day
    assert read_day(f"{day.day}/{day.month}/{day.year:04}", style="day_first") == day
    assert read_day(f"{day.month}/{day.day}/{day.year:04}", style="month_first") == day


@pytest.mark.parametrize(
    ("text", "style", "reason"),
    [
        ("03/04/2026", "ambiguous", "date_format"),
        ("03/04/2026", "iso", "not a day"),
        ("2026-02-30", "iso", "no day of the calendar"),
        ("31/04/2026", "day_first", "no day of the calendar"),
        ("12/31/2026", "day_first", "no day of the calendar"),
        ("0000-01-01", "iso", "no day of the calendar"),
        ("5.1.26", "day_first", "not a day"),
        ("next Monday", "iso", "not a day"),
        ("2026-01-055", "iso", "not a day"),
        ("0026-01-05", "iso", "cannot be meant"),
        ("2026-01-05" + 60 * " ", "iso", "too long"),
    ],
)
def test_a_day_that_is_none_says_why(text: str, style: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_day(text, style=style)


def test_an_instant_without_zone_is_utc() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert read_instant("2026-01-05T12:00", style="iso") == noon
    assert read_instant("2026-01-05 14:00+02:00", style="iso") == noon
    assert read_instant("05.01.2026", style="day_first") == noon - timedelta(hours=12)
    with pytest.raises(Unreadable):
        read_instant("0001-01-01T00:00+14:00", style="iso")


def test_lists_have_no_empty_parts() -> None:
    assert read_list(" a; b|c ;; ") == ("a", "b", "c")
    assert read_list(" ; ") == ()


def _readers() -> list[Callable[[str], object]]:
    marks, styles = (".", ","), (*DAY_FORMATS, "ambiguous")
    return [
        *(lambda text, mark=mark: read_money(text, currency="KWD", decimal_mark=mark) for mark in marks),
        *(lambda text, mark=mark: read_count(text, decimal_mark=mark) for mark in marks),
        *(lambda text, style=style: read_day(text, style=style) for style in styles),
        *(lambda text, style=style: read_instant(text, style=style) for style in styles),
        lambda text: day_format([text]),
        read_list,
    ]


@given(GARBAGE | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_no_text_does_anything_but_read_or_be_refused(text: str) -> None:
    for read in _readers():
        with contextlib.suppress(Unreadable):
            read(text)


@pytest.mark.parametrize(
    ("text", "agreed", "as_refusal"),
    [
        ("Yes", Consent.GIVEN, Consent.REFUSED),
        ("opted-in", Consent.GIVEN, Consent.REFUSED),
        ("0", Consent.REFUSED, Consent.UNKNOWN),
        ("UNSUBSCRIBED", Consent.REFUSED, Consent.REFUSED),
        ("opted_out", Consent.REFUSED, Consent.REFUSED),
        ("not asked", Consent.UNKNOWN, Consent.UNKNOWN),
    ],
)
def test_consent_is_read_from_words_and_silence_is_none(text: str, agreed: Consent, as_refusal: Consent) -> None:
    assert read_consent(text, opted_out=False) is agreed
    assert read_consent(text, opted_out=True) is as_refusal


@pytest.mark.parametrize(
    "heading",
    ["Opt out", "HasOptedOutOfEmail", "email_opt-out", "Unsubscribed from all email", "DoNotMail", "Don't call"],
)
def test_headings_that_ask_for_refusals_are_known_however_they_are_written(heading: str) -> None:
    assert asks_for_refusals(heading)


@pytest.mark.parametrize("heading", ["Consent", "Opted in", "Newsletter", "Donations", "subscribed"])
def test_headings_that_ask_for_consent_are_none(heading: str) -> None:
    assert not asks_for_refusals(heading)


@given(GARBAGE)
def test_other_words_are_no_consent(text: str) -> None:
    with contextlib.suppress(Unreadable):
        given = read_consent(text, opted_out=False) is Consent.GIVEN
        assert not given or re.sub(r"[\s_-]+", " ", text.lower()).strip() in YES
