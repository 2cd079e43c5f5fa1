"""Decisions: what every automatic step did, chained so that a change shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, ValidationError

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Managing, Reading
from nexusplanner.api.shapes import Input, Page, Shape
from nexusplanner.application.ledger import decisions as use_cases
from nexusplanner.application.ledger.export import exported
from nexusplanner.application.ledger.masking import masked
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.ledger import Verification
from nexusplanner.domain.runs import RunKind
from nexusplanner.domain.shared import CampaignId, Conflict, DecisionId, RunId

router = APIRouter(route_class=GuardedRoute, tags=["Decisions"])

UNREADABLE = "This entry cannot be read: it is not what was recorded. Check the ledger."


class DecisionSummary(Shape):
    """An entry in a list.

    cost: of model calls, in US dollars. tokens: read and written by models. fallback_reason: why rules went on where a
    model was to write. supported_share: of the claims in the campaign's explanation, 0 to 1. outcome: what people did
    with what was proposed.
    """

    id: UUID
    sequence: int
    run_id: UUID | None
    run_kind: RunKind | None
    campaign_id: UUID | None
    campaign_name: str | None
    step: str
    agent: str
    author: Author
    provider: str
    model: str
    model_answered: str
    summary: str
    evidence_count: int
    supported_share: float | None
    outcome: Literal["accepted", "edited", "rejected", "open"] | None
    tokens: int
    cost: str
    latency_ms: int
    attempts_count: int
    fallback_reason: str
    decided_at: datetime
    hash: str


class Decision(DecisionSummary):
    """The whole entry.

    removed: what was taken out of the prompt or the answer, and by which rule. subjects: whom it says something
    personal about; that stays encrypted here. masked: what its texts do not show here, such as "2 e-mail addresses".
    Administrators may unmask both with a reason.
    """

    format: int
    agent_version: str
    provider_version: str
    prompt: str
    prompt_version: str
    prompt_sha256: str
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
    finish_reason: str
    removed: list[str]
    subjects: list[str]
    masked: list[str]
    previous_hash: str


class BadRow(Shape):
    """The first entry that is not what was recorded."""

    sequence: int
    id: UUID | None
    message: str


class Checkpoint(Shape):
    """What was signed outside of the database: the last entry covered, its hash, and when."""

    sequence: int
    hash: str
    at: datetime


class CheckedCheckpoint(Checkpoint):
    """fits: whether everything up to it is what it was when it was signed."""

    fits: bool


class LedgerCheck(Shape):
    """What a check of every entry found.

    head: the last hash that holds. checkpoint: the last that was signed. after_checkpoint: entries it does not protect.
    text: all of it in words.
    """

    entries: int
    valid: bool
    first_bad: BadRow | None
    head: str
    checkpoint: CheckedCheckpoint | None
    after_checkpoint: int
    text: str


class UnmaskDecision(Input):
    """reason: goes into the ledger, with who asked."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class Unmasked(Shape):
    """personal: what the entry says of persons, by subject; those who were erased are left out. entry: as recorded."""

    personal: dict[str, Any]
    entry: dict[str, Any]


_BLANK: Mapping[str, Any] = {
    "author": Author.RULES,
    "summary": UNREADABLE,
    **dict.fromkeys(
        (
            "agent_version",
            "provider",
            "provider_version",
            "model",
            "model_answered",
            "prompt",
            "prompt_version",
            "prompt_sha256",
            "confidence",
            "confidence_kind",
            "price_version",
            "fallback_reason",
            "finish_reason",
        ),
        "",
    ),
    **dict.fromkeys(("evidence", "alternatives", "attempts", "removed"), ()),
    **{name: {} for name in ("parameters", "inputs", "output", "usage", "personal")},
    "seed": None,
    "cost_microunits": 0,
    "latency_ms": 0,
}
"""What an entry says where it says nothing: members that came with later formats, and entries nobody can read."""

_BESIDE = {"format", "previous_hash", "subjects", "masked"}
_WHOLE = Decision.model_fields.keys() - DecisionSummary.model_fields.keys() - _BESIDE


def _summary(row: DecisionRow, entry: Mapping[str, Any]) -> dict[str, Any]:
    usage = entry["usage"]
    return {
        "id": row.id,
        "sequence": row.sequence,
        "run_id": row.run_id,
        "run_kind": row.run_kind,
        "campaign_id": row.campaign_id,
        "campaign_name": row.campaign_name,
        "step": row.step,
        "agent": row.agent,
        "author": entry["author"],
        "provider": entry["provider"],
        "model": entry["model"],
        "model_answered": entry["model_answered"],
        "summary": masked(entry["summary"]).value,
        "evidence_count": len(entry["evidence"]),
        "supported_share": row.supported_share,
        "outcome": row.outcome,
        "tokens": usage.get("input_tokens", 0) + usage.get("output_tokens", 0),
        "cost": f"{entry['cost_microunits'] / 1_000_000:.6f}",
        "latency_ms": entry["latency_ms"],
        "attempts_count": len(entry["attempts"]),
        "fallback_reason": masked(entry["fallback_reason"]).value,
        "decided_at": row.decided_at,
        "hash": row.hash,
    }


