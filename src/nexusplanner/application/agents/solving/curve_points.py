"""Response curves for pages: bands to draw, tables to plan on, and draws for risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.agents.solving.problems import TRUSTED, Terms, ask, table_of
from nexusplanner.domain.planning.fit.result import band
from nexusplanner.domain.planning.knots.table import CurveTable
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


def curve_samples(
    model: ResponseModel, *, weeks: float, spend: Mapping[str, Money], start: Mapping[str, Money]
) -> tuple[CurveSamples, ...]:
    """At most `SAMPLES` of the draws, the same ones of every channel, for totals over `weeks`.

    They lie evenly over what all draws say of a plan, so that quantiles of its outcome, and of those of plans near it, are those of all
    draws. spend: the plan, by channel. start: what others spend.
    """
    draws = model.draws().over(weeks)
    begun, own = (
        np.array([each[name].major if name in each else 0.0 for name in draws.channels]) for each in (start, spend)
    )
    brought = draws.outcomes(begun + own).sum(axis=1) - draws.outcomes(begun).sum(axis=1)
    order = np.argsort(brought, kind="stable")
    kept = order[np.linspace(0, len(order) - 1, min(SAMPLES, len(order))).round().astype(np.intp)]
    return tuple(
        CurveSamples(
            channel=channel,
            scale=tuple(draws.scale[kept, index].tolist()),
            half=tuple(draws.half[kept, index].tolist()),
            slope=tuple(draws.slope[kept, index].tolist()),
        )
        for index, channel in enumerate(draws.channels)
    )


def plan_table(model: ResponseModel, *, terms: Terms) -> CurveTable:
    """The table on which these terms are planned, and on which a page plans the same."""
    asked = ask(model, terms=terms)
    return table_of(asked.draws, budget=terms.budget, start=asked.start)
