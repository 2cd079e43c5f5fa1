"""What a fit reads: weekly rows, the settings, and the named errors for rows that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.shared import Invalid

OutcomeKind = Literal["money", "count"]
Method = Literal["auto", "laplace", "sample"]
Adstock = Literal["geometric", "delayed"]
Curve = Literal["hill", "concave"]

MINIMUM_WEEKS = 8
WEEK = 7


class FitDataError(Invalid):
    """The rows cannot be fitted; the message says what to change."""

    code = "FIT_DATA_UNUSABLE"


class TooFewRows(FitDataError):
    """There are fewer rows than any fit can use."""


class UnevenDates(FitDataError):
    """Dates repeat, leave gaps, or are neither daily nor weekly."""


class BadValue(FitDataError):
    """A cell is missing, infinite or negative where it must not be."""


class NothingToFit(FitDataError):
    """The outcome never changes, or there is no channel."""


@dataclass(frozen=True, kw_only=True)
class CurveShape:
    """What is believed about the shape of a channel's curve, from a benchmark.

    half: weekly currency units at half effect, > 0. half_spread, slope_spread: standard deviations of the logarithms.
    slope: > 0. retention: in (0, 1); retention_spread: standard deviation of its logit.
    """

    half: float
    half_spread: float
    slope: float
    slope_spread: float
    retention: float
    retention_spread: float


@dataclass(frozen=True, kw_only=True)
class ChannelPrior:
    """What is believed about one channel before its rows are read.

    median: ROI (money) or share of the outcome (count); with a `shape`, the return of the first spend instead, outcome
    per currency unit for either kind. spread: standard deviation of its logarithm. source: words for the reader; a
    prior with a source marks a channel the rows say little about as borrowed.
    """

    median: float
    spread: float
    source: str = ""
    shape: CurveShape | None = None


@dataclass(frozen=True, kw_only=True)
class LiftExperiment:
    """A lift test: what one channel's spend on the days from start to end added to the outcome of those days.

    lift, low, high: outcome units, the estimate with its 90 % interval. spend: currency units over those days, needed
    only when they lie outside the rows. Raises FitDataError for an interval that is none.
    """

    channel: str
    start: date
    end: date
    lift: float
    low: float
    high: float
    spend: float | None = None

    def __post_init__(self) -> None:
        """Raise FitDataError unless low < lift < high and the days are in order."""
        if not -np.inf < self.low < self.lift < self.high < np.inf:
            raise FitDataError(f"experiment on {self.channel}: the lift must lie inside its interval")
        if self.end < self.start:
            raise FitDataError(f"experiment on {self.channel}: it ends before it starts")
        if self.spend is not None and not 0 < self.spend < np.inf:
            raise FitDataError(f"experiment on {self.channel}: spend must be above 0")


@dataclass(frozen=True, kw_only=True)
class FitConfig:
    """Settings of a fit.

    holdout: rows at the end kept out of the fit and scored. kind: money outcomes get a prior on ROI, counts a
    scale-free prior on each channel's share. draws: joint posterior draws wanted. harmonics: most yearly Fourier pairs.
    method: "laplace" is the quick approximation, "sample" the sampler, "auto" the first when it is good enough.
    adstock: "delayed" lets a channel's effect peak some weeks after the spend. saturation: "concave" fixes every slope at
    one, whatever the priors say: each unit brings less than the one before. holidays: days by name; each name is an
    effect of its own, the same for every such day, drawn towards nothing.
    """

    holdout: int = 0
    kind: OutcomeKind = "money"
    draws: int = 400
    harmonics: int = 2
    priors: Mapping[str, ChannelPrior] = field(default_factory=dict)
    method: Method = "auto"
    adstock: Adstock = "geometric"
    saturation: Curve = "hill"
    experiments: tuple[LiftExperiment, ...] = ()
    holidays: Mapping[str, tuple[date, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class FitData:
    """Rows of one brand in one currency, one per day or per week, oldest first.

    outcome: (T,). spend: (T, C) currency units, >= 0. controls: (T, K). dates are the first day of each row's period.
    """

    dates: tuple[date, ...]
    outcome: FloatArray
    spend: FloatArray
    channels: tuple[str, ...]
    controls: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    control_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise a named error for rows that no fit can use."""
        rows = len(self.dates)
        if not self.channels:
            raise NothingToFit("name at least one spend column")
        if len(set(self.channels)) != len(self.channels):
            raise FitDataError("a spend column is named twice")
        if not self.control_names:
            object.__setattr__(self, "controls", np.zeros((rows, 0)))
        self._check_shapes(rows)
        for name, column in self._columns():
            bad = np.flatnonzero(~np.isfinite(column))
            if bad.size:
                raise BadValue(f"row of {self.dates[bad[0]]}, column {name}: not a finite number: fill it in")
        negative = np.argwhere(self.spend < 0)
        if negative.size:
            row, channel = negative[0]
            raise BadValue(f"row of {self.dates[row]}, column {self.channels[channel]}: spend must not be negative")

    def _check_shapes(self, rows: int) -> None:
        expected = {
            "outcome": (rows,),
            "spend": (rows, len(self.channels)),
            "controls": (rows, len(self.control_names)),
        }
        for name, shape in expected.items():
            found = getattr(self, name).shape
            if found != shape:
                raise FitDataError(f"{name} has shape {found}, expected {shape}")

    def _columns(self) -> list[tuple[str, FloatArray]]:
        return [
            ("outcome", self.outcome),
            *zip(self.channels, self.spend.T, strict=True),
            *zip(self.control_names, self.controls.T, strict=True),
        ]


