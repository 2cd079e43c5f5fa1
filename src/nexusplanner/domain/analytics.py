"""Actuals: what really happened, by channel and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nexusplanner.domain.shared import BrandId, FieldErrors, Money


class ActualRole(StrEnum):
    """What a brand-wide figure is to the model."""

    OUTCOME = "outcome"
    CONTROL = "control"


@dataclass(frozen=True, kw_only=True)
class ChannelActual:
    """Spend and delivery of one channel in the period that starts on `day`."""

    brand_id: BrandId
    day: date
    channel: str
    spend: Money
    impressions: int | None = None
    clicks: int | None = None

    def check(self) -> None:
        """Raise Invalid unless the figures are possible."""
        errors = FieldErrors()
        errors.check(bool(self.channel.strip()), "channel", "Name the channel.")
        errors.check(self.spend.amount >= 0, "spend", "Spend cannot be negative.")
        errors.check((self.impressions or 0) >= 0, "impressions", "Impressions cannot be negative.")
        errors.check((self.clicks or 0) >= 0, "clicks", "Clicks cannot be negative.")
        errors.raise_if_any("actual")


@dataclass(frozen=True, kw_only=True)
class BrandActual:
    """A figure of the whole brand in the period that starts on `day`: its outcome, or a control such as price."""

    brand_id: BrandId
    day: date
    metric: str
    role: ActualRole
    value: float
