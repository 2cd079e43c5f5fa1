"""Ranks a handful of texts by the same index as all passages, the same way for the same texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

import numpy as np

from nexusplanner.domain.retrieval.fusion import reciprocal_ranks
from nexusplanner.domain.retrieval.index import PassageIndex, with_given


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """How a text fits a query. lexical: BM25, 0 without a common word. vector: cosine. fused: 0 to 1, by both ranks."""

    lexical: float
    vector: float
    fused: float


def rank_few(texts: Sequence[str], *, query: str, given: Sequence[float] = ()) -> tuple[Ranked, ...]:
    """One for each text, in their order. Rankings depend on the texts alone when these come in an order of their own.

    given: cosines of vectors of somebody else's making, a third ranking; 0 for a text without one, empty for none at all.
    """
    index: PassageIndex[None] = PassageIndex()
    index.put({f"{place:08}": (text, None) for place, text in enumerate(texts)})
    index.refresh()
    lexical, vector, ranks = index.rankings(query)
    if any(given):
        near = np.array(given, dtype=np.float64)
        ranks = with_given(ranks, third=reciprocal_ranks([near]), has=near > 0)
    fused = ranks.tolist()
    lexical, vector = lexical.tolist(), vector.tolist()
    return tuple(
        Ranked(lexical=each, vector=vector[slot], fused=fused[slot]) for slot, each in enumerate(lexical[: len(texts)])
    )


def near_enough(shared: Iterable[float]) -> float:
    """From which given cosine on a text belongs although it has no word of the query: half of those that do are nearer.

    shared: given cosines of texts that have the query's words, 0 for those without one. Cosines of different models have
    no common scale, so the query's own words set it; without such texts nothing is near enough.
    """
    known = [each for each in shared if each > 0]
    return median(known) if known else inf
