"""Fetches web pages and has a bounded process take them apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from email.message import Message
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher
from nexusplanner.application.ports.web_pages import LONGEST_PAGE, Block, Page, PageUnreadable
from nexusplanner.domain.documents import Unreadable
from nexusplanner.infrastructure.bounded import BoundedWorker, Limits

JOB: Final = "nexusplanner.infrastructure.web_pages.parsing:parse"
LIMITS: Final = Limits(seconds=15, answer=8_000_000)
_HEADERS: Final = MappingProxyType({"Accept": "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5"})
_KINDS: Final = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})


class WebPageReader:
    """Implements PageReader; for one event loop."""

    def __init__(self, fetcher: Fetcher, *, worker: BoundedWorker | None = None) -> None:
        self._fetcher = fetcher
        self._worker = worker or BoundedWorker(limits=LIMITS)

    async def read(self, url: str, *, article: bool = True) -> Page:
        """The page at the address. Raises: FetchFailed, PageUnreadable."""
        fetched = await self._fetcher.ask(Asked(url=url, headers=_HEADERS, limit=LONGEST_PAGE))
        return await self.parse(fetched, article=article)

    async def parse(self, fetched: Fetched, *, article: bool = True) -> Page:
        """The page that was fetched. Raises: PageUnreadable."""
        if not 200 <= fetched.status < 300:
            raise PageUnreadable(f"The server answered {_status(fetched.status)}. Check the address in a browser.")
        if fetched.content_type not in _KINDS:
            raise PageUnreadable(
                f"There is no web page at this address, but {fetched.content_type}. Use the address of a page, "
                "or upload the file as a document."
            )
        options = {"url": fetched.url, "charset": _charset(fetched.headers), "article": article}
        try:
            found = await self._worker.run(JOB, fetched.body, what="page", options=options)
        except Unreadable as error:
            raise PageUnreadable(error.message, code=error.code) from None
        return _page(found)


def _status(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _charset(headers: Mapping[str, str]) -> str:
    """The encoding the server names; empty when it names none."""
    message = Message()
    message["content-type"] = headers.get("content-type", "").replace("\n", " ").replace("\r", " ")
    return message.get_content_charset("")


def _page(found: dict[str, Any]) -> Page:
    return Page(
        url=found["url"],
        title=found["title"],
        label=found["label"],
        site=found["site"],
        description=found["description"],
        text=found["text"],
        published=date.fromisoformat(found["published"]) if found["published"] else None,
        language=found["language"],
        links=tuple((url, text) for url, text in found["links"]),
        feeds=tuple(found["feeds"]),
        blocks=tuple(Block(**block) for block in found["blocks"]),
        linked_data=tuple(found["linked_data"]),
    )
