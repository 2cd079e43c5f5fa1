"""Feeds of every flavour and encoding, whole and broken, become the same items in plain text."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.feeds import JSON_FLAVOURS, SITE, XML_FLAVOURS, Entry, atom_10, encoded, rss_091, rss_20

from nexusplanner.domain.feeds import Feed, NoFeed
from nexusplanner.infrastructure.signals.dates import instant
from nexusplanner.infrastructure.signals.feeds import BROKEN, read
from nexusplanner.infrastructure.signals.guarding import TOO_DEEP, UNFOLDS
from nexusplanner.infrastructure.signals.links import links

URL = f"{SITE}/feed"
ON = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
ENTRIES = (
    Entry(title="Prices rise & fall", text="Gas is dearer, power < cheap.", url=f"{SITE}/1", guid="one", on=ON),
    Entry(title="Café Zürich opens", text="Über 100 guests for 5 euro.", url=f"{SITE}/2", guid="two", on=ON),
)
JAPANESE = (Entry(title="価格が上昇", text="ガスの価格が上がった。", url=f"{SITE}/3", guid="three", on=ON),)
CYRILLIC = (Entry(title="Цены растут", text="Газ стал дороже, чем был весной.", url=f"{SITE}/4", guid="four", on=ON),)
WITHOUT_TEXT, WITHOUT_DATE = {"RSS 0.90"}, {"RSS 0.90", "RSS 0.91", "RSS 0.92"}


def parsed(body: bytes | str, *, content_type: str = "", url: str = URL) -> Feed:
    return read(body if isinstance(body, bytes) else body.encode(), url=url, content_type=content_type)


def one_item(inside: str, *, content_type: str = "text/xml") -> Feed:
    namespaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    return parsed(
        f'<rss version="2.0" {namespaces}><channel><title>T</title><item>{inside}</item></channel></rss>',
        content_type=content_type,
    )


@pytest.mark.parametrize("flavour", [*XML_FLAVOURS, *JSON_FLAVOURS])
def test_every_flavour_brings_the_same_items(flavour: str) -> None:
    write = {**XML_FLAVOURS, **JSON_FLAVOURS}[flavour]
    feed = parsed(write(ENTRIES))
    assert [(item.title, item.url) for item in feed.items] == [(each.title, each.url) for each in ENTRIES]
    if flavour not in WITHOUT_TEXT:
        assert [item.content for item in feed.items] == [each.text for each in ENTRIES]
    if flavour not in WITHOUT_DATE:
        assert [item.timestamp for item in feed.items] == [ON, ON]
    assert (feed.title, feed.problem) == ("Site", "")
    assert feed.kind == flavour.split(" ", maxsplit=1)[0].lower()


@pytest.mark.parametrize("flavour", XML_FLAVOURS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "iso-8859-15", "windows-1252"]
)
def test_every_encoding_is_read_in_every_flavour(flavour: str, encoding: str) -> None:
    feed = parsed(encoded(XML_FLAVOURS[flavour](ENTRIES), encoding))
    assert [item.title for item in feed.items] == [each.title for each in ENTRIES]
    assert feed.problem == ""


@pytest.mark.parametrize(
    ("entries", "encoding"),
    [(JAPANESE, "shift_jis"), (JAPANESE, "euc-jp"), (JAPANESE, "iso-2022-jp"), (CYRILLIC, "koi8-r"),
     (CYRILLIC, "windows-1251"), (JAPANESE, "utf-16"), (JAPANESE, "utf-8"), (ENTRIES, "macroman")],
)  # fmt: skip
def test_other_scripts_are_read_as_declared(entries: tuple[Entry, ...], encoding: str) -> None:
    assert [item.title for item in parsed(encoded(rss_20(entries), encoding)).items] == [e.title for e in entries]


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", None, ""),
        ("utf-8", "iso-8859-1", "text/xml"),
        ("utf-8", "us-ascii", "text/xml; charset=us-ascii"),
        ("utf-8", "utf-16", "application/rss+xml"),
        ("utf-8-sig", "windows-1252", ""),
        ("utf-16", "utf-8", "text/xml; charset=utf-8"),
        ("windows-1252", "utf-8", "text/xml; charset=utf-8"),
        ("windows-1252", "iso-8859-1", ""),
        ("windows-1252", None, "text/xml; charset=windows-1252"),
        ("iso-8859-1", "klingon", "text/xml; charset=latin-1"),
        ("windows-1252", None, ""),
    ],
)
def test_wrong_and_missing_declarations_do_not_spoil_words(
    encoding: str, declared: str | None, content_type: str
) -> None:
    more = [
        Entry(title=f"Größe {n} für Bäcker", text="Schöne Grüße aus Köln, naïve café.", guid=f"g{n}") for n in range(9)
    ]
    feed = parsed(encoded(rss_20([*ENTRIES, *more]), encoding, declared=declared), content_type=content_type)
    assert [item.title for item in feed.items] == [each.title for each in (*ENTRIES, *more)]


@pytest.mark.parametrize(
    "content_type", ["text/html", "text/plain; charset=utf-8", "application/octet-stream", "image/png", "x"]
)
def test_the_content_type_is_not_believed(content_type: str) -> None:
    assert len(parsed(rss_20(ENTRIES), content_type=content_type).items) == 2
    assert len(parsed(JSON_FLAVOURS["JSON Feed 1.1"](ENTRIES), content_type=content_type).items) == 2


def test_titles_and_texts_are_plain() -> None:
    feed = one_item(
        "<title><![CDATA[<b>Sale</b> at Müller &amp; Söhne]]></title><link>https://site.example/a</link>"
        "<description>&lt;p&gt;Up to &lt;i&gt;50&lt;/i&gt; %&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>"
    )
    assert (feed.items[0].title, feed.items[0].content) == ("Sale at Müller & Söhne", "Up to 50 %")


def test_the_whole_text_goes_before_the_summary() -> None:
    feed = one_item(
        "<title>T</title><description>Short.</description>"
        "<content:encoded><![CDATA[<p>The whole text.</p><p>Second.</p>]]></content:encoded>"
    )
    assert feed.items[0].content == "The whole text. Second."


def test_items_are_told_apart_by_guid_then_link_then_text() -> None:
    by_guid = [one_item(f"<title>{t}</title><guid isPermaLink='false'>7</guid>").items[0] for t in ("Old", "New")]
    assert by_guid[0].key == by_guid[1].key
    by_link = [one_item(f"<title>{t}</title><link>https://s.example/1?utm_source={t}</link>").items[0] for t in "ab"]
    assert by_link[0].key == by_link[1].key
    by_text = [one_item(f"<title>{t}</title>").items[0] for t in "ab"]
    assert by_text[0].key != by_text[1].key


def test_an_item_without_a_title_is_named_by_its_text() -> None:
    item = one_item(f"<description>{'word ' * 60}</description>").items[0]
    assert item.title.startswith("word word")
    assert len(item.title) <= 100
    assert item.content.count("word") == 60


def test_an_item_with_nothing_in_it_is_left_out() -> None:
    assert one_item("<title> </title><description><![CDATA[<img src='x'>]]></description>").items == ()


def test_enclosures_are_not_links_and_scripts_are_no_addresses() -> None:
    item = one_item(
        "<title>T</title><enclosure url='https://s.example/a.mp3' type='audio/mpeg' length='1'/><media:content url='x'/>"
    ).items[0]
    assert item.url == ""
    assert one_item("<title>T</title><link>javascript:alert(1)</link>").items[0].url == ""


def test_relative_links_follow_the_base_of_the_document() -> None:
    based = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/news/"><title>T</title>'
        "<entry xml:base='2026/'><title>A</title><id>1</id><link href='a.html'/></entry></feed>"
    )
    assert parsed(based).items[0].url == "https://other.example/news/2026/a.html"
    assert one_item("<title>T</title><link>/b.html</link>").items[0].url == f"{SITE}/b.html"


def test_topics_are_few_and_plain() -> None:
    tags = "".join(f"<category>topic &lt;b&gt;{n}&lt;/b&gt;</category>" for n in range(15))
    assert one_item(f"<title>T</title>{tags}").items[0].topics == tuple(f"topic {n}" for n in range(10))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 05 Oct 2026 10:30:00 +0200", ON),
        ("05 Oct 26 08:30 GMT", ON),
        ("Mon, 5 Oct 2026 04:30:00 EDT", ON),
        ("2026-10-05T08:30:00Z", ON),
        ("2026-10-05T10:30:00.123+02:00", ON + timedelta(microseconds=123_000)),
        ("2026-10-05 08:30:00", ON),
        ("2026/10/05 08:30", ON),
        ("05.10.2026 08:30", ON),
        ("5. October 2026", None),
        ("October 5th, 2026 08:30", ON),
        ("5 October 2026 08:30", ON),
        ("20261005083000", ON),
        ("1791189000", ON),
        ("1791189000000", ON),
        ("2026-10-05", ON.replace(hour=0, minute=0)),
        ("yesterday", None),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_dates_in_odd_forms_are_read_or_left_out(date: str, expected: datetime | None) -> None:
    assert instant(date) == expected
    found = one_item(f"<title>T</title><pubDate>{date}</pubDate>").items[0].timestamp
    assert found is None or abs(found - ON) < timedelta(days=1)
    if expected is not None:
        assert found is not None


@given(st.text(max_size=40))
def test_any_date_is_read_or_left_out(text: str) -> None:
    found = instant(text)
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "broken",
    [
        lambda xml: xml.replace("&amp;", "&"),
        lambda xml: xml.replace("</item>", "", 1),
        lambda xml: xml[: xml.rindex("</channel>")],
        lambda xml: xml.replace("<description>", "<description>caf&eacute; "),
        lambda xml: xml.replace("Gas is", "Gas \x0b is"),
        lambda xml: f"\n\n  {xml}",
        lambda xml: f"{xml}<!-- trailing -- comment --><p>",
        lambda xml: xml.replace("<title>Site</title>", "<title>Site</title><unclosed>"),
    ],
)
def test_broken_xml_is_read_as_far_as_it_goes(broken: object) -> None:
    assert callable(broken)
    feed = parsed(broken(rss_20(ENTRIES)))
    assert {item.url for item in feed.items} == {each.url for each in ENTRIES}
    assert feed.problem in {"", BROKEN}


def test_a_feed_that_is_not_well_formed_says_so() -> None:
    assert parsed(rss_20(ENTRIES).replace("</item>", "", 1)).problem == BROKEN


def test_a_feed_cut_in_the_middle_keeps_what_came() -> None:
    xml = rss_20(ENTRIES)
    feed = parsed(xml[: xml.index("Über")])
    assert feed.items[0].content == ENTRIES[0].text
    assert feed.problem == BROKEN


def laughs(levels: int) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>{rss_20(ENTRIES).replace("Gas", f"&l{levels - 1};")}'


HOSTILE = {
    "billion laughs": laughs(10),
    "quadratic blow-up": f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>{rss_20(ENTRIES).replace("Gas", "&a;" * 5_000)}',
    "file": f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>{rss_20(ENTRIES).replace("Gas", "&a;")}',
    "server": f'<!DOCTYPE rss [<!ENTITY a SYSTEM "http://169.254.169.254/">]>{rss_20(ENTRIES).replace("Gas", "&a;")}',
    "parameter": f'<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://169.254.169.254/"> %a;]>{rss_20(ENTRIES)}',
    "thousands": f"<!DOCTYPE rss [{''.join(f'<!ENTITY e{n} {chr(34)}x{chr(34)}>' for n in range(5_000))}]>{rss_20(ENTRIES)}",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "shift_jis"])
def test_what_unfolds_or_reads_elsewhere_is_refused_in_any_encoding(kind: str, encoding: str) -> None:
    with pytest.raises(NoFeed) as refused:
        parsed(encoded(HOSTILE[kind], encoding))
    assert refused.value.message == UNFOLDS


def test_letters_of_html_and_outer_document_types_are_let_through() -> None:
    named = (
        f'<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY eur "EUR">]>{rss_20(ENTRIES).replace("Gas", "Gas&nbsp;&eur;")}'
    )
    assert parsed(rss_091(ENTRIES)).items[0].content == ENTRIES[0].text
    assert len(parsed(named).items) == 2


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(NoFeed) as refused:
        parsed(f'<rss version="2.0"><channel>{"<x>" * 100_000}')
    assert refused.value.message == TOO_DEEP


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing"),
        (b"  \n ", "nothing"),
        (b"<!doctype html><html><head><title>x</title></head></html>", "web page"),
        (b"<!-- made by x -->\n<HTML><body>", "web page"),
        (b"hello", "no feed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no feed"),
        (b'{"message": "Not found"}', "no JSON Feed"),
        (b'{"items": "none"}', "no JSON Feed"),
        (b"[1, 2]", "no JSON Feed"),
        (b'{"items": [', "cannot be read"),
        (b"{" * 100_000, "cannot be read"),
        (b'{"items":' + b"[" * 100_000, "cannot be read"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(NoFeed) as refused:
        parsed(body)
    assert words in refused.value.message


def test_json_items_of_odd_kinds_are_left_out_or_read() -> None:
    items = [
        None,
        7,
        {},
        {"id": 12, "content_text": "Number as id", "tags": ["a", None, "a"], "date_published": "bad"},
        {"title": "<b>T</b>", "url": "/x", "date_modified": "2026-10-05T08:30:00Z", "tags": "a"},
    ]
    feed = parsed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    first, second = feed.items
    assert (first.title, first.content, first.topics, first.timestamp) == ("Number as id", "Number as id", ("a",), None)
    assert (second.title, second.url, second.timestamp) == ("T", f"{SITE}/x", ON)


@given(body=st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_none(body: bytes) -> None:
    with suppress(NoFeed):
        assert parsed(body).kind in {"rss", "atom", "json"}


@given(cut=st.integers(0, 1200), change=st.integers(0, 1200), byte=st.integers(0, 255))
def test_any_damage_to_a_feed_is_survived(cut: int, change: int, byte: int) -> None:
    body = bytearray(encoded(atom_10(ENTRIES), "utf-8"))
    body[change % len(body)] = byte
    with suppress(NoFeed):
        for item in parsed(bytes(body[: max(cut, 1)])).items:
            assert item.content
            assert "\x00" not in item.title + item.content


def test_a_page_names_its_feeds() -> None:
    page = (
        "<html><head><base href='https://b.example/x/'><LINK REL='Alternate' TYPE='application/rss+xml' HREF='feed.xml'>"
        "<link rel='stylesheet' type='text/css' href='s.css'><link rel='alternate' hreflang='de' href='/de'>"
        "<link rel='alternate' type='application/feed+json; charset=utf-8' href='https://c.example/f.json'/>"
        "<link rel='alternate' type='application/atom+xml' href='javascript:x'></head></html>"
    )
    assert links(page.encode(), url=f"{SITE}/") == ["https://b.example/x/feed.xml", "https://c.example/f.json"]
    assert links(b"\xff\xfe\x00", url=SITE) == []
