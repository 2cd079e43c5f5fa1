"""What the offer does for its buyers, and what shows that it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from nexusplanner.application.ports.web_pages import Page
from nexusplanner.application.service_drafts.finding import FieldName, Found, Section, found, sections
from nexusplanner.domain.retrieval.quotes import sentences

MOST: Final = 8
_BENEFITS: Final = re.compile(
    r"\bbenefits?\b|\bwhy\b|what you get|what you can|\badvantages?\b|\bfeatures?\b|\bhighlights?\b|\breasons?\b|"
    r"\bwhat .{1,40} does\b|\bhow .{1,40} helps\b|\bvorteile?\b|\bwarum\b|\bfunktionen\b|\bleistungen\b|\bihr nutzen\b",
    re.IGNORECASE,
)
_PRICED: Final = re.compile(r"[€$£]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)\b", re.IGNORECASE)
_FIGURE: Final = re.compile(
    r"\d\s?%|\bpercent\b|\bprozent\b"
    r"|\b\d[\d.,']{0,11}\+?\s(?:\w{1,20}\s){0,2}(?:customers|clients|users|teams|companies|firms|members|reviews|reviewers|"
    r"patients|schools|homes|hospitals|shops|stores|countries|kunden|nutzer|unternehmen|firmen|bewertungen)\b"
    r"|\b[1-5](?:[.,]\d)?\s?(?:/|of|out of|von)\s?5\b|\bsurvey of \d|\bstudy of \d|\bn\s?=\s?\d"
    r"|\bISO\s?\d{4,5}\b|\b(?:award|certified|zertifiziert|ausgezeichnet)\b|\bsince (?:19|20)\d\d\b|\bseit (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_NO_PROOF: Final = re.compile(r"©|\bcopyright\b|\ball rights reserved\b|\bcookies?\b|\bfree trial\b", re.IGNORECASE)
_QUOTES: Final = frozenset({"blockquote", "q"})


def benefits(pages: Sequence[Page]) -> list[Found]:
    """The entries of the lists that stand under such a heading, else of the first list that reads like one."""
    kept = _each("benefits", ((page, text) for page in pages for text in _headed(page)))
    return kept or _each("benefits", ((page, text) for page in pages[:1] for text in _first_list(page)))


def proofs(pages: Sequence[Page], *, known: Sequence[Found]) -> list[Found]:
    """Sentences with figures, certificates, and what customers say; nothing that is among the `known` already."""
    said = {each.value for each in known}
    kept = _each("proofs", ((page, text) for page in pages for text in _proven(page)))
    return [each for each in kept if each.value not in said]


def _each(name: FieldName, texts: Iterator[tuple[Page, str]]) -> list[Found]:
    kept: dict[str, Found] = {}
    for page, text in texts:
        made = found(name, text.rstrip(" ,;"), quote=text, page=page)
        if made is not None:
            kept.setdefault(made.value.casefold(), made)
    return list(kept.values())[:MOST]


def _headed(page: Page) -> Iterator[str]:
    parts = sections(page)
    for at, section in enumerate(parts):
        if _BENEFITS.search(section.heading):
            entries = [text for text in section.texts("li") if _entry(text)]
            yield from entries or _cards(parts[at + 1 :], under=section)


def _cards(following: Sequence[Section], *, under: Section) -> Iterator[str]:
    """Smaller headings, each with a text, that follow a larger one with nothing of its own."""
    if len(under.blocks) > 1:
        return
    for section in following:
        if (
            section.level <= under.level
            or len(section.blocks) != 1
            or not _entry(section.heading)
            or section.blocks[0].tag not in {"p", "div"}
        ):
            return
        yield section.heading


def _first_list(page: Page) -> Iterator[str]:
    for section in sections(page):
        entries = [text for text in section.texts("li") if _entry(text)]
        if len(entries) >= 3:
            yield from entries
            return


def _entry(text: str) -> bool:
    return 2 <= len(text.split()) <= 30 and len(text) <= 240 and not _PRICED.search(text)


def _proven(page: Page) -> Iterator[str]:
    for block in page.blocks:
        if block.tag in _QUOTES and 4 <= len(block.text.split()) <= 80 and len(block.text) <= 500:
            yield block.text
            continue
        for sentence in sentences(block.text):
            words = len(sentence.quote.split())
            telling = _FIGURE.search(sentence.quote) and not _NO_PROOF.search(sentence.quote)
            if telling and 4 <= words <= 60 and not _PRICED.search(sentence.quote):
                yield sentence.quote