def _whole(row: DecisionRow, entry: Mapping[str, Any]) -> dict[str, Any]:
    texts = masked({name: entry[name] for name in (*_WHOLE, "summary", "fallback_reason")})
    beside = {
        "format": row.format,
        "previous_hash": row.previous_hash,
        "subjects": sorted(entry["personal"]),
        "masked": texts.words,
    }
    return {**_summary(row, entry), **texts.value, **beside}


def shape_summary(row: DecisionRow) -> DecisionSummary:
    """An entry in a list; one that somebody made unreadable says so."""
    try:
        return DecisionSummary(**_summary(row, {**_BLANK, **row.entry}))
    except (TypeError, AttributeError, ValidationError):
        return DecisionSummary(**_summary(row, _BLANK))


def shape_decision(row: DecisionRow) -> Decision:
    """Everything an entry says; one that somebody made unreadable says so."""
    try:
        return Decision(**_whole(row, {**_BLANK, **row.entry}))
    except (TypeError, AttributeError, ValidationError):
        return Decision(**_whole(row, _BLANK))


def shape_check(found: Verification) -> LedgerCheck:
    """What a check found."""
    checkpoint = found.checkpoint
    return LedgerCheck(
        entries=found.entries,
        valid=found.intact,
        first_bad=BadRow.model_validate(found.first_bad) if found.first_bad else None,
        head=found.head,
        checkpoint=CheckedCheckpoint(
            sequence=checkpoint.head.sequence,
            hash=checkpoint.head.hash,
            at=checkpoint.at,
            fits=found.checkpoint_fits,
        )
        if checkpoint
        else None,
        after_checkpoint=found.after_checkpoint,
        text=found.text,
    )


@router.get(
    "/decisions",
    response_model=Page[DecisionSummary],
    responses=problems(401, 403, 422, 429),
    summary="List decisions",
)
async def list_decisions(
    *,
    uow: Reading,
    paging: Paging,
    run_id: UUID | None = None,
    campaign_id: UUID | None = None,
    step: Annotated[str, Query(max_length=100, description="Only entries of this step.")] = "",
    author: Annotated[Author | None, Query(description="Only what was decided by this kind of author.")] = None,
    since: Annotated[date | None, Query(alias="from", description="First day, UTC.")] = None,
    until: Annotated[date | None, Query(alias="to", description="Last day, UTC.")] = None,
    sort: str = "sequence",
) -> Page[DecisionSummary] | Response:
    """In the order they were made; sort by -sequence for the newest first."""
    page = await uow.read.decisions.page(
        run_id=RunId(run_id) if run_id else None,
        campaign_id=CampaignId(campaign_id) if campaign_id else None,
        step=step,
        author=author,
        since=since,
        until=until,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=DecisionSummary, request=paging, make=shape_summary)


@router.get("/decisions/verify", responses=problems(401, 403, 429), summary="Check the ledger")
async def verify_decisions(*, uow: Reading, edge: EdgeParts) -> LedgerCheck:
    """Reads every entry, compares it with the signed checkpoints, and names the first that is not what was recorded."""
    return shape_check(await use_cases.verify(uow, checkpoints=edge.checkpoints.read(uow.actor.tenant_id)))


@router.get(
    "/decisions/export",
    response_class=StreamingResponse,
    responses={
        200: {"description": "One entry a line.", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}},
        **problems(401, 403, 429),
    },
    summary="Export the ledger",
)
async def export_decisions(*, caller: Managing, edge: EdgeParts) -> StreamingResponse:
    """Everything needed to verify it elsewhere: sequence, canonical text, previous hash and hash of every entry."""
    lines = exported(edge.units, actor=caller.actor)
    headers = {"Content-Disposition": 'attachment; filename="decisions.jsonl"'}
    return StreamingResponse(lines, media_type="application/x-ndjson", headers=headers)


@router.post("/decisions/checkpoint", responses=problems(401, 403, 409, 429), summary="Sign a checkpoint")
async def make_checkpoint(*, caller: Managing, edge: EdgeParts) -> Checkpoint:
    """Signs everything since the last checkpoint, outside of the database. A ledger that does not hold is not signed."""
    made = await edge.checkpoints.make(edge.units, actor=caller.actor)
    if made is None:
        raise Conflict("There are no entries to sign yet.", code="LEDGER_EMPTY")
    return Checkpoint(sequence=made.head.sequence, hash=made.head.hash, at=made.at)


@router.get("/decisions/{decision_id}", responses=problems(401, 403, 404, 429), summary="Read a decision")
async def get_decision(*, uow: Reading, decision_id: UUID) -> Decision:
    """One entry with everything it says."""
    return shape_decision(await uow.read.decisions.get(DecisionId(decision_id)))


@router.post(
    "/decisions/{decision_id}/unmask", responses=problems(401, 403, 404, 422, 429), summary="Unmask a decision"
)
async def unmask_decision(*, caller: Managing, edge: EdgeParts, decision_id: UUID, body: UnmaskDecision) -> Unmasked:
    """The entry with nothing hidden. Who looked, and why, becomes an entry of its own; the answer is kept nowhere."""
    async with edge.units.for_actor(caller.actor) as uow:
        shown = await use_cases.unmask(
            uow, decision_id=DecisionId(decision_id), reason=body.reason, now=edge.clock.now()
        )
    return Unmasked(personal=dict(shown.personal), entry=dict(shown.entry))