@dataclass(frozen=True, kw_only=True, eq=False)
class WeeklyRows:
    """Checked weekly rows, with the words for what was changed on the way."""

    data: FitData
    holdout: int
    notes: tuple[str, ...]


def weekly(data: FitData, *, holdout: int) -> WeeklyRows:
    """Sort the rows, check their spacing, and sum daily rows to weeks that end on the last day.

    Controls are averaged within a week; a daily holdout is rounded up to whole weeks.
    Raises: UnevenDates, TooFewRows, NothingToFit.
    """
    ordered = _sorted(data)
    if holdout < 0:
        raise FitDataError("holdout must be 0 or more rows")
    spacing = _spacing(ordered.dates)
    notes: list[str] = []
    if spacing == 1:
        ordered, dropped = _to_weeks(ordered)
        holdout = -(-holdout // WEEK)
        notes.append("daily rows were summed to weeks ending on the last day")
        if dropped:
            notes.append(f"the first {dropped} days are not a full week and were left out")
    training = len(ordered.dates) - holdout
    if training < MINIMUM_WEEKS:
        raise TooFewRows(f"{training} training weeks: give at least {MINIMUM_WEEKS} (26 or more to measure anything)")
    if np.ptp(ordered.outcome[:training]) <= 0:
        raise NothingToFit("the outcome is the same in every training row: there is nothing to explain")
    return WeeklyRows(data=ordered, holdout=holdout, notes=tuple(notes))


def _sorted(data: FitData) -> FitData:
    order = np.array(sorted(range(len(data.dates)), key=lambda row: data.dates[row]), dtype=np.intp)
    return FitData(
        dates=tuple(data.dates[row] for row in order),
        outcome=np.asarray(data.outcome[order], dtype=np.float64),
        spend=np.asarray(data.spend[order], dtype=np.float64),
        channels=data.channels,
        controls=np.asarray(data.controls[order], dtype=np.float64),
        control_names=data.control_names,
    )


def _spacing(dates: tuple[date, ...]) -> int:
    """Days between rows, 1 or 7; a repeated, missing or otherwise spaced date raises UnevenDates."""
    if len(dates) < MINIMUM_WEEKS:
        raise TooFewRows(f"{len(dates)} rows: give at least {MINIMUM_WEEKS} weeks (26 or more to measure anything)")
    steps = [(after - before).days for before, after in pairwise(dates)]
    for before, step in zip(dates, steps, strict=False):
        if step == 0:
            raise UnevenDates(f"{before} stands in two rows: sum them or remove one")
    usual = int(np.median(steps))
    if usual not in (1, WEEK):
        raise UnevenDates(f"rows are {usual} days apart: give one row per day or per week")
    for before, step in zip(dates, steps, strict=False):
        if step != usual:
            missing = before + timedelta(days=usual)
            raise UnevenDates(
                f"after {before} a row for {missing} is expected: add it (with 0 where nothing was spent)"
            )
    return usual


def _to_weeks(data: FitData) -> tuple[FitData, int]:
    days = len(data.dates)
    dropped = days % WEEK
    weeks = days // WEEK

    def blocks(values: FloatArray) -> FloatArray:
        return values[dropped:].reshape((weeks, WEEK, *values.shape[1:]))

    return FitData(
        dates=data.dates[dropped::WEEK],
        outcome=blocks(data.outcome).sum(axis=1),
        spend=blocks(data.spend).sum(axis=1),
        channels=data.channels,
        controls=blocks(data.controls).mean(axis=1),
        control_names=data.control_names,
    ), dropped
