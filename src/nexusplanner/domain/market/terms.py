"""Texts as sets of hashed words, small enough to keep beside every signal and to compare with thousands at once."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nexusplanner.domain.retrieval.stemming import stems

Terms: TypeAlias = NDArray[np.uint32]
FloatArray: TypeAlias = NDArray[np.float64]

READ = 4000
"""Characters of a text that count; what follows repeats or is about something else."""
BACKGROUND = 200
"""Texts that are imagined beside the real ones, holding none of their words."""


@lru_cache(maxsize=100_000)
def hashed(stem: str) -> int:
    """32 bits that stand for a stem, the same everywhere."""
    return int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=4).digest(), "little")


def terms_of(text: str) -> Terms:
    """(n,) the different stems of a text, hashed, in rising order."""
    return gathered(hashed(stem) for stem in stems(text[:READ]))


def gathered(found: Iterable[int]) -> Terms:
    """(n,) the different hashes, in rising order."""
    return np.unique(np.fromiter(found, dtype=np.uint32))


class Weighing:
    """How telling words are in a collection of texts, and how alike weighted sets of words are.

    A word that stands in few of the texts tells much. Source: Robertson and Sparck Jones 1976, relevance weights.
    """

    def __init__(self, texts: Sequence[Terms]) -> None:
        every = np.concatenate([*texts, np.zeros(0, dtype=np.uint32)])
        self._words, self._held = np.unique(every, return_counts=True)
        self._of = len(texts)

    def weights(self, terms: Terms) -> FloatArray:
        """(n,) how telling each word is in this collection; words of none of its texts tell most."""
        return self._rarity(terms, of=self._of)

    def rarities(self, terms: Terms) -> FloatArray:
        """(n,) the same from 0 to 1, as if BACKGROUND more texts were there, so that few texts mislead little."""
        return self._rarity(terms, of=self._of + BACKGROUND) / math.log(1 + (self._of + BACKGROUND + 0.5) / 0.5)

    def _rarity(self, terms: Terms, *, of: int) -> FloatArray:
        held = np.zeros(len(terms))
        if len(self._words):
            at = np.minimum(np.searchsorted(self._words, terms), len(self._words) - 1)
            held = np.where(self._words[at] == terms, self._held[at], 0).astype(np.float64)
        return np.asarray(np.log(1 + (of - held + 0.5) / (held + 0.5)), dtype=np.float64)

    def overlaps(self, some: Sequence[Terms], others: Sequence[Terms]) -> FloatArray:
        """(n, m) the summed weights of the words each pair has in common."""
        words = np.unique(np.concatenate([*some, np.zeros(0, dtype=np.uint32)]))
        if not len(words) or not others:
            return np.zeros((len(some), len(others)))
        left = table(some, words, weights=self.weights(words))
        right = table(others, words, weights=np.ones(len(words)))
        return np.asarray((left @ right.T).toarray(), dtype=np.float64)

    def sizes(self, texts: Sequence[Terms]) -> FloatArray:
        """(n,) the summed weights of each text's words."""
        every = np.concatenate([*texts, np.zeros(0, dtype=np.uint32)])
        owners = np.repeat(np.arange(len(texts)), [len(terms) for terms in texts])
        summed = np.bincount(owners, weights=self.weights(every), minlength=len(texts))
        return np.asarray(summed, dtype=np.float64)

    def cosines(self, some: Sequence[Terms], others: Sequence[Terms]) -> FloatArray:
        """(n, m) how alike each pair is, 0 to 1: what is shared over the geometric mean of what each says."""
        shared = self.overlaps(some, others)
        norms = np.sqrt(np.outer(self.sizes(some), self.sizes(others)))
        return np.asarray(np.divide(shared, norms, out=np.zeros_like(shared), where=norms > 0))


def table(texts: Sequence[Terms], words: Terms, *, weights: FloatArray) -> sparse.csr_matrix:
    """(n, V) the weight of each word in the texts that hold it."""
    known = [_places(terms, words) for terms in texts]
    ends = np.cumsum([0, *(len(places) for places in known)])
    places = np.concatenate([*known, np.zeros(0, dtype=np.int64)])
    return sparse.csr_matrix((weights[places], places, ends), shape=(len(texts), len(words)))


def _places(terms: Terms, words: Terms) -> NDArray[np.int64]:
    at = np.searchsorted(words, terms)
    inside = at < len(words)
    at, terms = at[inside], terms[inside]
    return np.asarray(at[words[at] == terms], dtype=np.int64)
