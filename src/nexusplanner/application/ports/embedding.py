"""What comparing by meaning needs from the world: something that makes vectors, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexusplanner.application.ports.models import Usage
from nexusplanner.domain.ai import Provider
from nexusplanner.domain.embedding import EmbedderChoice, Filling, RetrievalSettings

Vectors: TypeAlias = NDArray[np.float32]
Purpose: TypeAlias = Literal["query", "passage"]
CALLS = "embed"
"""Under which the usage page counts what embedders are asked."""


class EmbeddingFailed(Exception):
    """No vectors came. reason: safe words, never a key or what a server said. again: whether another try may help."""

    def __init__(self, reason: str, *, again: bool, usage: Usage | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.again = again
        self.usage = usage or Usage()


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """Vectors of texts, in their order. vectors: (n, D) unit length. usage: what they took."""

    vectors: Vectors
    usage: Usage = field(default_factory=Usage)


class Embedder(Protocol):
    """Makes vectors whose nearness is nearness of meaning."""

    @property
    def name(self) -> str:
        """The model, as asked for."""
        ...

    @property
    def fingerprint(self) -> str:
        """What vectors that may be compared have in common."""
        ...

    @property
    def provider(self) -> Provider | None:
        """Whom it is asked of, and paid; none for one on this machine, to which nothing is sent."""
        ...

    async def embed(self, texts: Sequence[str], *, purpose: Purpose, seconds: float) -> Embedded:
        """A vector for each text, over within `seconds` whatever happens. Raises EmbeddingFailed."""
        ...


class Embedders(Protocol):
    """Makes embedders; cheap to call, nothing is opened before the first text."""

    def __call__(self, choice: EmbedderChoice, *, provider: Provider | None, key: str) -> Embedder:
        """The embedder of this choice. key: the provider's secret, empty where none is needed."""
        ...

    async def pin(self, choice: EmbedderChoice) -> Pinned:
        """What stands in the directory of this choice. Raises EmbeddingFailed when it is no model, or cannot be used."""
        ...


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """A model's directory as it is now. sha256: over names and bytes of its files."""

    sha256: str
    dimensions: int


@dataclass(frozen=True, kw_only=True)
class Unembedded:
    """A passage without a vector of its present text."""

    id: str
    content_hash: str
    text: str


class EmbeddingStore(Protocol):
    """What the actor's workspace compares passages with, and their vectors."""

    async def settings(self, *, lock: bool = False) -> RetrievalSettings:
        """The settings; no embedder, in version 0, while nothing was saved. lock: nobody changes them meanwhile."""
        ...

    async def save(self, settings: RetrievalSettings) -> None:
        """Keep the settings and count their version up. Raises VersionConflict when somebody else changed them first."""
        ...

    async def note(self, settings: RetrievalSettings, *, dimensions: int | None, problem: str) -> None:
        """Keep how the last filling under these settings went, unless they were changed meanwhile."""
        ...

    async def filling(self, fingerprint: str) -> Filling:
        """How far the vectors of this fingerprint are."""
        ...

    async def missing(self, fingerprint: str, *, limit: int) -> Sequence[Unembedded]:
        """Passages without a vector of their present text, in the order of their ids."""
        ...

    async def keep(self, fingerprint: str, *, of: Sequence[Unembedded], vectors: Vectors) -> None:
        """Keep vectors in the place of older ones; none of a passage that has changed or gone meanwhile."""
        ...

    async def drop_others(self, fingerprint: str) -> None:
        """Drop every vector of other fingerprints."""
        ...

    async def lease(self, *, now: datetime, until: datetime) -> bool:
        """Whether nobody else makes vectors for this workspace now; if so, nobody else does before `until`."""
        ...

    async def hold(self, *, until: datetime | None) -> None:
        """Go on keeping others from making vectors, or let them."""
        ...
