"""What is kept of how a workspace uses language models: settings, keys, and what calls cost. Adapters: infrastructure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from nexusplanner.application.ports.models import CallMade, Keys, Spender
from nexusplanner.domain.ai import AiSettings
from nexusplanner.domain.shared import UserId
from nexusplanner.domain.spending import Alert, Counter, Standing


class AiStore(Protocol):
    """How the actor's workspace uses language models."""

    async def settings(self, *, lock: bool = False) -> AiSettings:
        """The settings; the defaults, in version 0, while nothing was saved. lock: nobody changes them meanwhile."""
        ...

    async def save(self, settings: AiSettings) -> None:
        """Keep the settings and count their version up. Raises VersionConflict when they were read before another change."""
        ...

    async def with_keys(self) -> tuple[AiSettings, Keys]:
        """The settings and the providers' secrets in clear, by name, as they stood together at one moment.

        The secrets are for handing to `LanguageModels` and nothing else.
        """
        ...

    async def set_key(self, provider: str, *, key: str, at: datetime) -> None:
        """Seal and keep the provider's secret, instead of an earlier one."""
        ...

    async def remove_key(self, provider: str) -> bool:
        """Destroy the provider's secret. Whether there was one."""
        ...

    async def key_dates(self) -> Mapping[str, datetime]:
        """When each provider's secret was set."""
        ...


@dataclass(frozen=True, kw_only=True)
class KeptCall:
    """One try at a model, as it is kept. id: of its reservation when it had one, so that it is kept once."""

    id: UUID
    spender: Spender
    call: CallMade
    at: datetime


class SpendStore(Protocol):
    """Counters, reservations, calls and alerts of the actor's workspace. Amounts in microunits."""

    async def lock(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """How each counter stands against its limit; nobody else changes them until this transaction ends."""
        ...

    async def standings(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """The same for showing."""
        ...

    async def hold(self, reservation: UUID, *, counters: Sequence[Counter], microunits: int, until: datetime) -> None:
        """Hold this much under the counters until it is released or `until` has come."""
        ...

    async def release(self, reservation: UUID) -> tuple[Counter, ...]:
        """Give back what the reservation holds, even if it lapsed; what it was held under, nothing when unknown."""
        ...

    async def drop_lapsed(self, *, before: datetime) -> None:
        """Forget reservations that lapsed before this instant."""
        ...

    async def note(self, call: KeptCall) -> bool:
        """Keep the call; False when it is kept already."""
        ...

    async def charge(self, counters: Sequence[Counter], *, microunits: int, now: datetime) -> tuple[Standing, ...]:
        """Add to the counters; how they stand after it."""
        ...

    async def alert(self, alert: Alert) -> bool:
        """Keep the alert; False when this level of the counter was reached before."""
        ...

    async def alerts(self, *, first: date, last: date) -> tuple[Alert, ...]:
        """Alerts of these days (UTC), newest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class UsageTotals:
    """What calls took. cost: in microunits. failed: tries without a usable answer."""

    cost: int = 0
    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class DayUsage:
    """Of one day (UTC)."""

    day: date
    cost: int
    calls: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class StepUsage:
    """Of one step. latency_ms: the mean of a try."""

    step: str
    cost: int
    calls: int
    failed: int
    latency_ms: int


@dataclass(frozen=True, kw_only=True)
class ModelUsage:
    """Of one model. model: as it named itself, else as it was asked for."""

    provider: str
    model: str
    cost: int
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, kw_only=True)
class UserUsage:
    """Of one person. name: empty for somebody who is gone."""

    user_id: UserId
    name: str
    cost: int
    calls: int


@dataclass(frozen=True, kw_only=True)
class RunCosts:
    """What recent runs with model calls took on average. runs: how many; cost: microunits."""

    runs: int = 0
    cost: int = 0


class UsageReads(Protocol):
    """What model calls took between two days (UTC), both included."""

    async def total(self, *, first: date, last: date) -> UsageTotals:
        """Of everything."""
        ...

    async def days(self, *, first: date, last: date) -> tuple[DayUsage, ...]:
        """By day, only days with calls, oldest first."""
        ...

    async def steps(self, *, first: date, last: date) -> tuple[StepUsage, ...]:
        """By step, dearest first."""
        ...

    async def models(self, *, first: date, last: date) -> tuple[ModelUsage, ...]:
        """By model, dearest first."""
        ...

    async def users(self, *, first: date, last: date, only: UserId | None = None) -> tuple[UserUsage, ...]:
        """By person, dearest first; of one alone when asked."""
        ...

    async def recent_generations(self, *, since: datetime) -> RunCosts:
        """The mean of generations that asked a model since then."""
        ...
