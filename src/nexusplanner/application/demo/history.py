"""Simulated actuals of a brand, with the curves they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.demo.company import DemoBrand
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.planning.simulate import World, simulate
from nexusplanner.domain.shared import BrandId, Money

WEEKS = 150
CONTACT_PRICES = {"search": 38.0, "linkedin": 42.0, "events": 120.0, "email": 4.0, "out_of_home": 6.0, "print": 14.0}
"""Major units per 1,000 contacts in the invented market; other channels cost `USUAL_PRICE`."""

USUAL_PRICE = 11.0
CLICK_SHARE = 0.012
UNCERTAINTY = 0.12
"""Standard deviation, in logarithms, of the curves past campaigns were planned on, around the truth."""

DRAWS = 100


@dataclass(frozen=True, kw_only=True)
class DemoHistory:
    """Weekly actuals up to the last full week, and a response model around the truth they were made of."""

    channels: tuple[ChannelActual, ...]
    brand: tuple[BrandActual, ...]
    model: ResponseModel


def simulated_history(brand: DemoBrand, *, brand_id: BrandId, today: date) -> DemoHistory:
    """150 weeks that end before the week of `today`; the same for the same brand and day."""
    rng = np.random.default_rng(brand.seed)
    monday = today - timedelta(days=today.weekday())
    world = World(
        channels=brand.channels,
        weeks=WEEKS,
        start=monday - timedelta(weeks=WEEKS),
        weekly_spend=brand.weekly_spend,
        media_share=0.35,
        noise=0.03,
        roi=(0.8, 3.6),
        slope=(0.75, 1.6),
        half=(0.5, 1.6),
    )
    data, truth = simulate(world, rng=rng)
    scale = truth.scale / brand.value_per_outcome
    outcome = data.outcome / brand.value_per_outcome
    rounded = np.round(outcome, 2 if brand.outcome_is_money else 0)
    figures = [
        BrandActual(brand_id=brand_id, day=day, metric=brand.outcome_name, role=ActualRole.OUTCOME, value=float(value))
        for day, value in zip(data.dates, rounded, strict=True)
    ]
    figures += [
        BrandActual(brand_id=brand_id, day=day, metric="price index", role=ActualRole.CONTROL, value=float(value))
        for day, value in zip(data.dates, np.round(100 + 5 * data.controls[:, 0], 2), strict=True)
    ]
    model = _model(brand, curves=(scale, truth.half, truth.slope, truth.retention), spend=data.spend, rng=rng)
    return DemoHistory(
        channels=tuple(_channel_rows(brand, brand_id=brand_id, days=data.dates, spend=data.spend)),
        brand=tuple(figures),
        model=model,
    )


def _channel_rows(
    brand: DemoBrand, *, brand_id: BrandId, days: Sequence[date], spend: np.ndarray
) -> list[ChannelActual]:
    rows = []
    for index, channel in enumerate(brand.channels):
        price = CONTACT_PRICES.get(channel, USUAL_PRICE)
        for day, amount in zip(days, spend[:, index], strict=True):
            contacts = round(float(amount) / price * 1000)
            rows.append(
                ChannelActual(
                    brand_id=brand_id,
                    day=day,
                    channel=channel,
                    spend=Money.from_float(round(float(amount), 2), currency=brand.currency),
                    impressions=contacts,
                    clicks=round(contacts * CLICK_SHARE),
                )
            )
    return rows


def _model(
    brand: DemoBrand,
    *,
    curves: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    spend: np.ndarray,
    rng: np.random.Generator,
) -> ResponseModel:
    scale, half, slope, retention = curves
    kept = []
    for index, channel in enumerate(brand.channels):
        blur = np.exp(UNCERTAINTY * rng.standard_normal((2, DRAWS)))
        kept.append(
            KeptCurve(
                channel=channel,
                scale=tuple((scale[index] * blur[0]).tolist()),
                half=tuple((half[index] * blur[1]).tolist()),
                slope=(float(slope[index]),) * DRAWS,
                retention=(float(retention[index]),) * DRAWS,
                quality=QualityClass.MEASURED,
                quality_reason="planned on the curves of the invented market",
                spend_seen=float(spend[:, index].max()),
            )
        )
    return ResponseModel(
        curves=tuple(kept),
        weeks_of_history=WEEKS,
        holdout_wmape=None,
        r2=None,
        warnings=(),
        input_hash="",
        seed=brand.seed,
    )
