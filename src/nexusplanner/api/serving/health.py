"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter, Response

from nexusplanner.api.errors import envelope
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Public
from nexusplanner.api.shapes import ErrorEnvelope, Shape

router = APIRouter(route_class=GuardedRoute, tags=["Health"])


class Health(Shape):
    """All is well."""

    status: str


@router.get("/health", summary="Ask whether the process lives")
async def get_health(*, _: Public) -> Health:
    """It does when it answers."""
    return Health(status="ok")


@router.get(
    "/ready",
    response_model=Health,
    responses={503: {"model": ErrorEnvelope, "description": "Not ready; Retry-After says when to ask again."}},
    summary="Ask whether the process can serve",
)
async def get_ready(*, _: Public, edge: EdgeParts) -> Health | Response:
    """It can when the database answers and has the version this release needs."""
    if await edge.ready():
        return Health(status="ready")
    return envelope(
        status=503,
        code="NOT_READY",
        message="The database does not answer, or has not been migrated to this release.",
        headers={"Retry-After": "5"},
    )
