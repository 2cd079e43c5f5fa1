"""Sentences that are safe to repeat: complete, plain, and free of instructions and markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.wording import commands, sentences
from nexusplanner.domain.knowledge import Citation, Passage
from nexusplanner.domain.relevance import terms, words

SHORTEST, LONGEST = 20, 220
"""Characters of a sentence worth quoting."""

HEADING = 42
"""Shorter sentences are mostly headings; a full sentence of the same text says more."""

_MARKUP = re.compile(r"[<>{}\[\]`|\\^~\u201c\u201d\u201e\u00ab\u00bb]|https?:|www\.|\S@\S|&\w+;|```")
_BAD_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def plain(text: str) -> bool:
    """Whether the text has neither markup nor characters that do not show."""
    return not _MARKUP.search(text) and not any(unicodedata.category(mark) in _BAD_CATEGORIES for mark in text)


def unended(text: str) -> str:
    """The sentence without the mark that ends it."""
    return text.rstrip(" .!?;:,\u3002\uff01\uff1f\u2026")


def quotable(passage: Passage, *, query: str) -> str:
    """The sentence of the passage that says most about the query, without its full stop; "" when none is safe.

    A passage that gives orders anywhere is not quoted at all.
    """
    if commands(passage.text):
        return ""
    asked = set(terms(query))
    found = []
    for place, one in enumerate(sentences(passage.text)):
        quote = unended(one)
        if (
            SHORTEST <= len(quote) <= LONGEST
            and plain(quote)
            and quote.count("(") == quote.count(")")
            and "  " not in quote
            and len(words(quote)) >= 4
        ):
            known = len(asked & set(terms(quote)))
            score = known + 1.5 * bool(figures(quote)) - 0.4 * (len(quote) > 160) - (len(quote) < HEADING)
            found.append((-score, place, quote))
    return min(found)[2] if found else ""


def cleaned(text: str, *, longest: int) -> str:
    """A short text of a user as one plain line: markup and line breaks go, and it ends at a whole word."""
    without = re.sub(r"<[^>]*>", " ", text)
    kept = "".join(" " if unicodedata.category(mark) in _BAD_CATEGORIES else mark for mark in without)
    line = unended(" ".join(re.sub(r"[<>{}\[\]`|\\^~\u201c\u201d]", " ", kept).split()))
    if len(line) <= longest:
        return line
    return unended(line[: longest + 1].rsplit(" ", 1)[0][:longest])


def first_sentence(text: str, *, longest: int) -> str:
    """The first sentence of a text when it is plain and short enough, as it stands; "" otherwise."""
    for one in sentences(text)[:1]:
        quote = unended(one)
        if quote and len(quote) <= longest and plain(quote) and quote.count("(") == quote.count(")"):
            return quote
    return ""


def start(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str]) -> str:
    """The items as "a, b and c"."""
    parts = list(items)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def count_words(number: int) -> str:
    """A small count in words."""
    return _COUNTS[number] if number < len(_COUNTS) else "more than a dozen"


def cite(passage: Passage | None, quote: str) -> tuple[Citation, ...]:
    """The citation of `quote` in the passage; none when it does not stand there."""
    return (passage.cite(quote),) if passage is not None and quote and quote in passage.text else ()
