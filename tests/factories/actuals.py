"""Simulated actuals of a brand, so that there is something to measure."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from tests.factories import records

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.planning.simulate import World, simulate
from nexusplanner.domain.shared import Money

CHANNELS = ("search", "tv")
LONGEST = 120


def simulated_actuals(
    brand: Brand, *, weeks: int, skip: int = 0, seed: int = 7, until: date = date(2026, 3, 2)
) -> tuple[list[ChannelActual], list[BrandActual]]:
    """The last `weeks` of `LONGEST` simulated weeks that end before `until`, less the newest `skip` of them."""
    world = World(
        channels=CHANNELS,
        weeks=LONGEST,
        start=until - timedelta(weeks=LONGEST),
        weekly_spend=20_000.0,
        media_share=0.4,
        noise=0.02,
    )
    data, _ = simulate(world, rng=np.random.default_rng(seed))
    chosen = list(zip(data.dates, data.spend, data.outcome, strict=True))[LONGEST - weeks - skip : LONGEST - skip]
    channels = [
        records.channel_actual(
            brand, day=day, channel=channel, spend=Money.from_float(round(float(each), 2), currency="EUR")
        )
        for day, spend, _ in chosen
        for channel, each in zip(CHANNELS, spend, strict=True)
    ]
    outcomes = [
        records.brand_actual(
            brand, day=day, metric=brand.outcome_name, role=ActualRole.OUTCOME, value=round(float(value), 2)
        )
        for day, _, value in chosen
    ]
    return channels, outcomes


async def put_actuals(uow: UnitOfWork, brand: Brand, *, weeks: int, skip: int = 0, seed: int = 7) -> None:
    """Keep simulated actuals of the brand."""
    channels, outcomes = simulated_actuals(brand, weeks=weeks, skip=skip, seed=seed)
    await uow.actuals.put_channels(channels)
    await uow.actuals.put_brand(outcomes)
