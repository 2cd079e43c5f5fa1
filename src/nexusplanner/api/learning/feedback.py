"""Opinions on campaigns, ideas and channel plans."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Opining, Reading
from nexusplanner.api.shapes import Input, Page, Shape
from nexusplanner.application import feedback as use_cases
from nexusplanner.domain import feedback
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import CampaignId, FeedbackId

router = APIRouter(route_class=GuardedRoute, tags=["Feedback"])


class FeedbackInput(Input):
    """An opinion. target_id: the idea, the channel plan, or the campaign itself. rating: 1 to 5, for ratings only.

    reason: of a dislike, "not_for_us", "too_close", "wrong_tone", "wrong_channel", "not_true", "other", or own words.
    """

    campaign_id: UUID
    feedback_type: feedback.FeedbackType
    target: feedback.FeedbackTarget
    target_id: UUID
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""
    comment: Annotated[str, Field(max_length=4000)] = ""

    def opinion(self, *, actor: Actor, now: datetime) -> feedback.Feedback:
        """The same as a new domain object."""
        return feedback.Feedback(
            tenant_id=actor.tenant_id,
            user_id=actor.user_id,
            campaign_id=CampaignId(self.campaign_id),
            feedback_type=self.feedback_type,
            target=self.target,
            target_id=self.target_id,
            rating=self.rating,
            reason=self.reason,
            comment=self.comment,
            created_at=now,
        )


class Feedback(Shape):
    """An opinion, and who has it."""

    id: UUID
    campaign_id: UUID
    user_id: UUID
    user_name: str
    feedback_type: feedback.FeedbackType
    target: feedback.FeedbackTarget
    target_id: UUID
    rating: int | None
    reason: str
    comment: str
    created_at: datetime


@router.post(
    "/feedback", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Give feedback"
)
async def give_feedback(*, uow: Opining, edge: EdgeParts, body: FeedbackInput, _: IdempotencyKey = None) -> Feedback:
    """Later plans of the brand take it into account."""
    given = body.opinion(actor=uow.actor, now=edge.clock.now())
    kept = await use_cases.give_feedback(uow, feedback=given)
    user = await uow.identity.user(kept.user_id)
    return Feedback(
        id=kept.id,
        campaign_id=kept.campaign_id,
        user_id=kept.user_id,
        user_name=user.name,
        feedback_type=kept.feedback_type,
        target=kept.target,
        target_id=kept.target_id,
        rating=kept.rating,
        reason=kept.reason,
        comment=kept.comment,
        created_at=kept.created_at,
    )


@router.get(
    "/feedback", response_model=Page[Feedback], responses=problems(401, 403, 404, 422, 429), summary="List feedback"
)
async def list_feedback(*, uow: Reading, paging: Paging, campaign_id: UUID) -> Page[Feedback] | Response:
    """Of one campaign, newest first."""
    campaign = await uow.campaigns.get(CampaignId(campaign_id))
    page = await uow.read.feedback.page(campaign_id=campaign.id, cursor=paging.cursor, limit=paging.limit)
    return page_of(page, shape=Feedback, request=paging)


@router.delete(
    "/feedback/{feedback_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Withdraw feedback"
)
async def delete_feedback(*, uow: Opining, edge: EdgeParts, feedback_id: UUID) -> None:
    """One's own; an administrator may remove any. It teaches nothing any more."""
    await use_cases.delete_feedback(uow, feedback_id=FeedbackId(feedback_id), now=edge.clock.now())
