"""Response curves for pages: bands to draw, tables to plan on, and draws for risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.application.agents.problems import TRUSTED, Terms, ask, table_of
from nexusplanner.application.agents.response import ResponseModel
from nexusplanner.domain.planning.fit_result import band
from nexusplanner.domain.planning.knots_table import CurveTable
from nexusplanner.domain.shared import Money

CURVE_POINTS = 65
SAMPLES = 100
"""Draws a page gets: enough for a band, few enough to send."""


@dataclass(frozen=True, kw_only=True)
class CurvePoints:
    """A response curve for a page: outcome over the campaign at total spends in major units; lists of one length."""

    channel: str
    spend: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def curve_points(model: ResponseModel, *, budget: Money, weeks: float) -> tuple[CurvePoints, ...]:
    """Each channel's curve with its 90 % band, from nothing to well beyond the budget's fair share."""
    seen = np.array([kept.spend_seen or 0.0 for kept in model.curves]) * weeks
    top = np.maximum(budget.major, np.minimum(TRUSTED * seen, 3 * budget.major))
    grid = top * np.linspace(0.0, 1.0, CURVE_POINTS)[:, np.newaxis] ** 2  # denser near zero, where curves bend
    outcome = band(model.draws().over(weeks).outcomes(grid))
    return tuple(
        CurvePoints(
            channel=channel,
            spend=tuple(grid[:, index].tolist()),
            mean=tuple(outcome.mean[:, index].tolist()),
            low=tuple(outcome.low[:, index].tolist()),
            high=tuple(outcome.high[:, index].tolist()),
        )
        for index, channel in enumerate(model.channels)
    )


@dataclass(frozen=True, kw_only=True)
class CurveSamples:
    """Joint draws of one channel's response over the campaign; position i belongs together across channels."""

    channel: str
    scale: tuple[float, ...]
    half: tuple[float, ...]
    slope: tuple[float, ...]


def curve_samples(model: ResponseModel, *, weeks: float) -> tuple[CurveSamples, ...]:
    """About `SAMPLES` of the draws, the same ones of every channel, for totals over `weeks`."""
    draws = model.draws().over(weeks)
    step = max(len(draws.scale) // SAMPLES, 1)
    return tuple(
        CurveSamples(
            channel=channel,
            scale=tuple(draws.scale[::step, index].tolist()),
            half=tuple(draws.half[::step, index].tolist()),
            slope=tuple(draws.slope[::step, index].tolist()),
        )
        for index, channel in enumerate(draws.channels)
    )


def plan_table(model: ResponseModel, *, terms: Terms) -> CurveTable:
    """The table on which these terms are planned, and on which a page plans the same."""
    asked = ask(model, terms=terms)
    return table_of(asked.draws, budget=terms.budget, start=asked.start)
