from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from nexusplanner.application.imports.fields import ColumnMapping
from nexusplanner.application.imports.kinds import ImportKind
from nexusplanner.application.imports.records import Reading, read_records
from nexusplanner.application.imports.table import read_table
from nexusplanner.domain.shared import Money

LONG = {"day": "day", "channel": "channel", "spend": "spend", "y": "outcome"}
WIDE = {"day": "day", "tv": "spend:tv", "y": "outcome"}


def read(
    *lines: str, columns: dict[str, str], kind: ImportKind = ImportKind.ACTUALS, currency: str = "EUR", **style: str
) -> Reading:
    mapping = ColumnMapping(columns=columns, **style)  # type: ignore[arg-type]
    return read_records(read_table("\n".join(lines).encode()), kind=kind, mapping=mapping, currency=currency)


def errors(reading: Reading) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.reason) for error in reading.errors]


def test_a_row_becomes_typed_values_and_empty_cells_are_absent() -> None:
    found = read("day,tv,y", "2026-01-05,1000.50,n/a", "2026-01-12,-,41.5", columns=WIDE)
    assert [record.values for record in found.records] == [
        {"day": date(2026, 1, 5), "spend:tv": Money(100_050, "EUR")},
        {"day": date(2026, 1, 12), "outcome": 41.5},
    ]
    assert found.errors == ()


def test_every_error_names_line_column_value_and_reason() -> None:
    found = read("day,tv,y", "2026-01-05,lots,many", ",1,2", "2026-13-01,-5,1", columns=WIDE)
    assert found.records == ()
    assert [(error.line, error.column, error.value) for error in found.errors] == [
        (2, "tv", "lots"),
        (2, "y", "many"),
        (3, "day", ""),
        (4, "day", "2026-13-01"),
        (4, "tv", "-5"),
    ]
    assert found.errors[2].reason == "is empty"
    assert all(error.reason for error in found.errors)


def test_a_day_that_cannot_be_read_is_one_error_and_not_also_empty() -> None:
    assert errors(read("day,tv,y", "soon,1,2", columns=WIDE)) == [
        (2, "day", "'soon' is not a day; write it like 2026-03-31")
    ]


def test_a_short_row_is_taken_when_it_lacks_only_what_nobody_asked_for() -> None:
    found = read("day,tv,y,note", "2026-01-05,1,2", "2026-01-12,1", "2026-01-19,1,2,x,y", columns=WIDE)
    assert [record.line for record in found.records] == [2]
    assert errors(found) == [
        (3, "", "breaks off after 2 cells, the heading has 4"),
        (4, "", "has 5 cells, the heading has 4"),
    ]


def test_a_row_that_repeats_an_earlier_one_names_it() -> None:
    found = read("day,tv,y", "2026-01-05,1,2", "2026-01-12,1,2", "2026-01-05,3,4", columns=WIDE)
    assert errors(found) == [(4, "", "repeats line 2")]
    lower = read("day,channel,spend,y", "2026-01-05,TV,1,2", "2026-01-05,tv,1,2", "2026-01-05,Radio,1,2", columns=LONG)
    assert errors(lower) == [(3, "", "repeats line 2")]


def test_a_bad_row_does_not_count_as_the_first_of_its_key() -> None:
    found = read("day,tv,y", "2026-01-05,lots,2", "2026-01-05,3,4", columns=WIDE)
    assert [record.line for record in found.records] == [3]


def test_spend_without_its_channel_and_clicks_without_spend_are_not_left_out_in_silence() -> None:
    found = read(
        "day,channel,spend,clicks,y",
        "2026-01-05,,10,,2",
        "2026-01-12,tv,,30,2",
        "2026-01-19,,,,2",
        "2026-01-26,tv,,,2",
        columns=LONG | {"clicks": "clicks"},
    )
    assert errors(found) == [(2, "channel", "is empty"), (3, "spend", "is empty")]
    assert [record.line for record in found.records] == [4, 5]


