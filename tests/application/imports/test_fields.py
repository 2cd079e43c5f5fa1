from __future__ import annotations

import pytest

from nexusplanner.application.imports.fields import ColumnMapping, check_mapping, guess, known_field
from nexusplanner.application.imports.kinds import FIELDS, ImportKind
from nexusplanner.application.imports.table import Table, read_table
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.reference import load_reference_data

CHANNEL_OF = load_reference_data().key_of


def table(*lines: str) -> Table:
    return read_table("\n".join(lines).encode())


def guessed(*lines: str, kind: ImportKind = ImportKind.ACTUALS) -> ColumnMapping:
    found = table(*lines)
    mapping = guess(found, kind=kind, channel_of=CHANNEL_OF)
    check_mapping(mapping, kind=kind, table=found)
    return mapping


def test_a_wide_weekly_file_is_guessed() -> None:
    mapping = guessed(
        "DATE,revenue,tv_S,ooh_S,print_S,facebook_I,search_clicks_P,search_S,competitor_sales_B,facebook_S,events",
        "2015-11-23,2754371.7,22358.3,0,12728.5,2.4e7,0,0,8125009,7607.1,na",
    )
    assert mapping.columns == {
        "DATE": "day",
        "revenue": "outcome",
        "tv_S": "spend:tv",
        "ooh_S": "spend:out_of_home",
        "print_S": "spend:print",
        "search_S": "spend:search",
        "facebook_S": "spend:meta",
    }
    assert mapping.guessed


def test_a_long_file_is_guessed() -> None:
    mapping = guessed("Week start,Medium,Amount spent,Link clicks,Orders", "2026-01-05,TV,10,3,2")
    assert mapping.columns == {
        "Week start": "day",
        "Medium": "channel",
        "Amount spent": "spend",
        "Link clicks": "clicks",
        "Orders": "outcome",
    }


def test_a_column_that_is_a_channel_and_nothing_more_is_its_spend() -> None:
    mapping = guessed("week,TV,Radio,tv notes,sales", "2026-01-05,1,2,loud,3")
    assert mapping.columns["TV"] == "spend:tv"
    assert mapping.columns["Radio"].startswith("spend:")
    assert "tv notes" not in mapping.columns


def test_a_spend_column_of_an_unknown_channel_keeps_its_name() -> None:
    assert guessed("day,Sky Writing spend,y", "2026-01-05,1,2").columns["Sky Writing spend"] == "spend:sky_writing"


def test_two_columns_of_one_channel_are_both_taken() -> None:
    mapping = guessed("day,facebook_S,instagram_S,y", "2026-01-05,1,2,3")
    assert mapping.columns["facebook_S"] == "spend:meta"
    assert mapping.columns["instagram_S"] == "spend:instagram"


def test_clicks_of_a_wide_file_belong_to_no_channel() -> None:
    assert guessed("day,tv_S,clicks,y", "2026-01-05,1,2,3").columns == {
        "day": "day",
        "tv_S": "spend:tv",
        "y": "outcome",
    }


def test_a_column_with_a_few_bad_cells_is_still_spend() -> None:
    assert "tv_S" in guessed("day,tv_S", "2026-01-05,1", "2026-01-12,lots", "2026-01-19,2").columns
    with pytest.raises(Invalid, match="spend:CHANNEL"):
        guessed("day,tv_S", "2026-01-05,loud", "2026-01-12,lots", "2026-01-19,2")


def test_the_decimal_mark_is_what_the_numbers_can_only_be_read_with() -> None:
    assert guessed("Date;tv_S;y", "05.01.2026;1.000,50;3").decimal_mark == ","
    assert guessed("Date;tv_S;y", "05.01.2026;0,5;1.000").decimal_mark == ","
    assert guessed("Date;tv_S;y", "2026-01-05;1,000.50;3").decimal_mark == "."
    assert guessed("Date;tv_S;y", "2026-01-05;1000;3").decimal_mark == "."
    assert guessed("Date;tv_S;y", "2026-01-05;1,000;3").decimal_mark == "."


