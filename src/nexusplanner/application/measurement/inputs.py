"""What a model is fitted to: the brand's actuals and its experiments, with the hash that names them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from nexusplanner.domain.analytics import History
from nexusplanner.domain.measurement import Experiment
from nexusplanner.domain.planning.fit.fitting import FitData, LiftExperiment
from nexusplanner.domain.shared import Invalid

METHOD = "1"
"""Version of the way models are made; a new one makes every model stale."""

LEAST_WEEKS = 26
"""Below half a year nothing can be measured (see `planning.quality`), so a refit would only repeat assumptions."""


class TooLittleHistory(Invalid):
    """There are too few actuals to fit a model."""

    code = "TOO_LITTLE_HISTORY"


@dataclass(frozen=True, kw_only=True)
class UsedExperiment:
    """An experiment as a fit uses it. id: of its record. Figures as in `Experiment`."""

    id: str
    channel: str
    start: date
    end: date
    lift: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ModelInput:
    """Everything a model depends on; equal inputs give equal models.

    experiments: those whose days lie inside the history. warnings: why others are left out.
    """

    past: History
    experiments: tuple[UsedExperiment, ...] = ()
    warnings: tuple[str, ...] = ()
    outcome_name: str
    outcome_is_money: bool
    currency: str

    @property
    def days_per_row(self) -> int:
        """1 for daily rows, 7 for weekly ones."""
        days = self.past.days
        return 1 if len(days) > 1 and (days[1] - days[0]).days == 1 else 7

    @property
    def weeks(self) -> int:
        """Whole weeks of history."""
        return len(self.past.days) * self.days_per_row // 7 if self.past.channels else 0

    @property
    def until(self) -> date | None:
        """The last day the history covers."""
        return self.past.days[-1] + timedelta(days=self.days_per_row - 1) if self.past.days else None

    @property
    def history_hash(self) -> str:
        """SHA-256 of the actuals alone."""
        return _hash(asdict(self.past))

    @property
    def experiments_hash(self) -> str:
        """SHA-256 of the experiments alone, whatever their ids."""
        return _hash([{**asdict(each), "id": ""} for each in self.experiments])

    @property
    def input_hash(self) -> str:
        """SHA-256 of everything."""
        return _hash(
            [METHOD, self.history_hash, self.experiments_hash, self.outcome_name, self.outcome_is_money, self.currency]
        )

    @property
    def seed(self) -> int:
        """The seed of every draw, from the hash."""
        return int(self.input_hash[:8], 16)

    def require_enough(self) -> None:
        """Raise TooLittleHistory unless a channel could be measured."""
        if self.weeks < LEAST_WEEKS:
            raise TooLittleHistory(
                f"There are {self.weeks} weeks with both spend and {self.outcome_name}; a refit needs {LEAST_WEEKS}. "
                "Import more actuals.",
                details={"weeks": self.weeks, "needed": LEAST_WEEKS},
            )

    def fit_data(self) -> FitData:
        """The same as arrays. Raises FitDataError."""
        past = self.past
        return FitData(
            dates=past.days,
            outcome=np.array(past.outcome),
            spend=np.array(past.spend).reshape(len(past.days), len(past.channels)),
            channels=past.channels,
            controls=np.array(past.controls).reshape(len(past.days), len(past.control_names)),
            control_names=past.control_names,
        )

    def lift_experiments(self) -> tuple[LiftExperiment, ...]:
        """The experiments as a fit takes them."""
        return tuple(
            LiftExperiment(
                channel=each.channel, start=each.start, end=each.end, lift=each.lift, low=each.low, high=each.high
            )
            for each in self.experiments
        )


def model_input(
    past: History,
    *,
    experiments: Iterable[Experiment] = (),
    outcome_name: str = "outcome",
    outcome_is_money: bool,
    currency: str = "",
) -> ModelInput:
    """The input for a brand; experiments that the history cannot place are left out with a warning."""
    bare = ModelInput(past=past, outcome_name=outcome_name, outcome_is_money=outcome_is_money, currency=currency)
    used, warnings = [], []
    for each in experiments:
        problem = _unusable(each, bare)
        if problem:
            name = f"The experiment on {each.channel} ({each.start_date} to {each.end_date})"
            warnings.append(f"{name} is left out: {problem}.")
            continue
        used.append(
            UsedExperiment(
                id=str(each.id),
                channel=each.channel,
                start=each.start_date,
                end=each.end_date,
                lift=each.lift.mean,
                low=each.lift.low,
                high=each.lift.high,
            )
        )
    used.sort(key=lambda each: (each.channel, each.start, each.end, each.lift, each.low, each.high))
    return ModelInput(
        past=past,
        experiments=tuple(used),
        warnings=tuple(warnings),
        outcome_name=outcome_name,
        outcome_is_money=outcome_is_money,
        currency=currency,
    )


def _unusable(experiment: Experiment, given: ModelInput) -> str:
    """Why the experiment cannot enter a fit of this history, or ""."""
    past, until = given.past, given.until
    if until is None or experiment.channel not in past.channels:
        return "there are no actuals of the channel"
    if experiment.start_date < past.days[0] or experiment.end_date > until:
        return f"its days lie outside the actuals ({past.days[0]} to {until})"
    column = past.channels.index(experiment.channel)
    spent = sum(
        row[column]
        for day, row in zip(past.days, past.spend, strict=True)
        if day + timedelta(days=given.days_per_row - 1) >= experiment.start_date and day <= experiment.end_date
    )
    return "" if spent > 0 else "nothing was spent on the channel in those days"


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()
