"""Decisions: what every automatic step did, chained so that a change shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import GuardedRoute, Reading
from nexusplanner.api.shapes import Page, Shape
from nexusplanner.application import decisions as use_cases
from nexusplanner.application.rows import DecisionRow
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.shared import CampaignId, DecisionId, RunId

router = APIRouter(route_class=GuardedRoute, tags=["Decisions"])


class DecisionSummary(Shape):
    """An entry in a list. cost: of model calls, in US dollars."""

    id: UUID
    sequence: int
    run_id: UUID | None
    campaign_id: UUID | None
    step: str
    agent: str
    author: Author
    provider: str
    model: str
    summary: str
    evidence_count: int
    cost: str
    latency_ms: int
    decided_at: datetime
    hash: str


class Decision(DecisionSummary):
    """The whole entry. Personal payloads stay encrypted and are not shown."""

    format: int
    agent_version: str
    prompt: str
    parameters: dict[str, Any]
    seed: int | None
    inputs: dict[str, str]
    output: dict[str, Any]
    evidence: list[str]
    alternatives: list[str]
    confidence: str
    confidence_kind: str
    usage: dict[str, int]
    price_version: str
    attempts: list[str]
    fallback_reason: str
    finish_reason: str
    previous_hash: str


class BadRow(Shape):
    """The first entry that is not what was recorded."""

    sequence: int
    id: UUID | None
    message: str


class LedgerCheck(Shape):
    """What a check of every entry found. head: the last hash that holds."""

    entries: int
    valid: bool
    first_bad: BadRow | None
    head: str


def _summary(row: DecisionRow) -> dict[str, Any]:
    entry: Mapping[str, Any] = row.entry
    return {
        "id": row.id,
        "sequence": row.sequence,
        "run_id": row.run_id,
        "campaign_id": row.campaign_id,
        "step": row.step,
        "agent": row.agent,
        "author": entry["author"],
        "provider": entry["provider"],
        "model": entry["model"],
        "summary": entry["summary"],
        "evidence_count": len(entry["evidence"]),
        "cost": f"{entry['cost_microunits'] / 1_000_000:.6f}",
        "latency_ms": entry["latency_ms"],
        "decided_at": row.decided_at,
        "hash": row.hash,
    }


_WHOLE = Decision.model_fields.keys() - DecisionSummary.model_fields.keys() - {"format", "previous_hash"}


def shape_decision(row: DecisionRow) -> Decision:
    """Everything an entry says."""
    rest = {name: row.entry[name] for name in _WHOLE}
    return Decision(**_summary(row), **rest, format=row.format, previous_hash=row.previous_hash)


@router.get(
    "/decisions",
    response_model=Page[DecisionSummary],
    responses=problems(401, 403, 422, 429),
    summary="List decisions",
)
async def list_decisions(
    *, uow: Reading, paging: Paging, run_id: UUID | None = None, campaign_id: UUID | None = None, sort: str = "sequence"
) -> Page[DecisionSummary] | Response:
    """In the order they were made; sort by -sequence for the newest first."""
    page = await uow.read.decisions.page(
        run_id=RunId(run_id) if run_id else None,
        campaign_id=CampaignId(campaign_id) if campaign_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=DecisionSummary, request=paging, make=lambda row: DecisionSummary(**_summary(row)))


@router.get("/decisions/verify", responses=problems(401, 403, 429), summary="Check the ledger")
async def verify_decisions(*, uow: Reading) -> LedgerCheck:
    """Reads every entry and names the first that is not what was recorded."""
    found = await use_cases.verify(uow)
    bad = BadRow.model_validate(found.first_bad) if found.first_bad else None
    return LedgerCheck(entries=found.entries, valid=found.intact, first_bad=bad, head=found.head)


@router.get("/decisions/{decision_id}", responses=problems(401, 403, 404, 429), summary="Read a decision")
async def get_decision(*, uow: Reading, decision_id: UUID) -> Decision:
    """One entry with everything it says."""
    return shape_decision(await uow.read.decisions.get(DecisionId(decision_id)))
