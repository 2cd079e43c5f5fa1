"""Loading what a brand's model is fitted to."""

from __future__ import annotations

from datetime import date

from nexusplanner.application.measurement.inputs import ModelInput, model_input
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import history
from nexusplanner.domain.catalog import Brand


async def load_input(uow: UnitOfWork, *, brand: Brand, before: date | None = None) -> ModelInput:
    """The brand's actuals and experiments; only those from before `before` when given."""
    channels = await uow.actuals.channels(brand_id=brand.id, before=before)
    figures = await uow.actuals.brand(brand_id=brand.id, before=before)
    return model_input(
        history(channels, brand=figures, outcome=brand.outcome_name),
        experiments=await uow.experiments.of_brand(brand.id, before=before),
        outcome_name=brand.outcome_name,
        outcome_is_money=brand.outcome_is_money,
        currency=brand.currency,
    )
