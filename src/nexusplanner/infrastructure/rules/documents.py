"""What uploaded documents say of a brief, as sentences that can be repeated."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.infrastructure.rules.evidence import about, query_of
from nexusplanner.infrastructure.rules.text import quotable

LEAST_COMMON = 2
"""Words in common with brief and offer that a sentence must have."""


def told(context: BriefContext, *, longest: int) -> Iterable[tuple[Passage, str]]:
    """A sentence of each passage of a document that says something about the brief, with the passage, each once."""
    query, seen = query_of(context), set[str]()
    for passage in context.of_kind(SourceKind.DOCUMENT):
        quote = quotable(passage, query=query)
        fits = quote and len(quote) <= longest and about(context, quote) >= LEAST_COMMON and quote not in seen
        if fits and not says(quote, banned=context.brand.banned_claims):
            seen.add(quote)
            yield passage, quote
