"""The demo data."""

from __future__ import annotations

from fastapi import APIRouter

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import Administering, EdgeParts, GuardedRoute, IdempotencyKey
from nexusplanner.api.shapes import Shape
from nexusplanner.application import demo as use_cases

router = APIRouter(route_class=GuardedRoute, tags=["Set-up"])


class DemoLoaded(Shape):
    """How much was made."""

    brands: int
    services: int
    signals: int
    customers: int
    segments: int
    weeks: int
    campaigns: int


@router.post("/demo", status_code=201, responses=problems(401, 403, 409, 429), summary="Load the demo data")
async def load_demo(*, uow: Administering, edge: EdgeParts, _: IdempotencyKey = None) -> DemoLoaded:
    """Fills an empty workspace with a made-up company."""
    return DemoLoaded.model_validate(
        await use_cases.load_demo(uow, company=edge.demo, reference=edge.reference, now=edge.clock.now())
    )
