"""What model calls cost, counted under limits: of the workspace and of each user a day, and of each campaign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from nexusplanner.domain.ai import SpendLimits
from nexusplanner.domain.shared import Invalid

MICROUNITS = 1_000_000
"""Of one US dollar."""
WHOLE_LIFE = date.min
"""The day of counters that are not counted anew each day."""
ALERT_LEVELS = (80, 100)
"""Percent of a limit at which the workspace is told."""
_CENT = MICROUNITS // 100


class Scope(StrEnum):
    """Whose spending is counted, in the order in which counters are locked."""

    WORKSPACE = "workspace"
    USER = "user"
    CAMPAIGN = "campaign"

    def limit(self, limits: SpendLimits) -> int | None:
        """The limit of this scope, in microunits."""
        return {
            Scope.WORKSPACE: limits.workspace_per_day,
            Scope.USER: limits.user_per_day,
            Scope.CAMPAIGN: limits.campaign,
        }[self]

    @property
    def limit_in_words(self) -> str:
        """What the limit is called."""
        return {
            Scope.WORKSPACE: "the workspace's daily limit for model calls",
            Scope.USER: "a user's daily limit for model calls",
            Scope.CAMPAIGN: "a campaign's limit for model calls",
        }[self]


@dataclass(frozen=True, kw_only=True)
class Counter:
    """What one limit is compared with. subject: the workspace, user or campaign. day: UTC, or `WHOLE_LIFE`."""

    scope: Scope
    subject: UUID
    day: date


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A counter against its limit. held: what calls under way may still cost. Amounts in microunits."""

    counter: Counter
    limit: int | None
    spent: int
    held: int = 0

    def takes(self, microunits: int) -> bool:
        """Whether this much more fits under the limit even if everything held is spent."""
        return self.limit is None or self.spent + self.held + microunits <= self.limit

    @property
    def share(self) -> float | None:
        """The part of the limit that is spent; above 1 when a limit was lowered. None without a limit."""
        if self.limit is None:
            return None
        return self.spent / self.limit if self.limit else float(self.spent > 0)

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels of `ALERT_LEVELS` that are reached."""
        limit = self.limit
        if limit is None or self.spent <= 0:
            return ()
        return tuple(level for level in ALERT_LEVELS if self.spent * 100 >= level * limit)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A level of a limit that was reached. spent, limit: in microunits, as they were then."""

    counter: Counter
    level: int
    spent: int
    limit: int
    at: datetime

    @property
    def share(self) -> float:
        """The part of the limit that was spent."""
        return self.spent / self.limit if self.limit else 1.0

    @property
    def text(self) -> str:
        """In words."""
        amounts = f"(${dollars(self.spent)} of ${dollars(self.limit)})"
        if self.level >= 100:
            whose = self.counter.scope.limit_in_words
            return f"{whose[0].upper()}{whose[1:]} is used up {amounts}: rules write what does not fit any more."
        return f"{self.level} % of {self.counter.scope.limit_in_words} is spent {amounts}."


def tightest(standings: Iterable[Standing], *, microunits: int) -> Standing | None:
    """The first counter that has no room for this much more."""
    return next((each for each in standings if not each.takes(microunits)), None)


def dollars(microunits: int) -> str:
    """US dollars in at least two decimals and as many as the amount has: "20.00", "0.000123"."""
    whole, part = divmod(abs(microunits), MICROUNITS)
    digits = f"{part:06d}"
    shown = digits[:2] + digits[2:].rstrip("0")
    return f"{'-' if microunits < 0 else ''}{whole}.{shown}"


def limit_of(text: str) -> int:
    """A limit in microunits from US dollars such as "20.00". Raises Invalid."""
    cleaned = text.strip()
    whole, point, part = cleaned.partition(".")
    plain = whole.isascii() and whole.isdigit() and len(whole) <= 9
    if not plain or (point and not (part.isascii() and part.isdigit() and len(part) <= 2)):
        raise Invalid(f"{cleaned[:20]!r} is not an amount of US dollars. Write it like 20.00.")
    return int(whole) * MICROUNITS + int((part or "0").ljust(2, "0")) * _CENT
