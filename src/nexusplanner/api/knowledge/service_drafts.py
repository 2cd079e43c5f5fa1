"""A draft of a service from a company's own web pages."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from nexusplanner.api.errors import problems
from nexusplanner.api.market.links import WebAddress
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Looking
from nexusplanner.api.shapes import Input, Shape
from nexusplanner.application import service_drafts as use_cases
from nexusplanner.application.service_drafts import Draft, FieldName, Found
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId

router = APIRouter(route_class=GuardedRoute, tags=["Catalogue"])

LISTS = frozenset({"benefits", "proofs"})


class DraftInput(Input):
    """The page to draft from, best the product's own. brand_id: whose service it will be."""

    url: WebAddress
    brand_id: UUID


class DraftedField(Shape):
    """One field, and the exact words it was read from.

    value: a text; for benefits and proofs a list of one, and there may be several; for the price a decimal string in
    the brand's currency. quote: stands on the page at quote_url.
    """

    field: FieldName
    value: str | list[str]
    quote: str
    quote_url: str


class ServiceDraft(Shape):
    """What a site says about its offer. problem: why there are no fields, in words; empty otherwise."""

    url: str
    fields: list[DraftedField]
    problem: str


@router.post(
    "/services/draft", responses=problems(400, 401, 403, 404, 422, 429), summary="Draft a service from a web site"
)
async def draft_service(*, caller: Looking, edge: EdgeParts, body: DraftInput) -> ServiceDraft:
    """Reads the page and up to four others of its site that it links to. Nothing is saved."""
    async with edge.units.for_actor(caller.actor) as uow:
        uow.actor.require(Permission.PLAN)
        brand = await uow.brands.get(BrandId(body.brand_id))
    return _shape(await use_cases.draft_service(edge.page_reader, url=body.url, currency=brand.currency))


def _shape(draft: Draft) -> ServiceDraft:
    return ServiceDraft(url=draft.url, fields=[_field(each) for each in draft.found], problem=draft.problem)


def _field(found: Found) -> DraftedField:
    value = [found.value] if found.field in LISTS else found.value
    return DraftedField(field=found.field, value=value, quote=found.quote, quote_url=found.quote_url)
