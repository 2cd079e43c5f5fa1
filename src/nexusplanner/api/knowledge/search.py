"""Search over several kinds of record."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import GuardedRoute, Reading
from nexusplanner.api.shapes import Shape
from nexusplanner.application.ports.rows import HitKind, SearchHit

router = APIRouter(route_class=GuardedRoute, tags=["Search"])

PLACES = {
    HitKind.CAMPAIGN: "/campaigns/{id}",
    HitKind.SERVICE: "/services/{id}",
    HitKind.SIGNAL: "/signals/{id}",
    HitKind.CUSTOMER: "/customers/{id}",
}


class Hit(Shape):
    """One thing found. url: its page in the web application."""

    kind: HitKind
    id: UUID
    title: str
    detail: str
    url: str


class Hits(Shape):
    """What was found, at most five of each kind."""

    items: list[Hit]


def _hit(hit: SearchHit) -> Hit:
    url = PLACES[hit.kind].format(id=hit.id)
    return Hit(kind=hit.kind, id=hit.id, title=hit.title, detail=hit.detail, url=url)


@router.get("/search", responses=problems(401, 403, 422, 429), summary="Search")
async def search_records(*, uow: Reading, q: Annotated[str, Query(max_length=200)] = "") -> Hits:
    """Campaigns, services, signals and customers whose words match."""
    return Hits(items=[_hit(hit) for hit in await uow.read.search.find(q)])