def test_ambiguous_days_are_refused_until_the_format_is_given() -> None:
    lines = ("day,tv,y", "03/04/2026,1,2")
    assert "date_format" in read(*lines, columns=WIDE).errors[0].reason
    (record,) = read(*lines, columns=WIDE, date_format="day_first").records
    assert record.values["day"] == date(2026, 4, 3)
    (record,) = read(*lines, columns=WIDE, date_format="month_first").records
    assert record.values["day"] == date(2026, 3, 4)


def test_a_decimal_comma_is_read_when_the_mapping_says_so() -> None:
    (record,) = read("day;tv;y", "05.01.2026;1.000,505;2,5", columns=WIDE, decimal_mark=",").records
    assert (record.values["spend:tv"], record.values["outcome"]) == (Money(100_050, "EUR"), 2.5)


def test_amounts_have_the_digits_of_the_brands_currency() -> None:
    (record,) = read("day,tv,y", "2026-01-05,1000.6,2", columns=WIDE, currency="JPY").records
    assert record.values["spend:tv"] == Money(1001, "JPY")


SIGNAL = {"s": "source", "c": "content", "t": "timestamp", "i": "impact", "k": "topics"}


def test_signals_may_name_the_region_they_are_about() -> None:
    columns = {"s": "source", "c": "content", "t": "timestamp", "r": "region"}
    (record,) = read("s,c,t,r", "News,Text.,2026-01-05,DE-BE", columns=columns, kind=ImportKind.SIGNALS).records
    assert record.values["region"] == "DE-BE"
    far = read("s,c,t,r", f"News,Text.,2026-01-05,{'x' * 201}", columns=columns, kind=ImportKind.SIGNALS)
    assert [(line, column) for line, column, _ in errors(far)] == [(2, "r")]


def test_signals_have_an_instant_an_impact_and_topics() -> None:
    (record,) = read(
        "s,c,t,i,k", "News,Text.,2026-01-05T10:00Z,-0.5,a; b", columns=SIGNAL, kind=ImportKind.SIGNALS
    ).records
    assert record.values == {
        "source": "News",
        "content": "Text.",
        "timestamp": datetime(2026, 1, 5, 10, tzinfo=UTC),
        "impact": -0.5,
        "topics": ("a", "b"),
    }
    far = read("s,c,t,i,k", "News,Text.,2026-01-05,1.5,", columns=SIGNAL, kind=ImportKind.SIGNALS)
    assert errors(far) == [(2, "i", "impact lies between -1 and 1")]


CUSTOMER = {"id": "external_id", "n": "name", "e": "employees", "g": "segment"}


@pytest.mark.parametrize(
    ("cells", "column", "word"),
    [
        ("1,A,3000000000,x", "e", "too large"),
        ("1,A,-1,x", "e", "negative"),
        (f"1,A,1,{'x' * 121}", "g", "120 characters"),
        (f"1,{'x' * 201},1,x", "n", "200 characters"),
        (",A,1,x", "id", "empty"),
    ],
)
def test_what_the_workspace_could_not_keep_is_an_error_of_its_row(cells: str, column: str, word: str) -> None:
    found = read("id,n,e,g", cells, columns=CUSTOMER, kind=ImportKind.CUSTOMERS)
    ((line, where, reason),) = errors(found)
    assert (line, where) == (2, column)
    assert word in reason


def test_services_repeat_by_name_whatever_its_case() -> None:
    columns = {"name": "name", "benefits": "benefits"}
    found = read("name,benefits", "Heat pump,a;b", "HEAT PUMP,c", columns=columns, kind=ImportKind.SERVICES)
    assert found.records[0].values["benefits"] == ("a", "b")
    assert errors(found) == [(3, "", "repeats line 2")]
    long = read("name,benefits", "x" * 161, columns={"name": "name"}, kind=ImportKind.SERVICES)
    assert errors(long) == [(2, "name", "has more than 160 characters")]
