"""Quotes that a model gives: found again in our passages, or not taken."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from nexusplanner.application.agents.checking.lookalikes import visible
from nexusplanner.application.agents.drafts import QuoteDraft
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import Citation, Passage, Stance

SHORTEST, LONGEST = 8, 400
"""Characters of a quote; a shorter one stands almost anywhere."""

MOST_QUOTES = 6

_STANCES = {stance.value: stance for stance in Stance}
_MARKS = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb \n\t"
_SAME = {
    "'": "['\u2019\u2018]",
    "\u2019": "['\u2019\u2018]",
    '"': '["\u201c\u201d]',
    "-": "[-\u2013\u2011]",
    "\u2013": "[-\u2013]",
}


def citations_of(context: BriefContext, quotes: Iterable[QuoteDraft]) -> tuple[Citation, ...]:
    """The quotes that stand in passages of this context, with our offsets, each once."""
    found: dict[tuple[str, int], Citation] = {}
    for draft in tuple(quotes)[: 4 * MOST_QUOTES]:
        passage = context.by_id.get(draft.passage.strip())
        citation = (
            cited(passage, draft.quote, stance=_STANCES.get(draft.stance, Stance.BACKGROUND)) if passage else None
        )
        if citation is not None:
            found.setdefault((citation.passage_id, citation.start), citation)
    return tuple(found.values())[:MOST_QUOTES]


def cited(passage: Passage, quote: str, *, stance: Stance = Stance.SUPPORTS) -> Citation | None:
    """The citation of these words where they stand in the passage, spaces and kinds of quotation marks aside.

    None when they do not, when they cut a word or a number, or when they are too short to say anything.
    """
    asked = visible(html.unescape(quote[: 4 * LONGEST])).strip(_MARKS)
    if not SHORTEST <= len(asked) <= LONGEST:
        return None
    pattern = r"\s+".join("".join(_SAME.get(mark, re.escape(mark)) for mark in word) for word in asked.split())
    for match in re.finditer(pattern, passage.text):
        if not _cuts(passage.text, match.start()) and not _cuts(passage.text, match.end()):
            start, end = match.span()
            return Citation(passage_id=passage.id, quote=passage.text[start:end], start=start, end=end, stance=stance)
    return None


def _cuts(text: str, at: int) -> bool:
    """Whether a word or a number goes on across this place."""
    before, after = text[max(at - 2, 0) : at], text[at : at + 2]
    if not before or not after:
        return False
    if before[-1].isalnum() and after[0].isalnum():
        return True
    inside = before[-1] in ".,'" and before[:-1].isdigit() and after[0].isdigit()
    return inside or (after[0] in ".,'" and before[-1].isdigit() and after[1:].isdigit())


def impact(context: BriefContext, citations: Sequence[Citation]) -> float:
    """The mean impact of the sources, -1 to 1."""
    passages = [context.by_id[name] for name in dict.fromkeys(citation.passage_id for citation in citations)]
    return round(sum(passage.impact for passage in passages) / len(passages), 3) if passages else 0.0
