"""What the offer is called, what it is, what it does and whom it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from nexusplanner.application.ports.web_pages import Page
from nexusplanner.application.service_drafts.finding import Found, found, line_with, products, sections, texts_of
from nexusplanner.domain.retrieval.quotes import sentences

LONGEST_NAME: Final = 120
_SEPARATOR: Final = re.compile(r"\s+[|·•»—–:-]\s+|:\s+|\s*\|\s*")  # noqa: RUF001 - titles hold such dashes
_NO_NAMES: Final = frozenset(
    {"home", "homepage", "start", "startseite", "welcome", "product", "products", "produkt", "produkte", "pricing"}
    | {"prices", "preise", "plans", "features", "funktionen", "customers", "kunden", "about", "overview", "services"}
    | {"solutions", "leistungen", "tarife"}
)
_IS_A: Final = re.compile(
    r"\b(?:is|ist)\s+(?:an?|the|eine?)\s+([\w][\w &/-]{3,60}?)\s+(?:for|that|which|to|with|von|für|die|das)\b",
    re.IGNORECASE,
)
_MADE_FOR: Final = re.compile(
    r"\b(?:built|made|designed|created|developed|ideal|perfect|great|suited|tailored|intended|meant|gemacht|entwickelt|gedacht)"
    r"\s+(?:especially\s+|specifically\s+|just\s+)?(?:for|für)\s+([^.:;!?]{4,160})",
    re.IGNORECASE,
)
_FOR: Final = re.compile(r"^(?:For|Für)\s+([^.:;!?]{4,160})")
_WITHIN: Final = re.compile(r"\b(?:for|für)\s+([^.,:;!?|]{4,120})")
_WHO: Final = re.compile(
    r"\bwho(?:'s| is)? (?:it(?:'s| is)? |this is )?for\b|\bfor whom\b|\bbuilt for\b|\bfür wen\b", re.IGNORECASE
)
_NOBODY: Final = re.compile(
    r"^(?:you|your|example|instance|free|more|less|all|everyone|everybody|anyone|the|a|an|this|that|these|those|it|"
    r"only|just|about|up|as|at|further|\d|sie|ihr|mehr|alle|den|die|das)\b",
    re.IGNORECASE,
)
_LONGEST_AUDIENCE: Final = 20
"""Words: what is longer is a sentence about something else."""


def name(page: Page) -> Found | None:
    """What programs are told it is called, else what the title or the first heading call it."""
    for each in (*_described_names(page), *_titled(page)):
        if 1 < len(each) <= LONGEST_NAME and (line := line_with(each, page=page)):
            return found("name", each, quote=line, page=page)
    return None


def category(pages: Sequence[Page]) -> Found | None:
    """What programs are told it is, when readers are told the same, else what a sentence says that it is."""
    for page in pages:
        for described in products(page):
            for each in texts_of(described, "applicationCategory", "category", "serviceType"):
                if (line := line_with(each, page=page)) and (made := found("category", each, quote=line, page=page)):
                    return made
        for sentence in sentences("\n".join((page.description, *_prose(page)))):
            match = _IS_A.search(sentence.quote)
            if match:
                return found("category", _capital(match.group(1).strip()), quote=sentence.quote, page=page)
    return None


def description(page: Page) -> Found | None:
    """What the page says of itself, else the first paragraph."""
    if len(page.description) >= 20:
        return found("description", page.description, quote=page.description, page=page)
    first = next((text for text in _prose(page) if len(text) >= 40), "")
    return found("description", first, quote=first, page=page)


def audience(pages: Sequence[Page]) -> Found | None:
    """Whom a sentence says that it is for, the plainest first."""
    for look in (_under_who, _made_for, _within):
        for page in pages:
            for value, quote in look(page):
                if _somebody(value) and (made := found("target_audience", _capital(value), quote=quote, page=page)):
                    return made
    return None


def _described_names(page: Page) -> Iterator[str]:
    for described in products(page):
        yield from texts_of(described, "name")


def _titled(page: Page) -> list[str]:
    """Names in the order of how likely they are the offer's: a start page names the site, others their subject."""
    parts = [part.strip() for part in _SEPARATOR.split(page.label or page.title) if part and part.strip()]
    heading = next((block.text for block in page.blocks if block.tag == "h1"), "")
    named = [part for part in (*parts, heading) if part.casefold() not in _NO_NAMES]
    of_site = [part for part in named if part.casefold() in page.site.casefold()]
    others = sorted((part for part in named if part not in of_site), key=lambda part: len(part.split()))
    at_start = urlsplit(page.url).path in {"", "/"}
    return [*of_site, page.site, *others] if at_start else [*others, *of_site, page.site]


def _prose(page: Page) -> list[str]:
    return [block.text for block in page.blocks if block.tag in {"p", "div", "section", "header"}]


def _under_who(page: Page) -> Iterator[tuple[str, str]]:
    for section in sections(page):
        if _WHO.search(section.heading) and section.blocks:
            text = section.blocks[0].text
            match = _FOR.match(text)
            yield (match.group(1) if match else text.rstrip(".")), text


def _made_for(page: Page) -> Iterator[tuple[str, str]]:
    for sentence in sentences(page.whole):
        for pattern in (_FOR, _MADE_FOR):
            if match := pattern.search(sentence.quote):
                yield match.group(1), sentence.quote


def _within(page: Page) -> Iterator[tuple[str, str]]:
    """From the title, what it says of itself, and the large headings only: in running text, "for" means anything."""
    large = [block.text for block in page.blocks if block.tag in {"h1", "h2"}]
    for line in (page.description, page.title, *large):
        for match in _WITHIN.finditer(line):
            yield match.group(1), line


def _somebody(words: str) -> bool:
    return not _NOBODY.match(words) and len(words.split()) <= _LONGEST_AUDIENCE


def _capital(words: str) -> str:
    plain = words.strip(" ,-")
    return plain[:1].upper() + plain[1:]
