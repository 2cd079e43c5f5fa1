"""Indexes of passages in memory: one for each workspace, made when it is first asked, kept up to date, bounded.

An index holds words and ids, never answers: what is found is read from the database again, under the workspace's own
rights. Changes are found by the transaction that made them: everything written in or after the oldest transaction that was
open at the last look is read again, so that one that commits late is not missed. What was deleted is found by counting.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from nexusplanner.application.ports.retrieval import Point, Wanted
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.retrieval.index import Found, PassageIndex

T = TypeVar("T")
Vector: TypeAlias = NDArray[np.float32]

PASSAGE_BYTES = 2250
"""What a passage takes in an index, its words and its point together."""
MOST_OF_ONE = 100_000
"""Passages of a workspace that are kept in memory. Beyond, the database chooses candidates."""
MOST_TOGETHER = 100_000
"""Passages of all workspaces together; the workspace asked longest ago goes first. Given vectors count by their bytes."""
AT_ONCE = 500
"""Up to so many passages the space is learned before the answer, else after it."""


@dataclass(frozen=True, kw_only=True)
class Book:
    """A passage as it is indexed."""

    id: str
    content_hash: str
    text: str
    kind: SourceKind
    brand_id: UUID | None
    service_id: UUID | None

    def is_wanted(self, wanted: Wanted) -> bool:
        """Whether it may take part."""
        return (
            (not wanted.kinds or self.kind in wanted.kinds)
            and (wanted.brand_id is None or self.brand_id in {None, wanted.brand_id})
            and (wanted.service_id is None or self.service_id in {None, wanted.service_id})
        )


@dataclass(frozen=True)
class Accepting:
    """Whether a book is wanted; equal where the same is wanted, so that an index need not look at every book again."""

    wanted: Wanted

    def __call__(self, book: Book) -> bool:
        """Whether this one may take part."""
        return book.is_wanted(self.wanted)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What changed. horizon: where to look from next time. total: how many passages there are now.

    writing: whether this transaction wrote passages itself; that may yet be undone.
    """

    books: Sequence[Book]
    horizon: int
    total: int
    writing: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for. point: the query as an embedder sees it."""

    query: str
    wanted: Wanted
    limit: int
    point: Point | None = None

    @property
    def weight(self) -> float:
        """How many passages without vectors one passage takes as much memory as."""
        return 1 + (4 * len(self.point.vector) / PASSAGE_BYTES if self.point else 0)


class Source(Protocol):
    """One workspace's passages in the database."""

    @property
    def tenant(self) -> UUID:
        """Whose they are."""
        ...

    async def size(self) -> int:
        """How many there are."""
        ...

    async def since(self, horizon: int) -> Delivery:
        """What changed in or after this transaction."""
        ...

    async def ids(self) -> frozenset[str]:
        """All ids."""
        ...

    async def vectors(
        self, fingerprint: str, *, since: int = 0, only: Collection[str] | None = None
    ) -> Mapping[str, Vector]:
        """Vectors of present texts, by passage: those that came, or whose passage changed, in or after a transaction."""
        ...

    async def candidates(self, query: str, *, wanted: Wanted) -> Sequence[Book]:
        """Those with any word of the query, best first, not too many."""
        ...


class WritingError(Exception):
    """The transaction that asks has written passages: what it sees is nothing to share."""