def test_other_kinds_are_guessed_by_names_people_use() -> None:
    assert guessed("Product,Audience,List price", "a,b,1", kind=ImportKind.SERVICES).columns == {
        "Product": "name",
        "Audience": "target_audience",
        "List price": "price",
    }
    assert guessed("Publisher,Headline,Body,Published", "a,b,c,2026-01-05", kind=ImportKind.SIGNALS).columns == {
        "Publisher": "source",
        "Headline": "title",
        "Body": "content",
        "Published": "timestamp",
    }
    assert guessed("ID,Full_Name,E-Mail,LTV,Cluster", "1,b,c,2,x", kind=ImportKind.CUSTOMERS).columns == {
        "ID": "external_id",
        "Full_Name": "name",
        "E-Mail": "email",
        "LTV": "lifetime_value",
        "Cluster": "segment",
    }


def test_a_column_called_like_the_field_wins_over_another_name_for_it() -> None:
    assert guessed("title,name", "a,b", kind=ImportKind.SERVICES).columns == {"name": "name"}


WIDE = table("week,tv,search,clicks,y", "2026-01-05,1,2,3,4")


@pytest.mark.parametrize(
    ("columns", "code", "word"),
    [
        ({"weeek": "day", "tv": "spend:tv"}, "UNKNOWN_COLUMN", "'weeek'.*week, tv"),
        ({"week": "dya", "tv": "spend:tv"}, "UNKNOWN_FIELD", "'dya'"),
        ({"week": "day", "tv": "spend:"}, "UNKNOWN_FIELD", "spend:"),
        ({"week": "day", "tv": "spend:CHANNEL ", "y": "outcome"}, "UNKNOWN_FIELD", "CHANNEL"),
        ({"week": "day", "tv": "control:NAME", "search": "control:NAME"}, "MAPPED_TWICE", "control:NAME"),
        ({"week": "day", "tv": "spend:tv", "search": "spend:tv"}, "MAPPED_TWICE", "spend:tv"),
        ({"tv": "spend:tv"}, "COLUMN_MISSING", "day"),
        ({"week": "day"}, "COLUMN_MISSING", "spend:CHANNEL"),
        ({"week": "day", "tv": "spend", "y": "outcome"}, "COLUMN_MISSING", "channel"),
        ({"week": "day", "clicks": "clicks", "y": "outcome"}, "COLUMN_MISSING", "channel or spend"),
        ({"week": "day", "tv": "spend", "search": "spend:search"}, "MAPPED_TWICE", "not both"),
        ({"week": "day", "tv": "spend:tv", "clicks": "clicks"}, "MAPPED_TWICE", "one channel"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_name(columns: dict[str, str], code: str, word: str) -> None:
    with pytest.raises(Invalid, match=word) as refusal:
        check_mapping(ColumnMapping(columns=columns), kind=ImportKind.ACTUALS, table=WIDE)
    assert refusal.value.code == code


@pytest.mark.parametrize("style", [{"date_format": "dmy"}, {"decimal_mark": ";"}, {"decimal_mark": ""}])
def test_a_style_nobody_knows_is_refused(style: dict[str, str]) -> None:
    mapping = ColumnMapping(columns={"week": "day", "y": "outcome"}, **style)  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="Use one of") as refusal:
        check_mapping(mapping, kind=ImportKind.ACTUALS, table=WIDE)
    assert list(refusal.value.fields) == [f"mapping.{next(iter(style))}"]


@pytest.mark.parametrize(("kind", "name"), [(kind, each.name) for kind in ImportKind for each in FIELDS[kind]])
def test_every_field_that_is_offered_is_known(kind: ImportKind, name: str) -> None:
    assert known_field(kind, name.replace("CHANNEL", "tv").replace("NAME", "price"))


def test_a_file_without_the_word_spend_may_count_other_things_of_a_channel() -> None:
    mapping = guessed("week,tv,tv_I,search,search_clicks,sales", "2026-01-05,1,900,2,30,3")
    assert mapping.columns == {"week": "day", "tv": "spend:tv", "search": "spend:search", "sales": "outcome"}
