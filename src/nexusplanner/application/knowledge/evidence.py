"""Claims that no source supports: list them, put a source under one, or let it stand for a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nexusplanner.application.editing import require_version
from nexusplanner.application.ledger.decisions import record_change
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign, ClaimPlace, PlacedClaim, Plan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.knowledge import Passage, Stance
from nexusplanner.domain.shared import CampaignId, Conflict, Invalid, NotFound

MOST_NAMED = 20


async def list_unsupported(uow: UnitOfWork, *, campaign_id: CampaignId) -> Sequence[PlacedClaim]:
    """Claims of the plan without a supporting source, those that were waived too. Raises NotFound."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    return campaign.plan.unsupported if campaign.plan else ()


def require_settled(plan: Plan) -> None:
    """Raise Conflict (UNSUPPORTED_CLAIMS, the claims in its details) while one is neither supported nor waived."""
    unsettled = [each for each in plan.unsupported if not each.claim.settled]
    if unsettled:
        claims = "claim has" if len(unsettled) == 1 else "claims have"
        raise Conflict(
            f"{len(unsettled)} {claims} no source. Edit the text, attach a source, or waive it with a reason first.",
            code="UNSUPPORTED_CLAIMS",
            details={"count": len(unsettled), "claims": [_told_place(each) for each in unsettled[:MOST_NAMED]]},
        )


async def waive_claim(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    place: ClaimPlace,
    text: str,
    reason: str,
    version: int,
    now: datetime,
) -> Campaign:
    """Let a claim stand without a source, for a reason that is kept. Raises as `Campaign.waive_claim`, VersionConflict."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    require_version(campaign, version=version)
    campaign.waive_claim(place, text, reason=reason, by=uow.actor.user_id, at=now)
    kept = campaign.claim(place, text).waived_reason
    await _record(
        uow, campaign, place, text, step="waive_claim", did="was let stand without a source", why=kept, now=now
    )
    return campaign


async def unwaive_claim(
    uow: UnitOfWork, *, campaign_id: CampaignId, place: ClaimPlace, text: str, now: datetime
) -> Campaign:
    """Take a waiver back; doing so again changes nothing. Raises NotFound, Conflict."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    was = campaign.claim(place, text).waived_reason
    campaign.unwaive_claim(place, text, at=now)
    if was:
        before = {"waived_reason": was}
        await _record(
            uow, campaign, place, text, step="unwaive_claim", did="needs a source again", before=before, now=now
        )
    return campaign


async def source_claim(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    place: ClaimPlace,
    text: str,
    passage_id: str,
    quote: str,
    stance: Stance,
    version: int,
    now: datetime,
) -> Campaign:
    """Put a passage's words under a claim. Raises as `Campaign.source_claim`, NotFound (passage), VersionConflict."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    require_version(campaign, version=version)
    passage = await _passage(uow, campaign, passage_id=passage_id, quote=quote)
    try:
        citation = passage.cite(quote, stance=stance)
    except Invalid as error:
        words = f"These words do not stand in “{passage.title}”. Copy them from its text."
        raise Invalid(words, fields={"quote": words}) from error
    campaign.source_claim(place, text, citation=citation, passage=passage, at=now)
    source = {"passage_id": passage.id, "quote": quote, "stance": stance.value}
    did = f"got “{passage.title}” as a source"
    await _record(uow, campaign, place, text, step="source_claim", did=did, after=source, now=now)
    return campaign


async def _passage(uow: UnitOfWork, campaign: Campaign, *, passage_id: str, quote: str) -> Passage:
    """The passage as the plan has it, where the words stand there, else as it is on file now. Raises NotFound."""
    cited = [each for each in campaign.require_plan().evidence if each.id == passage_id]
    found = [*cited, *await uow.passages.read([passage_id])]
    if not found:
        raise NotFound.of("passage", passage_id)
    return next((each for each in found if quote and quote in each.text), found[-1])


async def _record(
    uow: UnitOfWork,
    campaign: Campaign,
    place: ClaimPlace,
    text: str,
    *,
    step: str,
    did: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    await uow.flush()
    where = {"owner": place.owner.value, "owner_id": str(place.id) if place.id else None, "claim": text}
    await record_change(
        uow,
        campaign,
        step=step,
        summary=f"The claim “{text}” {did}.",
        now=now,
        before=where | dict(before or {}),
        after=where | dict(after or {}),
        reason=why,
    )


def _told_place(each: PlacedClaim) -> dict[str, Any]:
    return {
        "owner": each.place.owner.value,
        "owner_id": str(each.place.id) if each.place.id else None,
        "owner_name": each.name,
        "text": each.claim.text,
    }
