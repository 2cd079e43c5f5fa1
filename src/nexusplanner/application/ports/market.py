"""What scoring market news needs from the world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from nexusplanner.domain.market.scoring import Standing
from nexusplanner.domain.market.terms import Terms
from nexusplanner.domain.shared import BrandId, CampaignId, ClusterId, ServiceId, SignalId
from nexusplanner.domain.signals import Signal, SignalState
from nexusplanner.domain.sources import Trust


@dataclass(frozen=True, kw_only=True)
class Known:
    """A signal whose words are known, without its text. irrelevant: whether it was dismissed as that."""

    id: SignalId
    brand_id: BrandId | None
    cluster_id: ClusterId
    timestamp: datetime
    state: SignalState
    irrelevant: bool
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A signal with its score. since: when it began to age."""

    known: Known
    since: datetime
    impact: float
    trust: Trust
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Scored:
    """What is kept of a signal's score. fingerprint: of everything it was worked out from. rank: see `Worth`."""

    signal_id: SignalId
    fingerprint: bytes
    terms: Terms
    standing: Standing
    rank: float


@dataclass(frozen=True, kw_only=True)
class Restanding:
    """A new standing of a signal whose words did not change."""

    signal_id: SignalId
    standing: Standing
    rank: float


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """How many stories spoke of a topic on a day, and the signals that told them."""

    topic: str
    day: date
    count: int
    signal_ids: tuple[SignalId, ...]


@dataclass(frozen=True, kw_only=True)
class Citing:
    """A campaign whose plan cites signals."""

    campaign_id: CampaignId
    signal_ids: frozenset[SignalId]


class Market(Protocol):
    """What is worked out about the signals of the actor's tenant."""

    async def unplaced(self, *, among: Collection[SignalId] | None = None, limit: int) -> Sequence[Signal]:
        """Signals without a score, newest first; only those `among` when given."""
        ...

    async def fingerprints(self, signal_ids: Collection[SignalId]) -> Mapping[SignalId, bytes]:
        """What the scores of those that have one were worked out from."""
        ...

    async def known(
        self, *, since: datetime | None = None, until: datetime | None = None, limit: int
    ) -> Sequence[Known]:
        """Signals with a score and a timestamp between these two, newest first."""
        ...

    async def placed(self, *, brand_id: BrandId | None, limit: int) -> Sequence[Placed]:
        """Signals with a score, newest first. brand_id: of the brand or of none in particular; all when none."""
        ...

    async def judged(self, *, limit: int) -> Sequence[Known]:
        """The newest signals that are watched or were dismissed as irrelevant."""
        ...

    async def contents(self, signal_ids: Collection[SignalId]) -> Mapping[SignalId, str]:
        """What those of these signals that are there say, without their titles."""
        ...

    async def keep(self, scored: Sequence[Scored]) -> None:
        """Keep the scores of signals that are kept; earlier ones of the same signals are replaced."""
        ...

    async def restand(self, found: Sequence[Restanding]) -> None:
        """Replace the standing and rank of signals that have a score."""
        ...

    async def per_day(self, *, brand_id: BrandId | None, first: date, last: date) -> Sequence[DayCount]:
        """Stories by topic and day of publication, in UTC; what was dismissed does not count."""
        ...

    async def per_day_of_services(self, *, brand_id: BrandId | None, first: date, last: date) -> Sequence[DayCount]:
        """The same by service spoken of; the topic is the service's id."""
        ...

    async def first_day(self, *, brand_id: BrandId | None) -> date | None:
        """The day of the oldest signal."""
        ...

    async def citing(self, signal_ids: Collection[SignalId]) -> Sequence[Citing]:
        """The newest campaigns that are not deleted and cite one of these."""
        ...

    async def service_names(self) -> Mapping[ServiceId, str]:
        """Names of all services that are not deleted."""
        ...
