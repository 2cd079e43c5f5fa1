"""What retrieval needs from the world: passages kept beside the records they come from, and a way to find them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.shared import BrandId, CampaignId, DocumentId, ServiceId, SignalId


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A passage and what it belongs to; without a brand it belongs to all of them."""

    passage: Passage
    brand_id: BrandId | None = None
    service_id: ServiceId | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which passages take part in a search. brand_id, service_id: also those that belong to none in particular."""

    brand_id: BrandId | None = None
    service_id: ServiceId | None = None
    kinds: frozenset[SourceKind] = frozenset()


@dataclass(frozen=True, kw_only=True, eq=False)
class Point:
    """A query as an embedder sees it. fingerprint: of the vectors it may be compared with. vector: (D,) unit length."""

    fingerprint: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A query as an embedder sees it. point: none without one, or when it failed; `problem` then says why."""

    point: Point | None = None
    problem: str = ""


class Compares(Protocol):
    """Says where words lie as the workspace's embedder sees it; never fails, and is over in time."""

    async def __call__(self, actor: Actor, query: str) -> Compared:
        """The words' point, or why there is none. actor: whose workspace it is, and who pays."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A passage found. score: 0 to 1, by ranks. lexical: BM25. vector: cosine, 0 where meaning was not compared.

    given: cosine to the vector an embedder gave it, 0 without one.
    """

    passage: Passage
    score: float
    lexical: float
    vector: float
    given: float = 0.0


@dataclass(kw_only=True)
class Touched:
    """Records whose passages a transaction may have changed. brands: their profile or services.

    actuals_of: first and last day of a brand's figures that were written; campaigns that ran meanwhile tell of them.
    """

    brands: set[BrandId] = field(default_factory=set)
    segments_of: set[BrandId] = field(default_factory=set)
    actuals_of: dict[BrandId, tuple[date, date]] = field(default_factory=dict)
    campaigns: set[CampaignId] = field(default_factory=set)
    signals: set[SignalId] = field(default_factory=set)
    documents: set[DocumentId] = field(default_factory=set)

    def __bool__(self) -> bool:
        brands = self.brands or self.segments_of or self.actuals_of
        return bool(brands or self.campaigns or self.signals or self.documents)

    def touch_actuals(self, brand_id: BrandId, *, first: date, last: date) -> None:
        """Note that figures of the brand on days from `first` to `last` may have changed."""
        before = self.actuals_of.get(brand_id, (first, last))
        self.actuals_of[brand_id] = (min(first, before[0]), max(last, before[1]))


class Passages(Protocol):
    """Passages of the actor's tenant."""

    async def kept(self) -> bool:
        """Whether there is any."""
        ...

    async def hold(self, owners: Iterable[str]) -> None:
        """Whoever else holds one of these waits until this transaction ends, and then sees what it did."""
        ...

    async def replace(self, made: Mapping[str, Sequence[Filed]]) -> None:
        """Keep these as all the passages made from each owner; those that did not change stay untouched."""
        ...

    async def find(self, query: str, *, wanted: Wanted, limit: int, point: Point | None = None) -> Sequence[Hit]:
        """The best passages, best first. Only those wanted take part in the ranking.

        point: of the query, to compare it with the passages' vectors as well.
        """
        ...

    async def read(self, passage_ids: Collection[str]) -> Sequence[Passage]:
        """Those of these passages that are there."""
        ...
