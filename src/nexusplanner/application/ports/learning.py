"""What learning needs to keep. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from nexusplanner.domain.learning import Forgotten, Made
from nexusplanner.domain.outcomes import Event, Outcome
from nexusplanner.domain.shared import BrandId


class LearningStore(Protocol):
    """What proposals of the actor's tenant were made of, what became of them, and what of that was forgotten."""

    async def made(self, ids: Collection[UUID]) -> Mapping[UUID, Made]:
        """What these ideas and channel plans were made of; unknown ones are left out."""
        ...

    async def made_for(self, brand_id: BrandId, *, limit: int) -> Sequence[Made]:
        """The newest ideas of the brand, newest first."""
        ...

    async def keep_made(self, made: Iterable[Made]) -> None:
        """Keep what new proposals are made of; what is known of one stays."""
        ...

    async def outcomes(self, brand_id: BrandId, *, events: Collection[Event], limit: int) -> Sequence[Outcome]:
        """The newest outcomes of the brand's campaigns that somebody decided, newest first."""
        ...

    async def outcomes_of(self, ids: Collection[UUID], *, event: Event) -> Mapping[UUID, Outcome]:
        """What became of these subjects."""
        ...

    async def forgotten(self, brand_id: BrandId) -> Sequence[Forgotten]:
        """What is to be forgotten."""
        ...

    async def forget(self, forgotten: Forgotten) -> None:
        """Forget, adding to what was forgotten of the same memory before."""
        ...
