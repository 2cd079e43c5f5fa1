"""The same items in every flavour of feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

SITE = "https://site.example"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One item. url: absolute, or empty. guid: empty where the flavour or the feed has none."""

    title: str
    text: str
    url: str = ""
    guid: str = ""
    on: datetime | None = None


def rss_090(entries: Sequence[Entry]) -> str:
    """RSS 0.9: titles and links, nothing else."""
    items = "".join(f"<item><title>{escape(e.title)}</title><link>{escape(e.url)}</link></item>" for e in entries)
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>Site</title><link>{SITE}</link><description>News</description></channel>{items}</rdf:RDF>"
    )


def rss_091(entries: Sequence[Entry]) -> str:
    """RSS 0.91 with the document type that Netscape's had."""
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )
    return doctype + _rss("0.91", entries, dated=False, named=False)


def rss_092(entries: Sequence[Entry]) -> str:
    """RSS 0.92."""
    return _rss("0.92", entries, dated=False, named=False)


def rss_10(entries: Sequence[Entry]) -> str:
    """RSS 1.0 with Dublin Core dates and whole texts."""
    items = "".join(
        f"<item rdf:about={quoteattr(e.url)}><title>{escape(e.title)}</title><link>{escape(e.url)}</link>"
        f"<description>Short.</description><content:encoded><![CDATA[<p>{escape(e.text)}</p>]]></content:encoded>"
        f"{_dated('dc:date', e.on and e.on.isoformat())}</item>"
        for e in entries
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{SITE}"><title>Site</title><link>{SITE}</link><description>News</description></channel>'
        f"{items}</rdf:RDF>"
    )


def rss_20(entries: Sequence[Entry]) -> str:
    """RSS 2.0."""
    return _rss("2.0", entries, dated=True, named=True)


def atom_03(entries: Sequence[Entry]) -> str:
    """Atom 0.3."""
    items = "".join(
        f"<entry><title>{escape(e.title)}</title><link rel='alternate' href={quoteattr(e.url)}/><id>{escape(e.guid)}</id>"
        f"{_dated('issued', _z(e.on))}{_dated('modified', _z(e.on))}"
        f"<content type='text/html' mode='escaped'>{escape(f'<p>{escape(e.text)}</p>')}</content></entry>"
        for e in entries
    )
    return f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Site</title>{items}</feed>'


def atom_10(entries: Sequence[Entry]) -> str:
    """Atom 1.0 with relative links."""
    items = "".join(
        f"<entry><title type='html'>{escape(escape(e.title))}</title><link href={quoteattr(e.url.removeprefix(SITE))}/>"
        f"<id>{escape(e.guid or e.url)}</id>{_dated('updated', _z(e.on))}"
        f"<summary>Short.</summary><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        f"<p>{escape(e.text)}</p></div></content></entry>"
        for e in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{SITE}"><title>Site</title>{items}</feed>'


def json_10(entries: Sequence[Entry]) -> str:
    """JSON Feed 1.0."""
    return _json("https://jsonfeed.org/version/1", entries, content="content_text")


def json_11(entries: Sequence[Entry]) -> str:
    """JSON Feed 1.1 with HTML."""
    return _json("https://jsonfeed.org/version/1.1", entries, content="content_html")


Flavour = Callable[[Sequence[Entry]], str]
XML_FLAVOURS: Mapping[str, Flavour] = {
    "RSS 0.90": rss_090,
    "RSS 0.91": rss_091,
    "RSS 0.92": rss_092,
    "RSS 1.0": rss_10,
    "RSS 2.0": rss_20,
    "Atom 0.3": atom_03,
    "Atom 1.0": atom_10,
}
JSON_FLAVOURS: Mapping[str, Flavour] = {"JSON Feed 1.0": json_10, "JSON Feed 1.1": json_11}


def encoded(xml: str, encoding: str, *, declared: str | None = "") -> bytes:
    """The document in bytes. declared: what it says of its encoding; the truth when empty, nothing when None."""
    name = encoding if declared == "" else declared
    declaration = f'<?xml version="1.0" encoding="{name}"?>\n' if name else '<?xml version="1.0"?>\n'
    return (declaration + xml).encode(encoding, "xmlcharrefreplace")


def _rss(version: str, entries: Sequence[Entry], *, dated: bool, named: bool) -> str:
    items = []
    for e in entries:
        guid = f"<guid isPermaLink='false'>{escape(e.guid)}</guid>" if named and e.guid else ""
        date = _dated("pubDate", e.on and format_datetime(e.on)) if dated else ""
        link = f"<link>{escape(e.url)}</link>" if e.url else ""
        text = f"<description>{escape(e.text)}</description>"
        items.append(f"<item><title>{escape(e.title)}</title>{link}{text}{guid}{date}</item>")
    head = f"<title>Site</title><link>{SITE}</link><description>News</description><language>en</language>"
    return f'<rss version="{version}"><channel>{head}{"".join(items)}</channel></rss>'


def _json(version: str, entries: Sequence[Entry], *, content: str) -> str:
    items = [
        {
            "id": e.guid or e.url,
            "url": e.url,
            "title": e.title,
            content: escape(e.text) if "html" in content else e.text,
        }
        | ({"date_published": e.on.isoformat()} if e.on else {})
        for e in entries
    ]
    return json.dumps({"version": version, "title": "Site", "items": items}, ensure_ascii=False)


def _dated(tag: str, text: str | None) -> str:
    return f"<{tag}>{text}</{tag}>" if text else ""


def _z(on: datetime | None) -> str | None:
    return on.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if on else None
