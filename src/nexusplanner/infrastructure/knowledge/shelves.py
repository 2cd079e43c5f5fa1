"""Indexes of passages in memory: one for each workspace, made when it is first asked, kept up to date, bounded.

An index holds words and ids, never answers: what is found is read from the database again, under the workspace's own
rights. Changes are found by the transaction that made them: everything written in or after the oldest transaction that was
open at the last look is read again, so that one that commits late is not missed. What was deleted is found by counting.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from nexusplanner.application.retrieval_ports import Wanted
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.retrieval.index import Found, PassageIndex

T = TypeVar("T")

MOST_OF_ONE = 20_000
"""Passages of a workspace that are kept in memory; about 3.5 kB each. Beyond, the database chooses candidates."""
MOST_TOGETHER = 60_000
"""Passages of all workspaces together; the workspace asked longest ago goes first."""
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


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What changed. horizon: where to look from next time. total: how many passages there are now."""

    books: Sequence[Book]
    horizon: int
    total: int


class Source(Protocol):
    """One workspace's passages in the database."""

    @property
    def tenant(self) -> UUID:
        """Whose they are."""
        ...

    async def size(self) -> int:
        """How many there are."""
        ...

    async def is_writing(self) -> bool:
        """Whether this transaction has written; what it wrote may yet be undone."""
        ...

    async def since(self, horizon: int) -> Delivery:
        """What changed in or after this transaction."""
        ...

    async def ids(self) -> frozenset[str]:
        """All ids."""
        ...

    async def candidates(self, query: str, *, wanted: Wanted) -> Sequence[Book]:
        """Those with any word of the query, best first, not too many."""
        ...


class Shelf:
    """The index of one workspace. A thread that goes on after its request was given up keeps others out by a lock."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.lock = asyncio.Lock()
        self._index: PassageIndex[Book] = PassageIndex()
        self._horizon = 0
        self._guard = threading.Lock()
        self._learning: asyncio.Task[None] | None = None

    async def search(self, source: Source, query: str, *, wanted: Wanted, limit: int) -> Sequence[Found]:
        """The best of what is wanted, as the database has it now."""
        async with self.lock:
            await self._follow(source)
            accept = None if wanted == Wanted() else lambda book: book.is_wanted(wanted)
            found = await self._alone(lambda: self._index.search(query, limit=limit, accept=accept))
        if self._index.stale and (self._learning is None or self._learning.done()):
            self._learning = asyncio.get_running_loop().create_task(self._learn())
        return found

    async def _follow(self, source: Source) -> None:
        """Take over what changed since the last look."""
        delivery = await source.since(self._horizon)
        new = [book for book in delivery.books if self._differs(book)]
        if new:
            await self._alone(lambda: self._put(new))
        if len(self.books) != delivery.total:
            gone = self.books.keys() - await source.ids()
            await self._alone(lambda: self._remove(gone))
        self._horizon = delivery.horizon
        if self._index.stale and len(self._index) <= AT_ONCE:
            await self._alone(self._index.refresh)

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
        self._most_of_one = most_of_one
        self._most_together = most_together

    @property
    def tenants(self) -> tuple[UUID, ...]:
        """Workspaces with an index in memory, the one asked last at the end."""
        return tuple(self._shelves)

    async def search(self, source: Source, query: str, *, wanted: Wanted, limit: int) -> Sequence[Found]:
        """The best of the workspace's passages among those wanted."""
        known = self._shelves.get(source.tenant)
        if (len(known.books) if known else await source.size()) > self._most_of_one:
            self._shelves.pop(source.tenant, None)
            return await _among_candidates(source, query, wanted=wanted, limit=limit)
        if await source.is_writing():
            return await Shelf().search(source, query, wanted=wanted, limit=limit)
        shelf = self._shelves.setdefault(source.tenant, Shelf())
        self._shelves.move_to_end(source.tenant)
        found = await shelf.search(source, query, wanted=wanted, limit=limit)
        self._make_room()
        return found

    def _make_room(self) -> None:
        while len(self._shelves) > 1 and sum(len(each.books) for each in self._shelves.values()) > self._most_together:
            self._shelves.popitem(last=False)


async def _among_candidates(source: Source, query: str, *, wanted: Wanted, limit: int) -> Sequence[Found]:
    """The best among what the database finds by words; for a workspace that is too large to be kept in memory."""
    books = await source.candidates(query, wanted=wanted)

    def rank() -> Sequence[Found]:
        index: PassageIndex[None] = PassageIndex()
        index.put({book.id: (book.text, None) for book in books})
        return index.search(query, limit=limit)

    return await asyncio.to_thread(rank)
