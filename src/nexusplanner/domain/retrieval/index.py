"""The index of one workspace's passages: what is asked is looked up by words and by meaning, and both are fused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.retrieval.fusion import reciprocal_ranks
from nexusplanner.domain.retrieval.latent import FloatArray, LatentSpace, Single, Words, learn
from nexusplanner.domain.retrieval.postings import Postings
from nexusplanner.domain.retrieval.stemming import stems

LEARN_FROM = 4000
"""Passages a latent space is learned from at most, spread evenly over the ids; the others are placed in it."""
STALE = 0.25
"""The space is learned anew when this share of its passages has changed since."""
FILTERS = 16
"""Filters whose outcome is kept."""
FEEDBACK = 2
FEEDBACK_WEIGHT = 0.8
"""The query's point moves towards the best passages of the first ranking. Source: Rocchio 1971."""

F = TypeVar("F")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A passage found. score: 0 to 1, by ranks. lexical: BM25. vector: cosine to its given vector, else in the space.

    given: cosine to its given vector alone, 0 where none was compared.
    """

    id: str
    score: float
    lexical: float
    vector: float
    given: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a space is learned from: word ids of texts. moment: how many changes the index had seen."""

    texts: list[Words]
    order: list[int]
    widest: int
    passages: int
    moment: int

    def space(self) -> LatentSpace | None:
        """The space; none of texts without words."""
        return learn(self.texts, order=self.order, widest=self.widest) if self.order else None


