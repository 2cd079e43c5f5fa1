"""Segments: groups of customers chosen by hand or by rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import Input, Page, Shape, changes_of
from nexusplanner.application.customers import keeping as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import customers, segments
from nexusplanner.domain.segments import FIELDS, FieldKind, Op, RuleField
from nexusplanner.domain.shared import BrandId, SegmentId, TenantId

router = APIRouter(route_class=GuardedRoute, tags=["Customers"])

Value = Annotated[str, Field(max_length=segments.LONGEST_VALUE)]


class SegmentRule(Shape):
    """One condition.

    value: a list of texts, one of which suffices; a whole number; an amount in major units of the brand's currency such
    as "1200.50"; a day; a number of days; or null, as the comparison wants it.
    """

    field: RuleField
    op: Op
    value: str | int | list[str] | None


class SegmentRuleInput(Input):
    """One condition. value: a single text may stand for a list of one, digits for a number."""

    field: RuleField
    op: Op
    value: Value | int | Annotated[list[Value], Field(max_length=segments.MOST_VALUES)] | None = None

    def rule(self) -> segments.Rule:
        """The same as a domain value."""
        value = tuple(self.value) if isinstance(self.value, list) else self.value
        return segments.Rule.read(field=self.field, op=self.op, value=value)


Rules = Annotated[list[SegmentRuleInput], Field(max_length=segments.MOST_RULES)]


def _rules(rules: Iterable[SegmentRuleInput]) -> tuple[segments.Rule, ...]:
    return tuple(rule.rule() for rule in rules)


class Segment(Shape):
    """A group of customers of a brand: those its rules find and those put in by hand.

    rules: all of them must hold. automatic: whether there are rules. customers: how many there are in it now.
    counted_at: when the whole brand was last gone through by rules.
    """

    id: UUID
    brand_id: UUID
    name: str
    description: str
    rules: list[SegmentRule]
    automatic: bool
    customers: int
    counted_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class SegmentInput(Input):
    """A new segment."""

    brand_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=120)]
    description: Annotated[str, Field(max_length=4000)] = ""
    rules: Rules = Field(default_factory=list)

    def segment(self, *, tenant_id: TenantId, now: datetime) -> customers.Segment:
        """The same as a new domain object."""
        return customers.Segment(
            tenant_id=tenant_id,
            brand_id=BrandId(self.brand_id),
            name=self.name,
            description=self.description,
            rules=_rules(self.rules),
            created_at=now,
            updated_at=now,
        )


class SegmentEdit(Input):
    """What to change; what is left out stays. An empty list of rules leaves the segment to people."""

    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    rules: Rules | None = None

    def changes(self) -> dict[str, object]:
        """What is to be changed, as domain values."""
        changes = changes_of(self)
        return changes if self.rules is None else changes | {"rules": _rules(self.rules)}


class SegmentQuestion(Input):
    """Rules that are not kept yet."""

    brand_id: UUID
    rules: Rules


class SegmentCount(Shape):
    """How many customers rules find. of: customers of the brand. value_share: 0 to 1 of its lifetime value."""

    customers: int
    of: int
    value_share: float


class SegmentField(Shape):
    """What a rule can ask for. values: what a choice can be, null for other kinds."""

    field: RuleField
    label: str
    kind: FieldKind
    ops: list[Op]
    values: list[str] | None


class SegmentFields(Shape):
    """All of them."""

    items: list[SegmentField]


async def _segment(uow: UnitOfWork, segment_id: UUID) -> Segment:
    segment = await uow.customers.segment(SegmentId(segment_id))
    rows = await uow.read.customers.segments(brand_id=segment.brand_id)
    return Segment.model_validate(next(row for row in rows if row.id == segment.id))


@router.get("/segments", responses=problems(401, 403, 429), summary="List segments")
async def list_segments(*, uow: Reading, brand_id: UUID | None = None) -> Page[Segment]:
    """Every segment, by name."""
    rows = await uow.read.customers.segments(brand_id=BrandId(brand_id) if brand_id else None)
    return Page(items=[Segment.model_validate(row) for row in rows], total=len(rows), next_cursor=None)


@router.post(
    "/segments", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Add a segment"
)
async def create_segment(*, uow: Planning, edge: EdgeParts, body: SegmentInput, _: IdempotencyKey = None) -> Segment:
    """The name must be free within the brand."""
    segment = body.segment(tenant_id=uow.actor.tenant_id, now=edge.clock.now())
    return await _segment(uow, (await use_cases.create_segment(uow, segment=segment)).id)


@router.get("/segments/fields", responses=problems(401, 403, 429), summary="List what rules can ask for")
async def list_segment_fields(*, _: Reading) -> SegmentFields:
    """Fields of customers, their companies and deals, with the comparisons each allows."""
    return SegmentFields(
        items=[
            SegmentField(
                field=field,
                label=info.label,
                kind=info.kind,
                ops=list(info.ops),
                values=None if info.values is None else list(info.values),
            )
            for field, info in FIELDS.items()
        ]
    )


@router.post(
    "/segments/count", responses=problems(400, 401, 403, 404, 422, 429), summary="Count customers without a segment"
)
async def count_segment(*, uow: Reading, body: SegmentQuestion) -> SegmentCount:
    """How many customers rules would find; nothing is kept."""
    counted = await use_cases.count_rules(uow, brand_id=BrandId(body.brand_id), rules=_rules(body.rules))
    return SegmentCount.model_validate(counted)


@router.get("/segments/{segment_id}", responses=problems(401, 403, 404, 429), summary="Read a segment")
async def get_segment(*, uow: Reading, segment_id: UUID) -> Segment:
    """One segment."""
    return await _segment(uow, segment_id)


@router.patch(
    "/segments/{segment_id}", responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429), summary="Edit a segment"
)
async def edit_segment(
    *, request: Request, uow: Planning, edge: EdgeParts, segment_id: UUID, body: SegmentEdit, version: Version
) -> Segment:
    """Change the fields that are sent."""
    show_current(request, lambda fresh: _segment(fresh, segment_id))
    segment = await use_cases.edit_segment(
        uow, segment_id=SegmentId(segment_id), changes=body.changes(), version=version, now=edge.clock.now()
    )
    return await _segment(uow, segment.id)


@router.delete(
    "/segments/{segment_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a segment"
)
async def delete_segment(*, uow: Planning, segment_id: UUID) -> None:
    """Its customers stay, without a segment."""
    await use_cases.delete_segment(uow, segment_id=SegmentId(segment_id))
