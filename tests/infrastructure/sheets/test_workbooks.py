"""Workbooks of all kinds, read by the bounded process as it is."""

from __future__ import annotations

import pytest
from tests.factories import workbooks
from tests.factories.workbooks import DAY, INSTANT, PERCENT, failed, number, packed, sheet, text, texts, truth, workbook

from nexusplanner.application.imports.table import Figure, read_table, table_of
from nexusplanner.application.ports.sheets import Sheet
from nexusplanner.domain.documents import Unreadable
from nexusplanner.infrastructure.sheets import BoundedSheetReader


async def read(content: bytes) -> Sheet:
    return await BoundedSheetReader().read(content)


async def refusal(content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        await read(content)
    return refused.value


async def test_cells_are_read_as_they_are_shown() -> None:
    rows = sheet(
        [text(name) for name in ("text", "whole", "part", "sum", "day", "instant", "share", "yes", "failed", "long")],
        [
            text("00123 "),
            number(7.0),
            number(1234.5),
            number(3.0, formula="1+2"),
            number(46112, style=DAY),
            number(46112.5, style=INSTANT),
            number(0.25, style=PERCENT),
            truth(),
            failed(),
            number(4.9e19),
        ],
    )
    table = table_of(await read(workbook(("Figures", rows))))
    assert table.rows[0].cells == (
        *("00123", "7", "1234.5", "3", "2026-03-31", "2026-03-31 12:00:00", "0.25", "true", ""),
        "49000000000000000000",
    )
    assert [isinstance(cell, Figure) for cell in table.rows[0].cells].count(True) == 5
    assert table.remark == ""


async def test_a_sheet_says_what_the_same_csv_says() -> None:
    lines = ("id,name,region", "1,Ann,DE", "2,Böb & <Co>,")
    seen, said = table_of(await read(workbook(("People", texts(*lines))))), read_table("\n".join(lines).encode())
    assert (seen.headers, [row.cells for row in seen.rows]) == (said.headers, [row.cells for row in said.rows])


async def test_rows_keep_their_numbers_and_what_is_empty_is_left_out() -> None:
    rows = sheet(["", text("name"), "", text("price")], ["", text("A"), "", number(1)], [], ["", text("B")], first=4)
    table = table_of(await read(workbook(("S", rows))))
    assert table.headers == ("name", "price")
    assert [(row.line, row.cells) for row in table.rows] == [(5, ("A", "1")), (7, ("B", ""))]


async def test_the_first_sheet_that_can_be_seen_and_holds_anything_is_read_and_others_are_told_of() -> None:
    content = workbook(
        ("Empty", sheet()),
        ("Secret", texts("a", "hidden")),
        ("Shown", texts("a", "seen")),
        ("More", texts("a", "left")),
        hidden=frozenset({"Secret"}),
    )
    table = table_of(await read(content))
    assert table.rows[0].cells == ("seen",)
    assert "Shown" in table.remark
    assert "another sheet" in table.remark


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 and nothing behind", "WORKBOOK_DAMAGED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "WORKBOOK_PROTECTED"),
        (packed({"word/document.xml": "<w/>"}), "WORKBOOK_DAMAGED"),
        (packed({"xl/workbook.xml": "<workbook"}), "WORKBOOK_DAMAGED"),
        (workbook(("S", texts("a", "b")))[:-200], "WORKBOOK_DAMAGED"),
        (workbook(("S", "<!DOCTYPE x [<!ENTITY a 'b'>]>" + texts("a"))), "DOCUMENT_ENTITIES"),
        (workbook(("S", sheet(*([text("x" * 32_000)] for _ in range(1_000))))), "DOCUMENT_BOMB"),
    ],
    ids=["noise", "protected", "word", "broken", "cut", "entities", "bomb"],
)
async def test_what_is_no_workbook_is_refused_with_words(content: bytes, code: str) -> None:
    refused = await refusal(content)
    assert refused.code == code
    assert "Excel" in refused.message or "workbook" in refused.message


async def test_cells_at_the_far_end_of_a_sheet_cost_no_memory() -> None:
    far = workbooks.sheet([text("id")]).replace(
        "</sheetData>", f'<row r="1048576"><c r="XFD1048576" {text("x")}</c></row></sheetData>'
    )
    refused = await refusal(workbook(("S", far)))
    assert refused.code == "READING_TOO_LARGE"
    assert "Save anew what is needed of it" in refused.message


async def test_more_rows_than_are_taken_are_refused_by_name() -> None:
    tall = workbooks.sheet([text("id")]).replace(
        "</sheetData>", f'<row r="300000"><c r="A300000" {text("x")}</c></row></sheetData>'
    )
    refused = await refusal(workbook(("Tall", tall)))
    assert refused.code == "WORKBOOK_TOO_LARGE"
    assert "Tall" in refused.message


async def test_rows_that_a_stray_cell_makes_wide_are_refused_by_name() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" {text("x")}</c></row>' for row in range(2, 10_100))
    stray = f'<row r="10100"><c r="ALL10100" {text("x")}</c></row>'
    wide = workbooks.sheet([text("id")]).replace("</sheetData>", f"{rows}{stray}</sheetData>")
    refused = await refusal(workbook(("Wide", wide)))
    assert refused.code == "WORKBOOK_TOO_LARGE"
    assert "10,000,000 cells" in refused.message
