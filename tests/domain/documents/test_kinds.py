from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import files

from nexusplanner.domain.documents import DocumentKind, UnknownKind, kind_of

TEXT = "Wärmepumpen sparen ein Drittel der Rechnung."
READ = {
    "brochure.pdf": (files.pdf([["Hello"]]), DocumentKind.PDF),
    "renamed.txt": (b"\n" + files.pdf([["Hello"]]), DocumentKind.PDF),
    "report.docx": (files.word([("A", "B")]), DocumentKind.DOCX),
    "notes.txt": (TEXT.encode(), DocumentKind.TEXT),
    "old.txt": (TEXT.encode("cp1252"), DocumentKind.TEXT),
    "wide.txt": (TEXT.encode("utf-16"), DocumentKind.TEXT),
    "unmarked.txt": (TEXT.encode("utf-16-le"), DocumentKind.TEXT),
    "BMW.txt": (b"BMW builds cars.", DocumentKind.TEXT),
    "MZ.txt": (b"MZ built motorcycles.", DocumentKind.TEXT),
    "readme.MD": (b"# Title", DocumentKind.MARKDOWN),
    "page.html": (b"<p>Hello</p>", DocumentKind.HTML),
    "page.txt": (files.html("A", "<p>B</p>"), DocumentKind.HTML),
    "noname": (b"just words", DocumentKind.TEXT),
}
REFUSED = {
    "empty.txt": (b"", "empty"),
    "blank.txt": (b" \n\x00\x00", "empty"),
    "brochure.pdf": (b"MZ\x90\x00\x03" + bytes(range(256)), "a program"),
    "sheet.docx": (files.archive({"xl/workbook.xml": b"<x/>"}), "a spreadsheet"),
    "slides.pptx": (files.archive({"ppt/presentation.xml": b"<x/>"}), "a presentation"),
    "things.zip": (files.archive({"a.txt": b"a"}), "an archive"),
    "photo.png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "an image"),
    "photo.bmp": (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00", "an image"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "an older Office file"),
    "letter.rtf": (b"{\\rtf1 Hello}", "a rich text file"),
    "noise.txt": (bytes(range(1, 255)), "no text"),
    "film.mp4": (b"\x00\x00\x00\x18ftypmp42", "a recording"),
}


@pytest.mark.parametrize("name", READ)
def test_a_file_is_what_it_holds(name: str) -> None:
    data, kind = READ[name]
    assert kind_of(data, name=name) is kind


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_read_is_refused_by_what_it_is(name: str) -> None:
    data, what = REFUSED[name]
    with pytest.raises(UnknownKind, match=what) as refused:
        kind_of(data, name=name)
    assert refused.value.fields["file"] == refused.value.message


@given(st.binary(max_size=300), st.text(max_size=12))
def test_every_file_is_a_kind_or_refused_in_words(data: bytes, name: str) -> None:
    try:
        said = kind_of(data, name=name).value
    except UnknownKind as refused:
        said = refused.message
    assert said.startswith("This file is ") or said in set(DocumentKind)
