"""Where in a plan a claim stands, so that a person can waive or source exactly that one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from nexusplanner.domain.knowledge import Claim

LONGEST_REASON = 1000


class ClaimOwner(StrEnum):
    """What asserts it."""

    IDEA = "idea"
    CHANNEL = "channel"
    EXPLANATION = "explanation"


@dataclass(frozen=True, kw_only=True)
class ClaimPlace:
    """Whose claim it is. id: of the idea or the channel plan; none for the explanation, of which there is one."""

    owner: ClaimOwner
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PlacedClaim:
    """A claim with its place. name: the idea's theme, the channel, or empty."""

    place: ClaimPlace
    name: str
    claim: Claim
