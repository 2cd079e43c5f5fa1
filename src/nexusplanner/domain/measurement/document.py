"""What a model says of the past: series, channels, and how well it met weeks it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import DateRange, Estimate


@dataclass(frozen=True, kw_only=True)
class Series:
    """Mean, 5 % and 95 % points by week; three lists of one length, empty when nothing is known."""

    mean: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The last weeks, which a fit did not see, and what it expected of them; lists of one length.

    low, high: the 90 % band, empty when the fit gave none. wmape: sum of absolute errors over sum of absolute outcomes.
    coverage: share of weeks inside the band. bias: sum of errors (expected less actual) over sum of absolute outcomes.
    """

    dates: tuple[date, ...]
    actual: tuple[float, ...]
    expected: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    wmape: float
    coverage: float | None = None
    bias: float


@dataclass(frozen=True, kw_only=True)
class MeasuredChannel:
    """One channel in a model; figures that the model does not know are None.

    roi: outcome per currency unit over all weeks; marginal_roi: of the last unit. contribution: outcome over all weeks;
    weekly: by week. share: of the fitted outcome. adstock: share of an effect carried into the next week. half: weekly
    currency units at half effect. spend: over all weeks; spend_seen: in the largest week. experiments: ids of those the
    fit used.
    """

    channel: str
    quality: QualityClass
    quality_reason: str
    roi: Estimate | None = None
    marginal_roi: Estimate | None = None
    contribution: Estimate | None = None
    weekly: Series = field(default_factory=Series)
    spend: float = 0.0
    share: float | None = None
    adstock: float | None = None
    half: float | None = None
    slope: float | None = None
    spend_seen: float | None = None
    experiments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelDocument:
    """The diagnostics of one model over its training weeks.

    dates: the first day of each week. cannot_tell: what the data cannot tell, in sentences. diagnosis: figures on how
    the fit itself went. settings: how it was fitted, JSON-able.
    """

    dates: tuple[date, ...] = ()
    outcome: tuple[float, ...] = ()
    fitted: Series = field(default_factory=Series)
    baseline: Series = field(default_factory=Series)
    residuals: tuple[float, ...] = ()
    holdout: HeldOut | None = None
    channels: tuple[MeasuredChannel, ...] = ()
    cannot_tell: tuple[str, ...] = ()
    diagnosis: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def brought(self, channel: str, *, during: DateRange) -> float | None:
        """What a measured channel brought on these days, by weeks and parts of weeks.

        None when the model did not see all of them or cannot tell the channel apart.
        """
        found = next((each for each in self.channels if each.channel == channel), None)
        if found is None or found.quality is not QualityClass.MEASURED:
            return None
        days, total = 0, 0.0
        for first, mean in zip(self.dates, found.weekly.mean, strict=False):
            start, end = max(first, during.start), min(first + timedelta(days=6), during.end)
            inside = max((end - start).days + 1, 0)
            days, total = days + inside, total + mean * inside / 7
        return total if days == during.days else None
