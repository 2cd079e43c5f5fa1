"""Actuals: what really happened, by channel and day."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, kw_only=True)
class History:
    """Actuals as one table. spend: major units, by channel in the order of `channels`; one row per day in `days`.

    Days without an outcome are left out; a channel without a row on a day spent nothing. controls: those with a value
    on every day.
    """

    days: tuple[date, ...]
    channels: tuple[str, ...]
    spend: tuple[tuple[float, ...], ...]
    outcome: tuple[float, ...]
    control_names: tuple[str, ...]
    controls: tuple[tuple[float, ...], ...]


def history(channels: Sequence[ChannelActual], *, brand: Sequence[BrandActual], outcome: str) -> History:
    """Join the rows of a brand; `outcome` names the metric to explain."""
    outcomes = {row.day: row.value for row in brand if row.role is ActualRole.OUTCOME and row.metric == outcome}
    days = tuple(sorted(outcomes))
    spent = {(row.day, row.channel): row.spend.major for row in channels}
    names = tuple(sorted({channel for day, channel in spent if day in outcomes}))
    controls = {(row.day, row.metric): row.value for row in brand if row.role is ActualRole.CONTROL}
    metrics = sorted({metric for _, metric in controls})
    full = tuple(metric for metric in metrics if all((day, metric) in controls for day in days))
    return History(
        days=days,
        channels=names,
        spend=tuple(tuple(spent.get((day, name), 0.0) for name in names) for day in days),
        outcome=tuple(outcomes[day] for day in days),
        control_names=full,
        controls=tuple(tuple(controls[day, metric] for metric in full) for day in days),
    )