class PassageIndex(Generic[F]):
    """Passages by id, each with facets F that searches filter by. Not for use by several threads at once."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._facets: dict[int, tuple[str, F]] = {}
        self._free: list[int] = []
        self._postings = Postings()
        self._space: LatentSpace | None = None
        self._points: Single = np.zeros((0, 0), dtype=np.float32)
        self._given: Single = np.zeros((0, 0), dtype=np.float32)
        self._has: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._learned_from = 0
        self._changed = 0
        self._moment = 0
        self._erased = False
        self._erased_at = 0
        self._filtered: dict[Callable[[F], bool], FloatArray] = {}
        self._filtered_at = 0

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, passage_id: object) -> bool:
        return passage_id in self._slots

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the passages that are there."""
        return frozenset(self._slots)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every stem of every passage that is there."""
        return self._postings.vocabulary

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        latent = self._points.nbytes + (self._space.bytes if self._space else 0)
        return self._postings.bytes + latent + self._given.nbytes

    @property
    def stale(self) -> bool:
        """Whether `refresh` would learn something new, or forget what an erased passage taught."""
        return self._erased or self._changed > STALE * self._learned_from

    def put(self, passages: Mapping[str, tuple[str, F]]) -> None:
        """Add passages, or replace those there are, given as (text, facets) by id; placed in the space there is."""
        for passage_id in passages.keys() & self._slots.keys():
            self._forget(passage_id)
        added = []
        for passage_id, (text, facets) in passages.items():
            slot = self._free.pop() if self._free else len(self._slots)
            self._slots[passage_id] = slot
            self._facets[slot] = (passage_id, facets)
            self._postings.put(slot, stems(text))
            added.append(slot)
        self._changed += len(added)
        self._moment += len(added)
        self._place(added)

    def give(self, vectors: Mapping[str, Single]) -> None:
        """Compare these passages by vectors of somebody else's making as well: (D,) of unit length, by passage.

        Vectors of another length than those there are replace all of them. Passages that are not there are left out.
        """
        if not vectors:
            return
        width = len(next(iter(vectors.values())))
        if width != self._given.shape[1]:
            self.take_back()
        room = len(self._slots) + len(self._free)
        if room > len(self._given) or width != self._given.shape[1]:
            wider = np.zeros((max(room, len(self._given) * 5 // 4), width), dtype=np.float32)
            if len(self._given):
                wider[: len(self._given)] = self._given
            self._has = np.concatenate([self._has, np.zeros(len(wider) - len(self._has), dtype=np.bool_)])
            self._given = wider
        for passage_id, vector in vectors.items():
            slot = self._slots.get(passage_id)
            if slot is not None:
                self._given[slot], self._has[slot] = vector, True

    def take_back(self) -> None:
        """Forget every vector that was given."""
        self._given = np.zeros((0, 0), dtype=np.float32)
        self._has = np.zeros(0, dtype=np.bool_)

    def remove(self, passage_ids: Iterable[str]) -> None:
        """Forget passages with their words, their points and, at the next `refresh`, what they taught the space."""
        for passage_id in passage_ids:
            self._forget(passage_id)
            self._changed += 1
            self._moment += 1
            self._erased, self._erased_at = True, self._moment

    def refresh(self) -> None:
        """Learn the space anew from the passages that are there, in the order of their ids."""
        lesson = self.lesson()
        self.adopt(lesson.space(), lesson=lesson)

    def lesson(self) -> Lesson:
        """What a space would be learned from now. It may be learned while this index changes, and adopted then."""
        slots = [self._slots[passage_id] for passage_id in sorted(self._slots)]
        step = max(1, -(-len(slots) // LEARN_FROM))
        texts = [self._postings.words_of(slot).copy() for slot in slots[::step]]
        seen = np.unique(np.concatenate([*texts, np.zeros(0, dtype=np.int32)])).tolist()
        order = sorted(seen, key=self._postings.name)
        widest = self._postings.widest
        return Lesson(texts=texts, order=order, widest=widest, passages=len(slots), moment=self._moment)

    def adopt(self, space: LatentSpace | None, *, lesson: Lesson) -> None:
        """Place every passage in the space that was learned from `lesson`."""
        self._space = space
        self._points = np.zeros((0, space.factors if space else 0), dtype=np.float32)
        self._learned_from = lesson.passages
        self._changed = self._moment - lesson.moment
        self._erased = self._erased_at > lesson.moment
        self._place([self._slots[passage_id] for passage_id in sorted(self._slots)])

    def search(
        self, query: str, *, limit: int, accept: Callable[[F], bool] | None = None, point: Single | None = None
    ) -> tuple[Found, ...]:
        """The best passages among those accepted, best first; nothing else takes part in any ranking.

        point: the query as the maker of the given vectors sees it; without one they are not used.
        """
        lexical, vector, fused = self.rankings(query, accept=accept, point=point)
        compared = point is not None and len(point) == self._given.shape[1]
        return tuple(
            Found(
                id=self._facets[slot][0],
                score=float(fused[slot]),
                lexical=float(lexical[slot]),
                vector=float(vector[slot]),
                given=float(vector[slot]) if compared and slot < len(self._has) and self._has[slot] else 0.0,
            )
            for slot in self._best(fused, most=limit)
        )

    def rankings(
        self, query: str, *, accept: Callable[[F], bool] | None = None, point: Single | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(slots,) BM25, cosine and fused scores; 0 for everything that is not accepted."""
        room = len(self._slots) + len(self._free)
        allowed = self._allowed(accept, room=room)
        lexical, vector, fused = self._own_rankings(query, allowed=allowed, room=room)
        if point is None or len(point) != self._given.shape[1]:
            return lexical, vector, fused
        has = np.zeros(room, dtype=np.bool_)
        has[: len(self._has)] = self._has[:room]
        near = np.zeros(room)
        near[: len(self._given)] = _cosines(self._given[:room], point)
        near *= allowed
        third = reciprocal_ranks([near])
        return lexical, np.where(has, near, vector), with_given(fused, third=third, has=has)

    def _own_rankings(self, query: str, *, allowed: FloatArray, room: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        asked = stems(query)
        lexical = self._postings.bm25(asked, slots=room) * allowed
        if self._space is None or not room:
            return lexical, np.zeros(room), reciprocal_ranks([lexical])
        point = self._space.point(np.array(self._postings.known(asked), dtype=np.int32))
        points = self._points[:room]
        vector = _cosines(points, point) * allowed
        best = self._best(reciprocal_ranks([lexical, vector]), most=FEEDBACK)
        if best:
            point = point + FEEDBACK_WEIGHT * points[best].mean(axis=0)
            point /= max(float(np.linalg.norm(point)), 1e-12)
            vector = _cosines(points, point) * allowed
        return lexical, vector, reciprocal_ranks([lexical, vector])

    def _best(self, scores: FloatArray, *, most: int) -> list[int]:
        """Slots of the highest scores above 0, equal ones by the ids of their passages."""
        slots = np.flatnonzero(scores > 0)
        if len(slots) > most:
            slots = slots[scores[slots] >= np.partition(scores[slots], -most)[-most]]
        return sorted(slots.tolist(), key=lambda slot: (-scores[slot], self._facets[slot][0]))[:most]

    def _allowed(self, accept: Callable[[F], bool] | None, *, room: int) -> FloatArray:
        """(room,) 1 for each slot that takes part, else 0; empty slots score 0 in every ranking anyway.

        Kept until something changes, for who asks again with an equal filter.
        """
        if accept is None:
            return np.ones(room)
        if self._filtered_at != self._moment or len(self._filtered) >= FILTERS:
            self._filtered, self._filtered_at = {}, self._moment
        if accept not in self._filtered:
            allowed = np.zeros(room)
            allowed[[slot for slot, (_, facets) in self._facets.items() if accept(facets)]] = 1
            self._filtered[accept] = allowed
        return self._filtered[accept]

    def passage_at(self, slot: int) -> str | None:
        """The id of the passage in a slot; none when it is empty."""
        found = self._facets.get(slot)
        return found[0] if found else None

    def _forget(self, passage_id: str) -> None:
        slot = self._slots.pop(passage_id)
        del self._facets[slot]
        self._postings.drop(slot)
        self._free.append(slot)
        if slot < len(self._points):
            self._points[slot] = 0
        if slot < len(self._has):
            self._given[slot], self._has[slot] = 0, False

    def _place(self, slots: list[int]) -> None:
        if self._space is None or not slots:
            return
        room = len(self._slots) + len(self._free)
        if room > len(self._points):
            wider = np.zeros((max(room, len(self._points) * 5 // 4), self._space.factors), dtype=np.float32)
            wider[: len(self._points)] = self._points
            self._points = wider
        self._points[slots] = self._space.place([self._postings.words_of(slot) for slot in slots])


def with_given(fused: FloatArray, *, third: FloatArray, has: NDArray[np.bool_]) -> FloatArray:
    """(n,) the ranks of words and the space with those of given vectors; what has none keeps the mean of its two."""
    return np.where(has, (2 * fused + third) / 3, fused)


def _cosines(points: Single, point: Single) -> FloatArray:
    """(n,) cosines to four digits, so that what is equal but for rounding shares a rank."""
    return np.asarray(points @ point, dtype=np.float64).round(4)
