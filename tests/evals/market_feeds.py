"""The feeds of a difficult market: good ones of every flavour and encoding, and those that mean harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from tests.factories.feeds import (
    Entry,
    atom_03,
    atom_10,
    encoded,
    json_10,
    json_11,
    rss_090,
    rss_091,
    rss_092,
    rss_10,
    rss_20,
)
from tests.factories.news_corpus import START, NewsPiece, news_corpus
from tests.fakes.web import Answer, Route, WebRequest, gzip_bomb, redirect
from tests.infrastructure.egress.targets import OWN_HOSTS

ROUNDS = tuple(START + timedelta(days=days) for days in (14, 28, 43))
"""When every feed is fetched; what was published after the round before is new."""
Body = Callable[[Sequence[Entry]], bytes]


def _html_titles(entries: Sequence[Entry]) -> bytes:
    marked = [
        Entry(title=f"<b>{e.title}</b>", text=f"<p>{e.text}</p>", url=e.url, guid=e.guid, on=e.on) for e in entries
    ]
    return encoded(rss_20(marked), "utf-8", declared="iso-8859-1")


def _broken(entries: Sequence[Entry]) -> bytes:
    return encoded(rss_20(entries).replace("</rss>", "<unclosed>caf&eacute;"), "windows-1252", declared=None)


BODIES: Mapping[str, tuple[Body, str]] = {
    "Market Herald": (lambda e: encoded(rss_20(e), "utf-8"), "application/rss+xml"),
    "Business Wire North": (lambda e: encoded(rss_10(e), "iso-8859-1"), "application/rdf+xml"),
    "Handelskurier": (lambda e: encoded(atom_10(e), "utf-16"), "application/atom+xml; charset=utf-8"),
    "The Daily Ledger": (lambda e: encoded(atom_03(e), "windows-1252"), "text/plain"),
    "Agentur Nord": (lambda e: encoded(rss_092(e), "iso-8859-15"), "text/xml"),
    "Trade Weekly": (lambda e: json_10(e).encode(), "application/feed+json"),
    "Consumer Today": (lambda e: json_11(e).encode("utf-8-sig"), "text/html"),
    "Der Marktbote": (lambda e: encoded(rss_091(e), "shift_jis"), "text/xml; charset=us-ascii"),
    "Retail Observer": (_html_titles, "text/html; charset=iso-8859-1"),
    "Morning Brief": (_broken, "application/octet-stream"),
}
FLAVOURS = (rss_090, rss_091, rss_092, rss_10, rss_20, atom_03, atom_10)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "iso-8859-15", "windows-1252")


def path_of(source: str) -> str:
    """Where the source's feed is."""
    return f"/{source.lower().replace(' ', '-')}"


def entry_of(piece: NewsPiece) -> Entry:
    """The piece as its feed has it."""
    return Entry(title=piece.title, text=piece.content, url=piece.url, guid=piece.key, on=piece.published)


def corpus_routes() -> dict[str, Route]:
    """Each source's feed grows from one time it is asked for to the next, as time goes on."""
    asked: Counter[str] = Counter()
    pieces = news_corpus()

    def route(source: str) -> Callable[[WebRequest], Answer]:
        write, content_type = BODIES[source]

        def answer(_: WebRequest) -> Answer:
            until = ROUNDS[min(asked[source], len(ROUNDS) - 1)]
            asked[source] += 1
            mine = [entry_of(piece) for piece in pieces if piece.source == source and piece.published <= until]
            return Answer(write(mine), content_type=content_type)

        return answer

    return {path_of(source): route(source) for source in BODIES}


def other_good() -> dict[str, tuple[Route, tuple[str, ...]]]:
    """Small feeds in every flavour and encoding, with the titles each brings."""
    found: dict[str, tuple[Route, tuple[str, ...]]] = {}
    for number, flavour in enumerate(FLAVOURS):
        for encoding in (ENCODINGS[number % len(ENCODINGS)], ENCODINGS[(number + 3) % len(ENCODINGS)]):
            path = f"/{flavour.__name__}-{encoding}"
            entries = [_small(path, n) for n in range(3)]
            titles = tuple(entry.title for entry in entries)
            found[path] = Answer(encoded(flavour(entries), encoding), content_type="text/xml"), titles
    return found


def _small(path: str, number: int) -> Entry:
    title = f"Größe {number} naïve {path[1:]}"
    on = START + timedelta(days=number)
    return Entry(title=title, text=f"{title}; text.", url=f"https://small.example{path}/{number}", on=on)


def harmful() -> dict[str, tuple[Route, str]]:
    """Feeds that mean harm, with a word of what their source has to say about each."""
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    quadratic = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]><rss version="2.0">{"&a;" * 50_000}</rss>'
    routes: dict[str, tuple[Route, str]] = {
        "/bomb": (Answer(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{bomb}]><rss version="2.0">&l9;</rss>'), "unfold"),
        "/quadratic": (Answer(quadratic), "unfold"),
        "/passwd": (Answer('<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss>&f;</rss>'), "unfold"),
        "/large": (Answer(endless=b"<item><title>x</title></item>" * 30_000), "holds more than"),
        "/packed": (gzip_bomb(megabytes=200), "holds more than"),
        "/drip": (Answer(b"<rss>" * 200, drip=0.2), "within"),
        "/deep": (Answer(f'<rss version="2.0"><channel>{"<a>" * 500_000}'), "deeper"),
        "/many": (Answer(f'<rss version="2.0"><channel>{"<item><title>x</title></item>" * 200_000}'), ""),
    }
    for number, host in enumerate(OWN_HOSTS):
        routes[f"/inwards/{number}"] = (redirect(f"http://{host}:8080/feed"), "")
    return routes


def published_until(moment: datetime) -> int:
    """How many pieces of the corpus are out by then."""
    return sum(piece.published <= moment for piece in news_corpus())
