"""Reads a site and drafts the record of what it offers. Nothing is kept, and no model is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.application.ports.fetching import FetchFailed
from nexusplanner.application.ports.web_pages import Page, PageReader, PageUnreadable
from nexusplanner.application.service_drafts import listing, naming, pricing
from nexusplanner.application.service_drafts.finding import Found
from nexusplanner.application.service_drafts.sites import neighbours, same_site
from nexusplanner.domain.shared import Invalid

NEIGHBOURS_SECONDS = 14.0
"""For the other pages together: a site that is slow is drafted from the pages that came."""
NOTHING = "The page says nothing about what is offered. Use the address of the product's own page, or fill the form in."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a site says about its offer. found: one for each field, for lists one for each entry, in their order.

    url: of the page it was drafted from. problem: why there is nothing, in words; empty otherwise.
    """

    url: str
    found: tuple[Found, ...]
    problem: str


async def draft_service(reader: PageReader, *, url: str, currency: str, seconds: float = NEIGHBOURS_SECONDS) -> Draft:
    """The draft from the page at `url` and what it links to of its own site. currency: of the brand.

    Every quote stands on its page; what is not said in so many words is left out. seconds: for the other pages.
    Raises: Invalid with the field `url` when the address is refused, does not answer, or is no page.
    """
    page = await read_page(reader, url=url, article=False)
    pages = [page, *await _others(reader, page, seconds=seconds)]
    found = await asyncio.to_thread(fields_of, pages, currency=currency)
    return Draft(url=page.url, found=found, problem="" if found else NOTHING)


async def read_page(reader: PageReader, *, url: str, article: bool = True) -> Page:
    """The page at an address that a person gave. article: as for `PageReader`. Raises: Invalid with the field `url`."""
    try:
        return await reader.read(url, article=article)
    except FetchFailed as error:
        raise error.of_field("url") from None
    except PageUnreadable as error:
        raise Invalid(error.message, code=error.code, fields={"url": error.message}) from None


def fields_of(pages: Sequence[Page], *, currency: str) -> tuple[Found, ...]:
    """What the pages of one site say, the most important page first."""
    first = pages[0]
    benefits = listing.benefits(pages)
    single = (naming.name(first), naming.category(pages), naming.description(first), naming.audience(pages))
    proofs = listing.proofs(pages, known=benefits)
    price = pricing.price(pages, currency=currency)
    return tuple(each for each in (*single, *benefits, *proofs, price) if each is not None)


async def _others(reader: PageReader, page: Page, *, seconds: float) -> list[Page]:
    """The other pages that came in time, in the order they were chosen in."""
    reading = [asyncio.create_task(_page(reader, url)) for url in neighbours(page)]
    try:
        came, _ = await asyncio.wait(reading, timeout=seconds) if reading else (set(), set())
        pages = [task.result() for task in reading if task in came]
    finally:
        for task in reading:
            task.cancel()
    return [each for each in pages if each is not None and same_site(each.url, page.url)]


async def _page(reader: PageReader, url: str) -> Page | None:
    """None where there is none: the draft does without."""
    try:
        return await reader.read(url, article=False)
    except (FetchFailed, PageUnreadable):
        return None
