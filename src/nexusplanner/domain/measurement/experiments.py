"""Lift experiments: what a channel was shown to bring over some days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from uuid import uuid4

from nexusplanner.domain.shared import (
    IMPLAUSIBLE,
    BrandId,
    DateRange,
    Estimate,
    ExperimentId,
    FieldErrors,
    TenantId,
    plausible,
)

LONGEST_DAYS = 366


@dataclass(eq=False, kw_only=True)
class Experiment:
    """The result of a lift test: incremental outcome of one channel over the days from start to end.

    lift: mean and 90 % interval, in units of the brand's outcome. method: how it was measured ("geo holdout").
    """

    id: ExperimentId = field(default_factory=lambda: ExperimentId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    channel: str
    start_date: date
    end_date: date
    lift: Estimate
    method: str = ""
    notes: str = ""
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make an experiment."""
        errors = FieldErrors()
        errors.check(bool(self.channel.strip()), "channel", "Name the channel that was tested.")
        errors.check(plausible(self.start_date), "start_date", IMPLAUSIBLE)
        errors.check(plausible(self.end_date), "end_date", IMPLAUSIBLE)
        errors.check(self.start_date <= self.end_date, "end_date", "The end must not lie before the start.")
        days = (self.end_date - self.start_date).days + 1
        errors.check(days <= LONGEST_DAYS, "end_date", "A test lasts a year at most.")
        self._check_lift(errors)
        errors.check(len(self.method) <= 200, "method", "Keep the method below 200 characters.")
        errors.check(len(self.notes) <= 4000, "notes", "Keep the notes below 4,000 characters.")
        errors.raise_if_any("experiment")

    def _check_lift(self, errors: FieldErrors) -> None:
        lift = self.lift
        finite = all(isfinite(each) for each in (lift.mean, lift.low, lift.high))
        errors.check(finite, "lift", "Give plain numbers.")
        errors.check(
            not finite or lift.low < lift.mean < lift.high,
            "lift",
            "The mean must lie inside the interval, between its low and its high end.",
        )

    def require_known(self, known: Callable[[str], bool]) -> None:
        """Raise Invalid unless `known` knows the channel."""
        errors = FieldErrors()
        errors.check(
            known(self.channel),
            "channel",
            "Use a channel of the brand's actuals or of the reference list.",
        )
        errors.raise_if_any("experiment")

    @property
    def dates(self) -> DateRange:
        """The days of the test."""
        return DateRange(self.start_date, self.end_date)
