"""What a reader makes of each kind of document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from tests.factories import files

from nexusplanner.domain.documents import DocumentKind, Parsed, Unreadable, pieces_of
from nexusplanner.infrastructure.bounded import BoundedWorker, Limits
from nexusplanner.infrastructure.documents import BoundedReader

Parse = Callable[..., Awaitable[Parsed]]
GERMAN = "Unsere Wärmepumpe spart ein Drittel der Rechnung, wie das Institut in vierzig Häusern gemessen hat. "
RUSSIAN = "Наш тепловой насос экономит треть счёта, как измерил институт в сорока домах в прошлом году. "
JAPANESE = "当社のヒートポンプは、昨年四十軒の家で研究所が測定したとおり、請求額の三分の一を節約します。"
ENCODED = {
    "utf-8": GERMAN,
    "utf-8-sig": GERMAN,
    "utf-16": GERMAN,
    "utf-16-be": GERMAN,
    "utf-32": GERMAN,
    "cp1252": GERMAN,
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "shift_jis": JAPANESE,
}


@pytest.fixture
def parse() -> Parse:
    return BoundedReader(BoundedWorker(limits=Limits(seconds=60))).parse


async def test_a_pdf_has_a_section_for_each_page_under_its_bookmark(parse: Parse) -> None:
    plain = files.pdf([[files.WORDS], [files.WORDS], ["It costs 5."]])
    found = await parse(files.bookmarked(plain, {0: "Savings", 2: "Prices"}), kind=DocumentKind.PDF)
    assert (found.title, found.pages, found.on) == ("Annual report", 3, date(2026, 1, 5))
    headings = [(section.heading, section.page) for section in found.sections]
    assert headings == [("Savings", 1), ("Savings", 2), ("Prices", 3)]
    assert found.sections[2].text == "It costs 5."


async def test_lines_of_a_pdf_become_paragraphs_again(parse: Parse) -> None:
    lines = [
        "Our heat pump saves a third of the bill, as the insti-",
        "tute measured in forty homes.",
        "- quiet",
        "- clean",
    ]
    found = await parse(files.pdf([lines]), kind=DocumentKind.PDF)
    text = "Our heat pump saves a third of the bill, as the institute measured in forty homes."
    assert found.sections[0].text.split("\n") == [text, "- quiet", "- clean"]


async def test_running_heads_and_page_numbers_are_left_out(parse: Parse) -> None:
    pages = [
        ["Annual report 2026", f"Page {n} tells of the year and what came of it.", f"{n} of 6"] for n in range(1, 7)
    ]
    found = await parse(files.pdf(pages), kind=DocumentKind.PDF)
    assert [section.text for section in found.sections] == [page[1] for page in pages]


async def test_a_pdf_that_opens_without_a_password_is_read(parse: Parse) -> None:
    found = await parse(files.protected(files.pdf([[files.WORDS]]), user=""), kind=DocumentKind.PDF)
    assert found.sections[0].text == files.WORDS


async def test_pages_without_text_are_told(parse: Parse) -> None:
    found = await parse(files.pdf([[files.WORDS], [], []]), kind=DocumentKind.PDF)
    assert found.remark == "2 of 3 pages have no text in them; scanned pages need OCR, which is not done."


async def test_a_pdf_whose_table_of_places_is_wrong_is_mended(parse: Parse) -> None:
    data = files.pdf([[files.WORDS]]).replace(b"%PDF-1.7\n", b"%PDF-1.7\n%moved\n\n")
    assert (await parse(data, kind=DocumentKind.PDF)).sections[0].text == files.WORDS


async def test_a_word_file_has_a_section_for_each_heading(parse: Parse) -> None:
    data = files.word([("Savings", files.WORDS), ("Prices", "It costs 5.")], table=[["Home", "Bill"], ["Ada's", "300"]])
    found = await parse(data, kind=DocumentKind.DOCX)
    assert [section.heading for section in found.sections] == ["Savings", "Prices"]
    assert found.sections[1].text == "It costs 5.\nHome; Bill\nAda's; 300"


async def test_markdown_says_what_it_says_without_its_marks(parse: Parse) -> None:
    text = "---\ntitle: x\n---\n# Guide\n\nRead *this* [page](https://a.example).\n\n## Use\n\n- one\n- `two`\n\n<b>no</b>\n"
    found = await parse(text.encode(), kind=DocumentKind.MARKDOWN)
    assert found.title == "Guide"
    said = [(section.heading, section.text) for section in found.sections]
    assert said == [("Guide", "Read this page."), ("Use", "one\ntwo\nno")]


async def test_html_says_its_main_text(parse: Parse) -> None:
    text = f"<p>{files.WORDS * 5}</p>"
    body = f"<nav>Menu</nav><main><h1>Pumps</h1>{text}<h2>Prices</h2><ul><li>small</li></ul>{text}</main><script>x()</script>"
    found = await parse(files.html("Pumps", body), kind=DocumentKind.PAGE, url="https://a.example/")
    assert [section.heading for section in found.sections] == ["Pumps", "Prices"]
    whole = "\n".join(section.text for section in found.sections)
    assert "small" in whole
    assert "Menu" not in whole
    assert "x()" not in whole


async def test_a_page_may_be_a_pdf(parse: Parse) -> None:
    assert (await parse(files.pdf([[files.WORDS]]), kind=DocumentKind.PAGE)).pages == 1


@pytest.mark.parametrize("encoding", ENCODED)
async def test_texts_are_read_in_the_encoding_they_were_written_in(parse: Parse, encoding: str) -> None:
    text = ENCODED[encoding] * 3
    found = await parse(text.encode(encoding), kind=DocumentKind.TEXT)
    assert found.sections[0].text == text.strip()


async def test_html_is_read_in_the_encoding_it_names(parse: Parse) -> None:
    found = await parse(files.html("A", f"<p>{GERMAN}</p>", charset="iso-8859-1"), kind=DocumentKind.HTML)
    assert found.sections[0].text == GERMAN.strip()


async def test_lines_broken_at_a_margin_are_put_together(parse: Parse) -> None:
    found = await parse(
        b"Heat pumps\r\nare quiet.\r\n\r\nThey save\r\nmoney.\r\n- one\r\n- two", kind=DocumentKind.TEXT
    )
    assert found.sections[0].text.split("\n") == ["Heat pumps are quiet.", "They save money.", "- one", "- two"]


async def test_what_does_not_print_is_not_kept(parse: Parse) -> None:
    found = await parse("Heat\u200b pumps\u00ad are\ufeff quiet.\x0cThey\x7f save.".encode(), kind=DocumentKind.TEXT)
    assert found.sections[0].text == "Heat pumps are quiet.\nThey save."


async def test_two_files_at_a_time(parse: Parse) -> None:
    found = await asyncio.gather(*(parse(f"Text {n}.".encode(), kind=DocumentKind.TEXT) for n in range(5)))
    assert [each.sections[0].text for each in found] == [f"Text {n}." for n in range(5)]


async def test_relations_to_the_outside_are_not_followed(parse: Parse) -> None:
    found = await parse(files.outside_word(), kind=DocumentKind.DOCX)
    assert (found.title, found.on) == ("", None)
    assert pieces_of(found.sections)[0].text == files.WORDS


async def test_a_text_in_no_encoding_is_told(parse: Parse) -> None:
    with pytest.raises(Unreadable):
        await parse(b"\x81\x8d\x8f\x90\x9d \x00\xd8\x00", kind=DocumentKind.TEXT)
