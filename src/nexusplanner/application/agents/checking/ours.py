"""Numbers that only the application says: money, dates, reach, outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import Citation, Claim
from nexusplanner.domain.relevance import words

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_AMOUNT_WORDS = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?|percent|per cent|double[sd]?|doubling|triples?|tripled"
    r"|twice|half|halve[sd]?|thirds?|quarters?|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"[$\u20ac\u00a3\u00a5\u20b9\u20bf]|\b(?:EUR|USD|GBP|CHF|JPY|INR|BTC)\b|\b(?:euros?|dollars?|pounds?|francs?|cents?|money|budgets?"
    r"|spend(?:s|ing)?|spent|invest(?:s|ed|ing|ment)?|allocat\w*|cost(?:s|ing)?|fees?|pays?|paid|reach(?:es|ed)?|impressions?"
    r"|audience|viewers?|people|views?|clicks?|conversions?|leads?|sales|revenue|profit|return|roi|roas|roi?|cpm|cpc|cpa|cpl|ctr"
    r"|forecasts?|expected?|expects?|outcomes?|results?|uplift|growth|weeks?|days?|months?|deadline|starts?|ends?|until|launch(?:es)?)\b"
    rf"|\b(?:{_MONTHS})\b|\b(?:19|20|21)\d\d\b|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}",
    re.IGNORECASE,
)  # fmt: skip


def is_ours(context: BriefContext, sentence: str) -> bool:
    """Whether the sentence states an amount, a date, a reach or an outcome."""
    if not (figures(sentence) or _AMOUNT_WORDS.search(sentence)):
        return False
    outcome = set(words(context.brand.outcome_name))
    return bool(_SUBJECTS.search(sentence)) or bool(outcome and outcome <= set(words(sentence)))


def carried(
    context: BriefContext, sentence: str, claims: Iterable[Claim], *, trusted: frozenset[str] | None = None
) -> bool:
    """Whether quotes of claims about the sentence contain every figure and amount in it.

    trusted: only quotes of passages in this trust count.
    """
    cited: list[Citation] = [
        citation
        for claim in claims
        if claim.text in sentence or sentence in claim.text
        for citation in claim.citations
        if trusted is None or context.by_id[citation.passage_id].trust in trusted
    ]
    said = {*figures(sentence), *(found.lower() for found in _AMOUNT_WORDS.findall(sentence))}
    quoted = {number for citation in cited for number in figures(citation.quote)}
    quoted |= {found.lower() for citation in cited for found in _AMOUNT_WORDS.findall(citation.quote)}
    return said <= quoted
