"""Reading web pages: one port for pasted links, drafts from a site, and feeds that a page names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from nexusplanner.application.ports.fetching import Fetched
from nexusplanner.domain.shared import Invalid

LONGEST_PAGE = 5_000_000
"""Bytes of HTML, unpacked."""


class PageUnreadable(Invalid):
    """What answers at the address is no web page with text; the message says what to do."""

    code = "PAGE_UNREADABLE"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One visible piece of text, on one line. tag: the HTML element it is the text of, in lower case."""

    tag: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A web page as text; nothing in it is HTML, and everything in it was written by others.

    url: where it came from in the end. title: of what it tells, not of the site. label: what the browser's tab shows.
    site: the site's name, else its host.
    description: what it says of itself. text: the main text, a paragraph to a line. published: the day it names.
    language: two letters, empty when it names none. links: addresses (http and https) with their texts, in order.
    feeds: addresses of the feeds it names. blocks: what is visible, menus and footers left out, in order.
    linked_data: what it says in schema.org terms (JSON-LD), as it stands there.
    """

    url: str
    title: str
    label: str
    site: str
    description: str
    text: str
    published: date | None
    language: str
    links: tuple[tuple[str, str], ...] = ()
    feeds: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    linked_data: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def whole(self) -> str:
        """Everything a reader of the page sees, a line to each piece: what quotes are taken from."""
        return "\n".join((self.title, self.label, self.description, *(block.text for block in self.blocks)))


class PageReader(Protocol):
    """Fetches pages, and takes them apart where a hostile one does no harm.

    article: whether the page's text is to be the main text; everything visible, otherwise, which is quicker.
    """

    async def read(self, url: str, *, article: bool = True) -> Page:
        """The page at the address. Raises: FetchFailed, PageUnreadable."""
        ...

    async def parse(self, fetched: Fetched, *, article: bool = True) -> Page:
        """The page that was fetched. Raises: PageUnreadable."""
        ...
