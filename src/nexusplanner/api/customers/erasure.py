"""What is kept about a person, and its erasure."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import Administering, EdgeParts, GuardedRoute
from nexusplanner.api.shapes import Input, Money, Shape
from nexusplanner.application.customers.erasure import LONGEST_REASON, erase_person, personal_data
from nexusplanner.domain.shared import CustomerId

router = APIRouter(route_class=GuardedRoute, tags=["Customers"])


class DealOfPerson(Shape):
    """A deal a person is linked with."""

    id: UUID
    name: str
    stage: str
    won: bool | None
    amount: Money | None
    closed_on: date | None


class NotedOfPerson(Shape):
    """What a ledger entry noted of a person. noted: what was sealed, by the id of the record."""

    decision_id: UUID
    noted: dict[str, Any]


class PersonalData(Shape):
    """Everything kept about a person. customers: the record and others with the same e-mail address.

    rows: as they are kept, by table.
    """

    customers: list[UUID]
    rows: dict[str, list[dict[str, Any]]]
    deals: list[DealOfPerson]
    ledger: list[NotedOfPerson]


class ErasureInput(Input):
    """reason: why, without the person's name; it stays in the ledger."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class Erasure(Shape):
    """How many of what went. deals: links with deals. renamed: deals and companies that lost the person's name."""

    erased: dict[str, int]


@router.get(
    "/customers/{customer_id}/data",
    responses=problems(401, 403, 404, 429),
    summary="Export what is kept about a customer",
)
async def export_customer_data(*, uow: Administering, customer_id: UUID) -> PersonalData:
    """Everything that belongs to the customer and to other records with the same e-mail address."""
    return PersonalData.model_validate(await personal_data(uow, customer_id=CustomerId(customer_id)))


@router.post(
    "/customers/{customer_id}/erase",
    responses=problems(400, 401, 403, 404, 422, 429),
    summary="Erase a customer",
)
async def erase_customer(*, uow: Administering, edge: EdgeParts, customer_id: UUID, body: ErasureInput) -> Erasure:
    """Erase the customer, other records with the same e-mail address, and everything made from them. There is no way back."""
    erased = await erase_person(uow, customer_id=CustomerId(customer_id), reason=body.reason, now=edge.clock.now())
    return Erasure(erased=dict(erased))
