"""How a plan's money is to fall over the weeks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nexusplanner.domain.shared import DateRange, FieldErrors, Money

LONGEST_RUN = 52
MOST_RULES = 100


class FlightPattern(StrEnum):
    """The shape of a channel's money over the weeks.

    optimised: as the response and its carry-over have it. custom: as a person put it.
    """

    EVEN = "even"
    FRONT_LOADED = "front_loaded"
    BACK_LOADED = "back_loaded"
    PULSING = "pulsing"
    OPTIMISED = "optimised"
    CUSTOM = "custom"


@dataclass(frozen=True, kw_only=True)
class Hiatus:
    """Days in which a channel does not run; every channel when it is empty. A week it touches stays without money."""

    channel: str = ""
    dates: DateRange


@dataclass(frozen=True, kw_only=True)
class WeeklyMaximum:
    """The most a channel may get in one week."""

    channel: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class FlightRules:
    """How money is to fall over the weeks. shortest: weeks that a channel runs at least once it runs."""

    pattern: FlightPattern = FlightPattern.EVEN
    shortest: int = 1
    hiatus: tuple[Hiatus, ...] = ()
    weekly_maximums: tuple[WeeklyMaximum, ...] = ()

    def paused(self, channel: str, *, week: DateRange) -> bool:
        """Whether the channel pauses in the week."""
        return any(
            each.channel in {"", channel} and each.dates.start <= week.end and week.start <= each.dates.end
            for each in self.hiatus
        )

    def maximum(self, channel: str) -> Money | None:
        """The most the channel may get in one week, when it was said."""
        return next((each.amount for each in self.weekly_maximums if each.channel == channel), None)

    def check(self, errors: FieldErrors, *, currency: str, dates: DateRange | None) -> None:
        """Remember what is wrong, by field. dates: of the campaign, when they make sense."""
        errors.check(
            1 <= self.shortest <= LONGEST_RUN, "flighting.shortest", f"Use a whole number of weeks, 1 to {LONGEST_RUN}."
        )
        errors.check(len(self.hiatus) <= MOST_RULES, "flighting.hiatus", f"At most {MOST_RULES}.")
        for index, pause in enumerate(self.hiatus):
            apart = dates is not None and (pause.dates.end < dates.start or dates.end < pause.dates.start)
            errors.check(not apart, f"flighting.hiatus.{index}", "These days lie outside the campaign.")
        capped = [each.channel for each in self.weekly_maximums]
        errors.check(len(set(capped)) == len(capped), "flighting.weekly_maximums", "One maximum per channel.")
        for index, cap in enumerate(self.weekly_maximums):
            where = f"flighting.weekly_maximums.{index}"
            errors.check(bool(cap.channel), where, "Name the channel.")
            errors.check(cap.amount.currency == currency, where, f"Use {currency} as the budget does.")
            errors.check(cap.amount.amount > 0, where, "Use an amount above zero, or a hiatus.")
