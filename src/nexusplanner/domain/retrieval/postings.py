"""Where words stand in texts: an inverted index with positions that grows and shrinks text by text."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int32]

SATURATION = 1.5
LENGTH = 0.8
NEIGHBOURS = 0.2
"""How much two query words count that stand side by side in a text, beside what each counts alone."""
_GAP = -1
_FIRST_ROOM = 1024


class Postings:
    """Texts by slot (0, 1, ...), each a sequence of stems. Words that stand in no text any more are forgotten."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._holding: list[int] = []
        self._places: dict[int, array[int]] = {}
        self._tokens: IntArray = np.full(_FIRST_ROOM, _GAP, dtype=np.int32)
        self._owners: IntArray = np.zeros(_FIRST_ROOM, dtype=np.int32)
        self._lengths: IntArray = np.zeros(_FIRST_ROOM, dtype=np.int32)
        self._end = 1
        self._dead = 0
        self._spans: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._spans)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of every text that is there."""
        return frozenset(self._ids)

    @property
    def widest(self) -> int:
        """One more than the highest word id ever given."""
        return len(self._names)

    @property
    def bytes(self) -> int:
        """What the arrays take; words themselves are not counted."""
        places = sum(each.itemsize * len(each) for each in self._places.values())
        return self._tokens.nbytes + self._owners.nbytes + self._lengths.nbytes + places

    def name(self, word: int) -> str:
        """The word of this id; nothing when it is forgotten."""
        return self._names[word]

    def known(self, stems: Iterable[str]) -> list[int]:
        """Ids of those words that stand in some text, in order, each once."""
        return list(dict.fromkeys(self._ids[stem] for stem in stems if stem in self._ids))

    def words_of(self, slot: int) -> IntArray:
        """(n,) word ids of a text, in order."""
        start, end = self._spans[slot]
        return self._tokens[start:end]

    def holding(self, words: Sequence[int] | IntArray) -> FloatArray:
        """(n,) how many texts hold each of these words."""
        return np.array([self._holding[word] for word in words], dtype=np.float64)

    def put(self, slot: int, stems: Sequence[str]) -> None:
        """Keep the text of an empty slot."""
        start = self._end
        self._make_room(len(stems) + 1)
        if slot >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(slot + 1, dtype=np.int32)])
        words = [self._id_of(stem) for stem in stems]
        for at, word in enumerate(words, start=start):
            self._places[word].append(at)
        self._end = start + len(words) + 1
        self._tokens[start : self._end - 1] = words
        self._tokens[self._end - 1] = _GAP
        self._owners[start : self._end] = slot
        self._spans[slot] = (start, self._end - 1)
        self._lengths[slot] = len(words)
        for word in set(words):
            self._holding[word] += 1

    def drop(self, slot: int) -> None:
        """Forget a text and every word that stood in it alone."""
        start, end = self._spans.pop(slot)
        self._lengths[slot] = 0
        for word in np.unique(self._tokens[start:end]).tolist():
            places = self._places[word]
            del places[bisect_left(places, start) : bisect_left(places, end)]
            self._holding[word] -= 1
            if not places:
                del self._places[word], self._ids[self._names[word]]
                self._names[word] = ""
        self._tokens[start:end] = _GAP
        self._dead += end - start + 1
        if self._dead > max(self._end // 2, _FIRST_ROOM):
            self._compact()

    def bm25(self, stems: Sequence[str], *, slots: int) -> FloatArray:
        """(slots,) the score of each slot's text, 0 without a common word; neighbours count like a word of their own.

        Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", eq. 3.15;
        neighbours after Metzler and Croft 2005, "A Markov Random Field Model for Term Dependencies".
        """
        scores = np.zeros(slots)
        if not self._spans:
            return scores
        norms = self._norms(slots)
        places = {word: self._at(word) for word in self.known(stems)}
        for at in places.values():
            self._add(scores, at, norms=norms, weight=1.0)
        for one, other in dict.fromkeys(pairwise(stems)):
            if one in self._ids and other in self._ids:
                first = places[self._ids[one]]
                beside = first[self._tokens[first + 1] == self._ids[other]]
                self._add(scores, beside, norms=norms, weight=NEIGHBOURS)
        return scores

    def _at(self, word: int) -> NDArray[np.int64]:
        return np.array(self._places[word], dtype=np.int64)

    def _norms(self, slots: int) -> FloatArray:
        lengths = self._lengths[:slots].astype(np.float64)
        mean = float(lengths.sum()) / len(self._spans) or 1.0
        return SATURATION * (1 - LENGTH + LENGTH * lengths / mean)

    def _add(self, scores: FloatArray, at: NDArray[np.int64], *, norms: FloatArray, weight: float) -> None:
        """Add to the slots' scores what it says that a word stands at these places, which come in order."""
        owners = self._owners[at]
        begins = np.ones(len(owners) + 1, dtype=np.bool_)
        np.not_equal(owners[1:], owners[:-1], out=begins[1:-1])
        bounds = np.flatnonzero(begins)
        slots, often = owners[bounds[:-1]], (bounds[1:] - bounds[:-1]).astype(np.float64)
        rarity = math.log(1 + (len(self._spans) - len(slots) + 0.5) / (len(slots) + 0.5))
        scores[slots] += weight * (rarity * often * (SATURATION + 1) / np.maximum(often + norms[slots], 1e-12))

    def _id_of(self, stem: str) -> int:
        found = self._ids.get(stem)
        if found is None:
            found = self._ids[stem] = len(self._names)
            self._names.append(stem)
            self._holding.append(0)
            self._places[found] = array("i")
        return found

    def _make_room(self, more: int) -> None:
        room = len(self._tokens)
        if self._end + more <= room:
            return
        wider = max(room * 5 // 4, self._end + more) - room
        self._tokens = np.concatenate([self._tokens, np.full(wider, _GAP, dtype=np.int32)])
        self._owners = np.concatenate([self._owners, np.zeros(wider, dtype=np.int32)])

    def _compact(self) -> None:
        """Close the gaps that dropped texts left; word ids stay."""
        texts = {slot: self.words_of(slot).copy() for slot in self._spans}
        self._tokens = np.full(_FIRST_ROOM, _GAP, dtype=np.int32)
        self._owners = np.zeros(_FIRST_ROOM, dtype=np.int32)
        self._end, self._dead = 1, 0
        names, self._spans = self._names, {}
        self._places = {word: array("i") for word in self._places}
        self._holding = [0] * len(names)
        for slot, words in texts.items():
            self.put(slot, [names[word] for word in words.tolist()])
