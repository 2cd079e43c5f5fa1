from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.imports import table
from nexusplanner.application.imports.table import Row, Table, UnreadableFile, read_table

TEXT = "name;price\nWärmepumpe;8999,00\nKessel;10,50\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_common_encoding_reads_the_same(encoding: str) -> None:
    found = read_table(TEXT.encode(encoding))
    assert found.headers == ("name", "price")
    assert found.column("name") == ("Wärmepumpe", "Kessel")


def test_big_endian_with_its_mark_is_read() -> None:
    assert read_table(b"\xfe\xff" + "a,b\n1,2\n".encode("utf-16-be")).column("b") == ("2",)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_found(separator: str, end: str) -> None:
    lines = [separator.join(cells) for cells in (("day", "tv", "note"), ("2026-01-05", "1.5", "a b"))]
    assert read_table((end.join(lines) + end).encode()).rows == (
        Row(line=2, cells=("2026-01-05", "1.5", "a b"), width=3),
    )


def test_commas_in_amounts_do_not_outvote_the_semicolon() -> None:
    assert read_table(TEXT.encode()).column("price") == ("8999,00", "10,50")


def test_one_column_is_a_table() -> None:
    assert read_table(b"name\nHeat pump\n") == Table(
        headers=("name",), rows=(Row(line=2, cells=("Heat pump",), width=1),)
    )


def test_a_row_is_named_by_the_line_it_begins_on_whatever_was_quoted_before() -> None:
    found = read_table(b'name,note\nA,"one\ntwo\n\nthree"\n\n,\nB,"x, ""y"""\n')
    assert [(row.line, row.cells) for row in found.rows] == [(2, ("A", "one\ntwo\n\nthree")), (8, ("B", 'x, "y"'))]


def test_a_heading_over_two_lines_shifts_the_lines() -> None:
    found = read_table(b'"name\nof it",note\nA,b\n')
    assert found.rows[0].line == 3


def test_short_rows_are_filled_and_long_ones_set_aside() -> None:
    found = read_table(b"a,b,c\n1\n1,2,3,4\n1,2,3\n")
    assert [(row.line, row.cells, row.width) for row in found.rows] == [
        (2, ("1", "", ""), 1),
        (4, ("1", "2", "3"), 3),
    ]
    assert found.ragged == ((3, 4),)


def test_columns_without_a_name_get_one() -> None:
    assert read_table(b",b\n1,2\n").headers == ("column 1", "b")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf", "name the columns"),
        (b"PK\x03\x04\x00\x00\x00", "not a text file"),
        (b"\x81\x8d\x8f,\n", "letters"),
        (b"\xff\xfea\x00,", "letters"),
        (b"\n1,2\n", "name the columns"),
        (b",,\n1,2,3\n", "name the columns"),
        (b"a,b,a\n1,2,3\n", "'a'"),
        (b"column 2,\n1,2\n", "'column 2'"),
        (b'a,b\n1,"never closed\n', "Line"),
        (b'a,b\n1,"closed" here\n', "Line 2"),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "Line 2"),
        (",".join(f"c{index}" for index in range(501)).encode(), "501"),
    ],
)
def test_what_is_no_table_says_why(content: bytes, word: str) -> None:
    with pytest.raises(UnreadableFile, match=word) as refusal:
        read_table(content)
    assert refusal.value.code == "FILE_UNREADABLE"


def test_too_many_rows_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 3)
    assert len(read_table(b"a\n1\n2\n3\n").rows) == 3
    with pytest.raises(UnreadableFile, match="more than 3 rows"):
        read_table(b"a\n1\n2\n3\n4\n")


def test_short_rows_under_a_wide_heading_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "MAX_CELLS", 8)
    assert len(read_table(b"a,b,c,d\n1\n2\n").rows) == 2
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        read_table(b"a,b,c,d\n1\n2\n3\n")


@given(st.binary(max_size=200) | st.text(alphabet="a1\"',;\t|\r\n \ufeff", max_size=80).map(str.encode))
def test_no_bytes_do_anything_but_read_or_be_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableFile):
        found = read_table(content)
        assert all(len(row.cells) == len(found.headers) for row in found.rows)
        assert len(set(found.headers)) == len(found.headers)
