"""Campaigns: the container of a brief and its plan, and the status it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.campaigns.brief import Brief
from nexusplanner.domain.campaigns.claims import LONGEST_REASON, ClaimPlace
from nexusplanner.domain.campaigns.idea import CampaignIdea
from nexusplanner.domain.campaigns.plan import Plan
from nexusplanner.domain.knowledge import Citation, Claim, Passage
from nexusplanner.domain.shared import BrandId, CampaignId, Conflict, IdeaId, Invalid, NotFound, RunId, TenantId, UserId


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_S = CampaignStatus
CAMPAIGN_TRANSITIONS: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    _S.DRAFT: frozenset({_S.IN_REVIEW, _S.CANCELLED}),
    _S.IN_REVIEW: frozenset({_S.APPROVED, _S.DRAFT, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.ACTIVE, _S.DRAFT, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.COMPLETED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.COMPLETED, _S.CANCELLED}),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}

EDITABLE = frozenset({_S.DRAFT, _S.IN_REVIEW, _S.APPROVED})
"""An edit in review or after approval voids it: the campaign is a draft again."""


@dataclass(eq=False, kw_only=True)
class Campaign:
    """The container of a brief and its plan. deleted_at: set while a delete can still be undone.

    approved_plan: digest of the plan that was approved, while it is.
    """

    id: CampaignId = field(default_factory=lambda: CampaignId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    name: str
    status: CampaignStatus = CampaignStatus.DRAFT
    brief: Brief
    plan: Plan | None = None
    run_id: RunId | None = None
    created_by: UserId
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    approved_plan: str | None = None
    version: int = 1

    def move(self, status: CampaignStatus, *, at: datetime) -> None:
        """Change the status. Raises Conflict, naming what is allowed, when the table does not have it."""
        allowed = CAMPAIGN_TRANSITIONS[self.status]
        if status not in allowed:
            words = ", ".join(sorted(allowed)) or "nothing: it is final"
            raise Conflict(f"A campaign that is {self.status} can become {words}.", code="CAMPAIGN_STATUS")
        self.status, self.updated_at = status, at
        if status is CampaignStatus.APPROVED and self.plan is not None:
            self.approved_plan = self.plan.digest
        elif status is CampaignStatus.DRAFT:
            self.approved_plan = None

    def edited(self, *, at: datetime) -> None:
        """Note an edit; it voids review and approval. Raises Conflict when the campaign can no longer be edited."""
        self.require_editable()
        self.status, self.updated_at, self.approved_plan = CampaignStatus.DRAFT, at, None

    def require_editable(self) -> None:
        """Raise Conflict when the campaign can no longer be edited."""
        if self.status not in EDITABLE:
            raise Conflict(f"A campaign that is {self.status} cannot be edited.", code="CAMPAIGN_STATUS")

    def require_plan(self) -> Plan:
        """The plan. Raises Conflict (NO_PLAN) when there is none yet."""
        if self.plan is None:
            raise Conflict("The campaign has no plan yet: generate one first.", code="NO_PLAN")
        return self.plan

    def take_brief(self, brief: Brief, *, brand_id: BrandId, at: datetime) -> None:
        """Replace the brief. A plan made for another budget, time, goal or service is dropped with it."""
        self.edited(at=at)
        fits = brief.plans_like(self.brief)
        self.brief, self.brand_id = brief, brand_id
        self.plan = self.plan if fits else None

    def rename(self, name: str, *, at: datetime) -> None:
        """Give another name."""
        if not 0 < len(name.strip()) <= 200:
            raise Invalid("Give a name of at most 200 characters.", fields={"name": "1 to 200 characters."})
        self.edited(at=at)
        self.name = name.strip()

    def take_plan(self, plan: Plan, *, at: datetime) -> None:
        """Replace the plan. Raises Invalid when money or citations do not add up."""
        plan.check(brief=self.brief)
        self.edited(at=at)
        self.plan = plan

    def claim(self, place: ClaimPlace, text: str) -> Claim:
        """The claim of these words at this place. Raises Conflict (NO_PLAN), NotFound (CLAIM_NOT_FOUND)."""
        for each in self.require_plan().claims():
            if each.place == place and each.claim.text == text:
                return each.claim
        raise NotFound("The plan does not say this there any more. Read it again.", code="CLAIM_NOT_FOUND")

    def waive_claim(self, place: ClaimPlace, text: str, *, reason: str, by: UserId, at: datetime) -> None:
        """Let a claim stand without a source; review and approval go on, as nothing in the plan changes.

        Raises: Invalid without a reason, NotFound, Conflict for a claim that has a source, or when it is too late.
        """
        self.require_editable()
        if not 0 < len(reason.strip()) <= LONGEST_REASON:
            words = f"Say in at most {LONGEST_REASON:,} characters why it may stand without a source."
            raise Invalid(words, fields={"reason": words})
        if self.claim(place, text).supported:
            raise Conflict("A source supports this already; there is nothing to waive.", code="CLAIM_SUPPORTED")
        plan = self.require_plan()
        self.plan = _with_claim(plan, place, text, lambda claim: claim.waived(reason.strip(), by=by, at=at))
        self.updated_at = at

    def unwaive_claim(self, place: ClaimPlace, text: str, *, at: datetime) -> None:
        """Take a waiver back, and with it a review or an approval that rested on it.

        A claim that was not waived stays as it is. Raises: NotFound, Conflict.
        """
        self.require_editable()
        if self.claim(place, text).waived_reason:
            self.edited(at=at)
            self.plan = _with_claim(self.require_plan(), place, text, lambda claim: claim.unwaived)

    def source_claim(self, place: ClaimPlace, text: str, *, citation: Citation, passage: Passage, at: datetime) -> None:
        """Put a source under a claim; the passage joins the evidence. A review goes on, an approval is void.

        Raises: Invalid when the quote does not stand in the passage, NotFound, Conflict (PASSAGE_CHANGED) when the
        plan cites words of an older text of the passage that this one no longer has.
        """
        self.require_editable()
        self.claim(place, text)
        plan = self.require_plan()
        sourced = _with_claim(plan, place, text, lambda claim: claim.sourced(citation))
        kept = sourced.citing((*plan.evidence, passage))
        if sum(len(each.claim.citations) for each in kept.claims()) != sum(
            len(each.claim.citations) for each in sourced.claims()
        ):
            words = "Other claims cite an older text of this passage. Choose words that stand in that one."
            raise Conflict(words, code="PASSAGE_CHANGED")
        kept.check(brief=self.brief)
        if self.status is not CampaignStatus.IN_REVIEW:
            self.edited(at=at)
        self.plan, self.updated_at = kept, at

    def delete(self, *, at: datetime) -> None:
        """Hide the campaign; `restore` brings it back. Raises Conflict while it spends money."""
        if self.status in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
            raise Conflict("Complete or cancel the campaign before deleting it.", code="CAMPAIGN_STATUS")
        self.deleted_at = at

    def restore(self) -> None:
        """Undo a delete."""
        self.deleted_at = None

    def idea(self, idea_id: IdeaId) -> CampaignIdea:
        """The idea with this id. Raises NotFound."""
        for idea in self.plan.ideas if self.plan else ():
            if idea.id == idea_id:
                return idea
        raise NotFound.of("idea", idea_id)


def _with_claim(plan: Plan, place: ClaimPlace, text: str, change: Callable[[Claim], Claim]) -> Plan:
    return plan.with_claims(
        lambda each: change(each.claim) if each.place == place and each.claim.text == text else each.claim
    )
