"""Ranks a handful of texts by the same index as all passages, the same way for the same texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.domain.retrieval.index import PassageIndex


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """How a text fits a query. lexical: BM25, 0 without a common word. vector: cosine. fused: 0 to 1, by both ranks."""

    lexical: float
    vector: float
    fused: float


def rank_few(texts: Sequence[str], *, query: str) -> tuple[Ranked, ...]:
    """One for each text, in their order. Rankings depend on the texts alone when these come in an order of their own."""
    index: PassageIndex[None] = PassageIndex()
    index.put({f"{place:08}": (text, None) for place, text in enumerate(texts)})
    index.refresh()
    lexical, vector, fused = (values.tolist() for values in index.rankings(query))
    return tuple(
        Ranked(lexical=each, vector=vector[slot], fused=fused[slot]) for slot, each in enumerate(lexical[: len(texts)])
    )
