"""The sentences of a passage that answer a query, with the offsets where they stand."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nexusplanner.domain.retrieval.stemming import stems

_SENTENCE = re.compile(r"[^\s.!?](?:[^.!?\n]|[.!?](?!\s|$))*[.!?]*")
LONGEST = 400


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Words of a text: text[start:end] == quote."""

    quote: str
    start: int
    end: int


def sentences(text: str) -> list[Quote]:
    """The sentences of `text`, in order; a line break ends one, and none is longer than LONGEST characters."""
    found = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end:
            stop = _cut(text, start=start, end=end)
            found.append(Quote(quote=text[start:stop], start=start, end=stop))
            start = stop + (len(text[stop:end]) - len(text[stop:end].lstrip()))
    return found


def _cut(text: str, *, start: int, end: int) -> int:
    """Where a piece from `start` ends: at a space, unless it is one long word."""
    if end - start <= LONGEST:
        return start + len(text[start:end].rstrip())
    space = text.rfind(" ", start + 1, start + LONGEST)
    return space if space > start else start + LONGEST


def best_quotes(text: str, *, query: str, limit: int = 2) -> tuple[Quote, ...]:
    """Up to `limit` sentences that share the most telling words with the query, best first; none without a common word.

    A word that stands in many sentences of the passage tells little; neighbouring words count once more.
    """
    pieces = sentences(text)
    found = [stems(piece.quote) for piece in pieces]
    asked = _Asked(stems(query))
    holding = Counter(word for words in found for word in asked.words.intersection(words))
    scored = [
        (_score(words, asked=asked, holding=holding, of=len(pieces)), piece)
        for words, piece in zip(found, pieces, strict=True)
    ]
    kept = sorted(((score, piece) for score, piece in scored if score > 0), key=lambda pair: (-pair[0], pair[1].start))
    return tuple(piece for _, piece in kept[:limit])


class _Asked:
    """The words of a query, and those that stand side by side in it."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = frozenset(words)
        self.pairs = frozenset(pairwise(words))


def _score(words: Sequence[str], *, asked: _Asked, holding: Counter[str], of: int) -> float:
    common = asked.words.intersection(words)
    if not common:
        return 0.0
    rarity = sum(math.log(1 + of / holding[word]) for word in sorted(common))
    beside = len(asked.pairs.intersection(pairwise(words)))
    return (rarity + beside) / (1 + 0.02 * len(words))
