"""Lift experiments as evidence on the incremental outcome of one channel over some days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import WEEK, FitConfig, FitData, FitDataError, LiftExperiment
from nexusplanner.domain.planning.fit.media import Forward, Saturation, saturate
from nexusplanner.domain.planning.fit.stock import Spends

_NORMAL_95 = 1.6449


@dataclass(frozen=True, kw_only=True, eq=False)
class Experiments:
    """E experiments ready for the model.

    owner: (E,) index of the channel. spends: (2E, W) over the channel's mean spend: as spent, then without the spend
    of the experiment's days. counted: (E, W), one in the weeks whose outcome is compared. lift, below, above: (E,)
    scaled outcome, and standard deviations on either side.
    """

    owner: NDArray[np.intp]
    spends: Spends
    counted: FloatArray
    lift: FloatArray
    below: FloatArray
    above: FloatArray

    def misses(self, parameters: FloatArray, found: Forward) -> tuple[FloatArray, FloatArray]:
        """Expected less measured lift in standard deviations (B, E), and slopes by its channel's parameters (B, E, P).

        Source of the two-sided scale: a normal on either side that meets at the estimate, so that an interval need not
        be symmetric.
        """
        count = len(self.owner)
        saturation = self._saturate(parameters)
        gained = saturation.share[:, :count] - saturation.share[:, count:]
        weight = found.weight[:, self.owner]
        value = weight * (gained * self.counted).sum(axis=-1)
        slopes = value[..., None] * found.weight_slopes(found.bends())[:, self.owner]
        for column, bend in saturation.bends(self.spends).items():
            slopes[..., column] += weight * ((bend[:, :count] - bend[:, count:]) * self.counted).sum(axis=-1)
        away = value - self.lift
        spread = np.where(away < 0, self.below, self.above)
        return away / spread, slopes / spread[..., None]

    def _saturate(self, parameters: FloatArray) -> Saturation:
        return saturate(parameters[:, np.concatenate([self.owner, self.owner])], spends=self.spends)


@dataclass(frozen=True, kw_only=True, eq=False)
class Tested:
    """Experiments ready for the model, the same as given, and words for what was changed or left out."""

    ready: Experiments | None
    used: tuple[LiftExperiment, ...]
    notes: tuple[str, ...]


def experiments_for(
    data: FitData, *, config: FitConfig, channels: tuple[str, ...], mean_spend: FloatArray, scale: float
) -> Tested:
    """The experiments of a fit that can be used, and words for those that cannot.

    data: weekly rows, the holdout included: an experiment is evidence of its own. mean_spend: (C,) of `channels`.
    scale: the model's unit of outcome.
    """
    used: list[LiftExperiment] = []
    series: list[FloatArray] = []
    notes: list[str] = []
    for each in config.experiments:
        if each.channel not in data.channels:
            raise FitDataError(f"an experiment names {each.channel}, which is not a spend column")
        if each.channel not in channels:
            notes.append(f"{_named(each)} was left out: nothing was spent on {each.channel} in the training rows")
            continue
        found, why = _series(each, data)
        notes.extend([why] if why else [])
        if found is not None:
            used.append(each)
            series.append(found)
    if not used:
        return Tested(ready=None, used=(), notes=tuple(notes))
    owner = np.array([channels.index(each.channel) for each in used], dtype=np.intp)
    longest = max(each.shape[1] for each in series)
    # Zeros go in front: a week before anything ran changes nothing.
    spent, stopped, counted = np.stack(
        [np.pad(each, ((0, 0), (longest - each.shape[1], 0))) for each in series], axis=1
    )
    own = mean_spend[owner][:, None]
    lift = np.array([[each.lift, each.lift - each.low, each.high - each.lift] for each in used]) / scale
    ready = Experiments(
        owner=owner,
        spends=Spends.of(np.concatenate([spent / own, stopped / own]), adstock=config.adstock),
        counted=counted,
        lift=lift[:, 0],
        below=lift[:, 1] / _NORMAL_95,
        above=lift[:, 2] / _NORMAL_95,
    )
    return Tested(ready=ready, used=tuple(used), notes=tuple(notes))


def _series(each: LiftExperiment, data: FitData) -> tuple[FloatArray | None, str]:
    """Weeks up to the experiment's end, (3, W), and what there is to say of it.

    The rows are the spend as it was, the spend without the experiment's days, and one in the weeks it touches.
    """
    first, last = data.dates[0], data.dates[-1] + timedelta(days=WEEK - 1)
    if each.start < first or each.end > last:
        if each.spend is None:
            return None, f"{_named(each)} was left out: its days are not all in the rows and its spend is not given"
        weeks = max(round(((each.end - each.start).days + 1) / WEEK), 1)
        steady = np.full(weeks, each.spend / weeks)
        note = f"{_named(each)} lies outside the rows: its own spend was used, spread evenly"
        return np.stack([steady, np.zeros(weeks), np.ones(weeks)]), note
    inside = np.array([_overlap(monday, each) for monday in data.dates])
    until = int(np.flatnonzero(inside)[-1]) + 1
    inside = inside[:until]
    spent = data.spend[:until, data.channels.index(each.channel)]
    if not (spent * inside).any():
        return None, f"{_named(each)} was left out: nothing was spent on those days"
    return np.stack([spent, spent * (1.0 - inside), np.sign(inside)]), ""


def _overlap(monday: date, each: LiftExperiment) -> float:
    """Share of the week from `monday` that lies in the experiment."""
    days = (min(each.end, monday + timedelta(days=WEEK - 1)) - max(each.start, monday)).days + 1
    return max(days, 0) / WEEK


def _named(each: LiftExperiment) -> str:
    return f"the experiment on {each.channel} from {each.start} to {each.end}"


def lines_of(used: Sequence[LiftExperiment], *, channel: str) -> tuple[str, ...]:
    """The experiments of one channel in words."""
    return tuple(
        f"the experiment from {each.start} to {each.end}: {each.lift:,.0f} ({each.low:,.0f} to {each.high:,.0f})"
        for each in used
        if each.channel == channel
    )
