"""Bytes become the text that was written, whatever is declared of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.infrastructure.decoding import decoded, in_header, in_markup

GERMAN = "Größe für Bäcker, schöne Grüße aus Köln und ein naïves Café. " * 4
RUSSIAN = "Новые цены на тепловые насосы снова выросли этой весной. " * 4
JAPANESE = "暖房の価格は春に上がりました。新しい店が開きます。" * 4


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (GERMAN, "utf-8", ["iso-8859-1"]),
        (GERMAN, "utf-8", ["utf-16", "us-ascii"]),
        (GERMAN, "utf-8-sig", ["windows-1251"]),
        (GERMAN, "utf-16", ["utf-8"]),
        (GERMAN, "cp1252", ["utf-8"]),
        (GERMAN, "cp1252", ["iso-8859-1"]),
        (GERMAN, "cp1252", ["no-such-thing"]),
        (GERMAN, "cp1252", []),
        (RUSSIAN, "koi8-r", ["koi8-r"]),
        (RUSSIAN, "cp1251", ["utf-8", "windows-1251"]),
        (RUSSIAN, "cp1251", []),
        (JAPANESE, "shift_jis", ["shift_jis"]),
        (JAPANESE, "iso-2022-jp", ["iso-2022-jp"]),
        (f"<p>{GERMAN}", "utf-16-le", ["utf-8"]),
    ],
)
def test_text_is_read_as_it_was_written(text: str, encoding: str, declared: list[str]) -> None:
    assert decoded(text.encode(encoding), declared=declared) == text


@given(st.text())
def test_utf_8_is_utf_8_whatever_is_declared(text: str) -> None:
    assert decoded(b"\xef\xbb\xbf" + text.encode(), declared=["windows-1252"]) == text
    assert decoded(f"Prices: {text}".encode(), declared=["windows-1252"]) in {f"Prices: {text}", None} or "\0" in text


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", []), ("shift_jis", ["shift_jis"])])
def test_one_broken_byte_costs_one_character(encoding: str, declared: list[str]) -> None:
    whole = JAPANESE.encode(encoding)
    read = decoded(whole + b"\xff" + b"!", declared=declared)
    assert read is not None
    assert read.startswith(JAPANESE)


@given(st.binary(max_size=300), st.lists(st.sampled_from(["utf-8", "latin-1", "big5", "rot13", "zlib", "x" * 40])))
def test_bytes_of_any_kind_raise_nothing(data: bytes, declared: list[str]) -> None:
    assert isinstance(decoded(data, declared=declared), str | None)


def test_what_is_in_no_encoding_is_told() -> None:
    assert decoded(b"\x81\x8d\x8f\x90\x9d \x00\xd8\x00") is None


def test_declarations_are_found_where_they_stand() -> None:
    assert in_header('text/html; Charset="koi8-r"; x=1') == ["koi8-r"]
    assert in_header("text/html") == []
    assert in_markup(b'<?xml version="1.0" encoding="big5"?><meta http-equiv=x content="a; charset=euc-jp">') == [
        "big5",
        "euc-jp",
    ]
    assert in_markup(b"<p>charset=big5") == []
