"""Reports of texts that were written automatically."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import Administering, EdgeParts, GuardedRoute, IdempotencyKey, Opining
from nexusplanner.api.shapes import Input, Page, Shape
from nexusplanner.application.ledger import reports as use_cases
from nexusplanner.domain import reports
from nexusplanner.domain.shared import CampaignId

router = APIRouter(route_class=GuardedRoute, tags=["Decisions"])


class ReportInput(Input):
    """What is wrong with which text. campaign_id: with ideas and channel plans. comment: has to be with "other"."""

    target: reports.ReportTarget
    target_id: UUID
    campaign_id: UUID | None = None
    reason: reports.ReportReason
    comment: Annotated[str, Field(max_length=reports.LONGEST_COMMENT)] = ""


class Report(Shape):
    """A report as it was made. id: of its entry in the ledger. name, text: of what was reported, as it stood then.

    target, reason: as in what was sent, empty where somebody made the entry unreadable.
    """

    id: UUID
    sequence: int
    reported_at: datetime
    reported_by: str
    campaign_id: UUID | None
    campaign_name: str | None
    target: str
    target_id: str
    name: str
    text: str
    reason: str
    comment: str


@router.post(
    "/reports", status_code=204, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Report a text"
)
async def report_text(*, uow: Opining, edge: EdgeParts, body: ReportInput, _: IdempotencyKey = None) -> None:
    """It goes into the ledger with the text as it stands now; those who administer see it."""
    given = reports.Report(
        target=body.target,
        target_id=body.target_id,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id else None,
        reason=body.reason,
        comment=body.comment,
    )
    await use_cases.report(uow, given, now=edge.clock.now())


@router.get("/reports", response_model=Page[Report], responses=problems(401, 403, 422, 429), summary="List reports")
async def list_reports(*, uow: Administering, paging: Paging) -> Page[Report] | Response:
    """What people reported, newest first."""
    page = await use_cases.list_reports(uow, cursor=paging.cursor, limit=paging.limit)
    return page_of(page, shape=Report, request=paging)
