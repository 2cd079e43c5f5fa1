"""How often somebody may do something. Counters are shared by all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nexusplanner.domain.shared import TooMany


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `times` at once, refilled evenly over `per`."""

    times: int
    per: timedelta


@dataclass(frozen=True, kw_only=True)
class Hit:
    """What one use of a limit came to. reset_after, retry_after: seconds; retry_after is 0 when it was allowed."""

    allowed: bool
    limit: int
    remaining: int
    reset_after: float
    retry_after: float

    def require(self) -> None:
        """Raise TooMany unless the use was allowed."""
        if not self.allowed:
            wait = max(1, round(self.retry_after + 0.5))
            raise TooMany(f"Too many at once. Try again in {wait} s.", details={"retry_after": wait})


class Limits(Protocol):
    """Counts uses. Each call is its own transaction: what a failed request used stays used."""

    async def hit(self, key: str, *, limit: Limit, now: datetime) -> Hit:
        """Use `key` once. A refused use costs nothing, so nobody is kept out for longer by trying."""
        ...

    async def forget(self, key: str) -> None:
        """Give everything back."""
        ...

    async def prune(self, *, now: datetime) -> int:
        """Drop counters that are full again; how many they were."""
        ...
