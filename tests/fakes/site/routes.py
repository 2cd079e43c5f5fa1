"""The addresses of the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.fakes.site.news import MORNING, WIRE, Report
from tests.fakes.site.product import CUSTOMERS, HOME, PRICING, PRODUCT
from tests.fakes.web import Answer, WebRequest, WebServer


def site(*, port: int = 0) -> WebServer:
    """The site, to be opened. Its news is always a few hours old.

    /feed.xml (RSS) and /wire.xml (Atom) tell the same stories in other words; /news/… are their articles;
    /, /product, /pricing and /customers sell a product.
    """
    routes = {
        "/": Answer(HOME),
        "/product": Answer(PRODUCT),
        "/pricing": Answer(PRICING),
        "/customers": Answer(CUSTOMERS),
        "/imprint": Answer("<h1>Imprint</h1><p>Harrow &amp; Vale Ltd, 1 High Street.</p>"),
        "/feed.xml": _feed(_rss, kind="application/rss+xml"),
        "/wire.xml": _feed(_atom, kind="application/atom+xml"),
    }
    articles = {f"/news/{report.slug}": _article(report) for report in (*MORNING, *WIRE)}
    return WebServer({**routes, **articles}, port=port)


def _feed(write: Callable[[str], str], *, kind: str) -> Callable[[WebRequest], Answer]:
    def answer(request: WebRequest) -> Answer:
        return Answer(write(f"http://{request.headers['host']}"), content_type=f"{kind}; charset=utf-8")

    return answer


def _rss(base: str) -> str:
    items = "".join(
        f"<item><title>{escape(report.title)}</title><link>{base}/news/{report.slug}</link>"
        f"<guid>{base}/news/{report.slug}</guid><pubDate>{format_datetime(_at(report))}</pubDate>"
        f"<description>{escape(report.text)}</description></item>"
        for report in _newest(MORNING)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Morning Trade</title>'
        f"<link>{base}/</link><description>News for small firms</description>{items}</channel></rss>"
    )


def _atom(base: str) -> str:
    entries = "".join(
        f'<entry><id>{base}/news/{report.slug}</id><title>{escape(report.title)}</title><link href="{base}/news/'
        f'{report.slug}"/><updated>{_at(report).isoformat()}</updated><summary>{escape(report.text)}</summary></entry>'
        for report in _newest(WIRE)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Commerce Wire</title>'
        f"<id>{base}/wire.xml</id><updated>{datetime.now(UTC).isoformat()}</updated>{entries}</feed>"
    )


def _article(report: Report) -> Callable[[WebRequest], Answer]:
    def answer(_: WebRequest) -> Answer:
        head = (
            '<meta property="og:site_name" content="Morning Trade">'
            f'<meta property="article:published_time" content="{_at(report).isoformat()}">'
            f"<title>{escape(report.title)} | Morning Trade</title>"
        )
        body = f"<article><h1>{escape(report.title)}</h1><p>{escape(report.text)}</p></article>"
        menu = '<nav><a href="/feed.xml">Feed</a></nav>'
        return Answer(f'<!doctype html><html lang="en"><head>{head}</head><body>{menu}{body}</body></html>')

    return answer


def _newest(reports: Sequence[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: report.hours)


def _at(report: Report) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=report.hours)