class Shelf:
    """The index of one workspace. A thread that goes on after its request was given up keeps others out by a lock.

    private: it may hold what is not committed, and is thrown away.
    """

    def __init__(self, *, private: bool = False) -> None:
        self.books: dict[str, Book] = {}
        self.lock = asyncio.Lock()
        self.weight = 1.0
        self._private = private
        self._index: PassageIndex[Book] = PassageIndex()
        self._horizon = 0
        self._fingerprint = ""
        self._guard = threading.Lock()
        self._learning: asyncio.Task[None] | None = None

    async def search(self, source: Source, asked: Asked) -> Sequence[Found]:
        """The best of what is wanted, as the database has it now. Raises WritingError."""
        async with self.lock:
            await self._follow(source, point=asked.point)
            self.weight = asked.weight if asked.point else self.weight
            accept = None if asked.wanted == Wanted() else Accepting(asked.wanted)
            point = asked.point.vector if asked.point else None
            found = await self._alone(
                lambda: self._index.search(asked.query, limit=asked.limit, accept=accept, point=point)
            )
        self._learn_soon()
        return found

    async def forget(self, passage_ids: Iterable[str]) -> None:
        """Drop passages that are gone at once, and learn anew from those that stay."""
        async with self.lock:
            gone = self.books.keys() & set(passage_ids)
            if gone:
                await self._alone(lambda: self._remove(gone))
                self._learn_soon()

    async def _follow(self, source: Source, *, point: Point | None) -> None:
        """Take over what changed since the last look."""
        before = self._horizon
        delivery = await source.since(before)
        if delivery.writing and not self._private:
            raise WritingError
        await self._take(delivery)
        if len(self.books) != delivery.total:
            gone = self.books.keys() - await source.ids()
            await self._alone(lambda: self._remove(gone))
        if len(self.books) < delivery.total:
            await self._take(await source.since(0))
        if point is not None:
            await self._compare(source, point=point, since=before)
        self._horizon = delivery.horizon
        if self._index.stale and len(self._index) <= AT_ONCE:
            await self._alone(self._index.refresh)

    async def _take(self, delivery: Delivery) -> None:
        new = [book for book in delivery.books if self._differs(book)]
        if new:
            await self._alone(lambda: self._put(new))

    async def _compare(self, source: Source, *, point: Point, since: int) -> None:
        """Take over the vectors that came; all of them when others were compared with before."""
        same = point.fingerprint == self._fingerprint
        vectors = await source.vectors(point.fingerprint, since=since if same else 0)
        if not same:
            await self._alone(self._index.take_back)
        if vectors:
            await self._alone(lambda: self._index.give(vectors))
        self._fingerprint = point.fingerprint

    def _learn_soon(self) -> None:
        if self._index.stale and not self._private and (self._learning is None or self._learning.done()):
            self._learning = asyncio.get_running_loop().create_task(self._learn())

    def _differs(self, book: Book) -> bool:
        known = self.books.get(book.id)
        return known is None or known.content_hash != book.content_hash

    def _put(self, new: Sequence[Book]) -> None:
        self._index.put({book.id: (book.text, _facets(book)) for book in new})
        self.books.update((book.id, _facets(book)) for book in new)

    def _remove(self, gone: Iterable[str]) -> None:
        for passage_id in sorted(gone):
            self._index.remove([passage_id])
            del self.books[passage_id]

    async def _alone(self, work: Callable[[], T]) -> T:
        def guarded() -> T:
            with self._guard:
                return work()

        return await asyncio.to_thread(guarded)

    async def _learn(self) -> None:
        """Learn anew from many passages without keeping anybody waiting."""
        lesson = await self._alone(self._index.lesson)
        space = await asyncio.to_thread(lesson.space)
        await self._alone(lambda: self._index.adopt(space, lesson=lesson))


def _facets(book: Book) -> Book:
    """The book without its text, which is not kept in memory."""
    return Book(
        id=book.id,
        content_hash=book.content_hash,
        text="",
        kind=book.kind,
        brand_id=book.brand_id,
        service_id=book.service_id,
    )


class Shelves:
    """The indexes of a process."""

    def __init__(self, *, most_of_one: int = MOST_OF_ONE, most_together: int = MOST_TOGETHER) -> None:
        self._shelves: OrderedDict[UUID, Shelf] = OrderedDict()
        self._forgetting: set[asyncio.Task[None]] = set()
        self._most_of_one = most_of_one
        self._most_together = most_together

    @property
    def tenants(self) -> tuple[UUID, ...]:
        """Workspaces with an index in memory, the one asked last at the end."""
        return tuple(self._shelves)

    async def search(self, source: Source, asked: Asked) -> Sequence[Found]:
        """The best of the workspace's passages among those wanted."""
        known = self._shelves.get(source.tenant)
        if (len(known.books) if known else await source.size()) * asked.weight > self._most_of_one:
            self._shelves.pop(source.tenant, None)
            return await _among_candidates(source, asked)
        shelf = self._shelves.setdefault(source.tenant, Shelf())
        self._shelves.move_to_end(source.tenant)
        try:
            found = await shelf.search(source, asked)
        except WritingError:
            return await Shelf(private=True).search(source, asked)
        self._make_room()
        return found

    def forget(self, tenant: UUID, passage_ids: Collection[str]) -> None:
        """Drop passages of a workspace that are gone, now; what other processes hold goes when they next look."""
        if tenant in self._shelves and passage_ids:
            task = asyncio.get_running_loop().create_task(self._shelves[tenant].forget(passage_ids))
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)

    def _make_room(self) -> None:
        while len(self._shelves) > 1 and self._weight > self._most_together:
            self._shelves.popitem(last=False)

    @property
    def _weight(self) -> float:
        return sum(len(each.books) * each.weight for each in self._shelves.values())


async def _among_candidates(source: Source, asked: Asked) -> Sequence[Found]:
    """The best among what the database finds by words; for a workspace that is too large to be kept in memory."""
    books = await source.candidates(asked.query, wanted=asked.wanted)
    point = asked.point
    vectors = await source.vectors(point.fingerprint, only=[book.id for book in books]) if point else {}

    def rank() -> Sequence[Found]:
        index: PassageIndex[None] = PassageIndex()
        index.put({book.id: (book.text, None) for book in books})
        index.give(vectors)
        return index.search(asked.query, limit=asked.limit, point=point.vector if point else None)

    return await asyncio.to_thread(rank)
