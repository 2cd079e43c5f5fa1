"""What has to be done by the clock: records of a workspace that are due again and again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from nexusplanner.domain.shared import TenantId

if TYPE_CHECKING:
    from nexusplanner.application.ports.unit_of_work import UnitOfWork


class Scheduled(StrEnum):
    """What kinds of records are due by the clock."""

    SOURCE = "source"
    CONNECTION = "connection"
    SEGMENTS = "segments"


@dataclass(frozen=True, kw_only=True)
class Due:
    """A record that is due."""

    tenant_id: TenantId
    kind: Scheduled
    record_id: UUID
    due_at: datetime


class Schedules(Protocol):
    """The schedule of the actor's tenant."""

    async def put(self, kind: Scheduled, record_id: UUID, *, due_at: datetime) -> None:
        """Make the record due then, whatever was planned for it before."""
        ...

    async def drop(self, kind: Scheduled, record_id: UUID) -> None:
        """Never make it due again."""
        ...

    async def still_due(self, due: Due, *, lease: datetime, lock: bool = False) -> bool:
        """Whether the record is due as it was taken, under the lease that ends then. lock: until the transaction ends."""
        ...


class DueRecords(Protocol):
    """The schedules of all tenants."""

    async def take(self, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Due]:
        """What is due, longest due first. Nobody else is given it until the lease ends; a new `put` ends it too."""
        ...


StartDue = Callable[["UnitOfWork", UUID, datetime], Awaitable[datetime | None]]
"""Starts what is due for a record at an instant and says when it is due again; None when the record is gone."""
