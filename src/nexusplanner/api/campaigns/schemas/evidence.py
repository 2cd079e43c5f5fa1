"""Claims that no source supports, and what a person does about one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from nexusplanner.api.shapes import Input, Shape
from nexusplanner.domain.campaigns import ClaimOwner, ClaimPlace
from nexusplanner.domain.campaigns.claims import LONGEST_REASON
from nexusplanner.domain.knowledge import Stance

Verbatim = Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=8000)]


class UnsupportedClaim(Shape):
    """A claim without a supporting source. owner_name: the idea's theme or the channel's name.

    waived_reason: why a person let it stand; empty while nobody did. waived_by: the user.
    """

    owner: ClaimOwner
    owner_id: UUID | None
    owner_name: str
    text: str
    waived_reason: str
    waived_by: UUID | None
    waived_at: datetime | None


class UnsupportedClaims(Shape):
    """Claims of a plan without a supporting source, in the order of the plan."""

    items: list[UnsupportedClaim]


class ClaimInput(Input):
    """A claim, by where it stands and its words. owner_id: of the idea or channel strategy; none for the explanation."""

    owner: ClaimOwner
    owner_id: UUID | None = None
    text: Verbatim

    @property
    def place(self) -> ClaimPlace:
        """Where it stands."""
        return ClaimPlace(owner=self.owner, id=self.owner_id)


class WaiverInput(ClaimInput):
    """A claim that may stand without a source, and why."""

    reason: Annotated[str, Field(max_length=LONGEST_REASON)]


class ClaimSourceInput(ClaimInput):
    """A claim and the words of a passage that speak of it."""

    passage_id: Annotated[str, Field(min_length=1, max_length=200)]
    quote: Verbatim
    stance: Stance = Stance.SUPPORTS
