"""What outcomes of proposals need to be kept. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.outcomes import Event, Outcome, OutcomeState
from nexusplanner.domain.shared import CampaignId


@dataclass(frozen=True, kw_only=True)
class DayOfOutcomes:
    """How many proposals were decided on a day, by what became of them."""

    day: date
    accepted: int
    edited: int
    rejected: int


class Outcomes(Protocol):
    """Outcomes of the actor's tenant, and what was learnt from them."""

    async def undecided(self, campaign_id: CampaignId, *, at: datetime) -> Sequence[Outcome]:
        """Those of the campaign whose time is not over, whatever was decided so far."""
        ...

    async def resolved(self, event: Event, *, at: datetime, limit: int) -> Sequence[Outcome]:
        """The newest whose time is over."""
        ...

    async def subjects(self, campaign_id: CampaignId, *, event: Event) -> set[UUID]:
        """What the campaign's outcomes of this event are about."""
        ...

    def add(self, outcome: Outcome) -> None:
        """Keep a new outcome."""
        ...

    async def calibration(self, event: Event) -> Calibration | None:
        """What was learnt of the event when it was last looked at."""
        ...

    async def keep_calibration(self, event: Event, calibration: Calibration) -> None:
        """Keep what was learnt, instead of what was known before."""
        ...

    async def counts(self, event: Event, *, at: datetime) -> Mapping[OutcomeState, int]:
        """How many there are by what became of them so far; those whose time ran out as LAPSED."""
        ...

    async def count_resolved(self, event: Event, *, at: datetime) -> int:
        """How many there are whose time is over."""
        ...

    async def days(self, event: Event, *, since: datetime) -> Sequence[DayOfOutcomes]:
        """Decisions by day (UTC), oldest first."""
        ...
