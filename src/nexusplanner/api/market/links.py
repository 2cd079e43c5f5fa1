"""A pasted link becomes a signal."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.market.signals import Signal, signal_now
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Looking
from nexusplanner.api.shapes import Input
from nexusplanner.application.service_drafts import read_page
from nexusplanner.application.signals import links as use_cases
from nexusplanner.domain.shared import BrandId

router = APIRouter(route_class=GuardedRoute, tags=["Signals"])

WebAddress = Annotated[str, Field(min_length=1, max_length=2000, examples=["https://example.com/news"])]


class LinkInput(Input):
    """A page to read. brand_id: left out when it concerns every brand."""

    url: WebAddress
    brand_id: UUID | None = None


@router.post(
    "/signals/link",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Make a signal of a web page",
)
async def read_link(*, caller: Looking, edge: EdgeParts, body: LinkInput) -> Signal:
    """The main text of the page, unverified. A page that is a signal already answers 409 with details.signal_id."""
    brand_id = BrandId(body.brand_id) if body.brand_id else None
    async with edge.units.for_actor(caller.actor) as uow:
        await use_cases.check_link(uow, url=body.url, brand_id=brand_id)
    page = await read_page(edge.page_reader, url=body.url)
    now = edge.clock.now()
    async with edge.units.for_actor(caller.actor) as uow:
        signal = await use_cases.keep_link(uow, page=page, url=body.url, brand_id=brand_id, now=now)
        return await signal_now(uow, signal.id, now=now)
