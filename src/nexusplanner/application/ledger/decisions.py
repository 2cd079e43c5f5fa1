"""Use cases on the decision ledger: record what was decided, verify the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nexusplanner.application.agents.checking.redaction import redact
from nexusplanner.application.agents.decided import Record
from nexusplanner.application.ledger.masking import masked
from nexusplanner.application.origins import PERSON
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Campaign, Certificate, Plan
from nexusplanner.domain.checkpoints import Checkpoint
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.ledger import Verification
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import CampaignId, DecisionId, Invalid, RunId


async def verify(uow: UnitOfWork, *, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """Check every entry of the workspace's ledger and name the first that is not what was recorded.

    checkpoints: what was signed of it, in order. Raises: Forbidden.
    """
    uow.actor.require(Permission.READ)
    return await uow.ledger.verify(checkpoints=checkpoints)


@dataclass(frozen=True, kw_only=True)
class Unmasked:
    """An entry as it was recorded, and what its sealed part says of persons, by subject."""

    entry: Mapping[str, Any]
    personal: Mapping[str, Any]


async def unmask(uow: UnitOfWork, *, decision_id: DecisionId, reason: str, now: datetime) -> Unmasked:
    """An entry with nothing masked, for a reason that goes into the ledger with who asked.

    Nobody is recorded as having seen what is not there: subjects that were erased are left out. Raises: Forbidden,
    Invalid, NotFound.
    """
    uow.actor.require(Permission.ADMINISTER)
    if not reason.strip():
        message = "Say why you need to see personal data; the reason is kept in the ledger."
        raise Invalid(message, fields={"reason": message})
    row = await uow.read.decisions.get(decision_id)
    personal = await uow.ledger.personal(decision_id)
    entry = {name: value for name, value in row.entry.items() if name != "personal"}
    if personal or masked(entry).found:
        record = _by_person(
            uow,
            summary=f"Looked at the personal data of entry {row.sequence}.",
            output={"reason": reason.strip(), "subjects": sorted(personal)},
            decision=str(decision_id),
        )
        await _append(uow, record, run_id=None, campaign_id=row.campaign_id, step="unmask_decision", now=now)
    return Unmasked(entry=entry, personal=personal)


async def record_step(
    uow: UnitOfWork, record: Record, *, run: Run, step: str, now: datetime, latency_ms: int = 0
) -> None:
    """Note in the ledger what an agent decided in a step of a run."""
    await _append(uow, record, run_id=run.id, campaign_id=run.campaign_id, step=step, now=now, latency_ms=latency_ms)


async def record_answer(
    uow: UnitOfWork, record: Record, *, campaign_id: CampaignId | None, now: datetime, latency_ms: int
) -> None:
    """Note in the ledger that an assistant answered; what was said stays in the conversation."""
    await _append(
        uow, record, run_id=None, campaign_id=campaign_id, step=TextStep.ASSIST.value, now=now, latency_ms=latency_ms
    )


async def record_change(
    uow: UnitOfWork,
    campaign: Campaign,
    *,
    step: str,
    summary: str,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str = "",
    certificate: Certificate | None = None,
) -> None:
    """Note in the ledger what a person changed by hand: what was before, what is after, and why."""
    output: dict[str, Any] = {"before": dict(before), "after": dict(after), "reason": reason}
    if certificate is not None:
        output["certificate"] = {
            "objective": certificate.objective,
            "value": certificate.value,
            "upper_bound": certificate.upper_bound,
            "gap": certificate.gap,
        }
    record = _by_person(uow, summary=summary, output=output)
    await _append(uow, record, run_id=None, campaign_id=campaign.id, step=step, now=now)


async def record_setting(
    uow: UnitOfWork,
    *,
    step: str,
    summary: str,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Note in the ledger what a person changed in how the workspace works. Neither side may hold a secret."""
    record = _by_person(uow, summary=summary, output={"before": dict(before), "after": dict(after)})
    await _append(uow, record, run_id=None, campaign_id=None, step=step, now=now)


async def record_report(
    uow: UnitOfWork,
    *,
    step: str,
    summary: str,
    campaign_id: CampaignId | None,
    output: Mapping[str, Any],
    now: datetime,
) -> None:
    """Note in the ledger that a person reported a text, with the text as it stood."""
    record = _by_person(uow, summary=summary, output=output)
    await _append(uow, record, run_id=None, campaign_id=campaign_id, step=step, now=now)


def amounts_of(plan: Plan | None) -> dict[str, str]:
    """What each channel of a plan gets, as decimal strings."""
    return {each.channel: each.budget.decimal for each in plan.channel_plans} if plan else {}


def _by_person(uow: UnitOfWork, *, summary: str, output: Mapping[str, Any], **inputs: str) -> Record:
    """What the actor did by hand."""
    return Record(
        agent="person",
        agent_version="1",
        origin=PERSON,
        summary=summary,
        inputs={"user": str(uow.actor.user_id), **inputs},
        output=dict(output),
    )


async def _append(
    uow: UnitOfWork,
    record: Record,
    *,
    run_id: RunId | None,
    campaign_id: CampaignId | None,
    step: str,
    now: datetime,
    latency_ms: int = 0,
) -> None:
    origin = record.origin
    # A server says what it likes where it names its model: even the key it was sent.
    await uow.ledger.append(
        Decision(
            tenant_id=uow.actor.tenant_id,
            run_id=run_id,
            campaign_id=campaign_id,
            step=step,
            agent=record.agent,
            agent_version=record.agent_version,
            author=origin.author,
            provider=origin.provider,
            provider_version=origin.version,
            model=origin.model_asked,
            model_answered=redact(origin.model_answered).text,
            prompt=origin.prompt_name,
            prompt_version=origin.prompt_version,
            prompt_sha256=origin.prompt_sha256,
            parameters=origin.parameters,
            seed=record.seed,
            inputs=record.inputs,
            output=record.output,
            summary=record.summary,
            evidence=record.evidence,
            alternatives=record.alternatives,
            confidence=record.confidence,
            usage=origin.usage,
            cost_microunits=origin.cost_microunits,
            price_version=origin.price_version,
            attempts=origin.attempts,
            fallback_reason=origin.fallback_reason,
            finish_reason=redact(origin.finish_reason).text,
            removed=origin.removed,
            latency_ms=latency_ms,
            decided_at=now,
        )
    )
