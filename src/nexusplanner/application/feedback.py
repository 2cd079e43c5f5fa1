"""Take and withdraw opinions on campaigns, ideas and channel plans."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.learning.making import keep_made
from nexusplanner.application.outcomes.proposals import note_feedback, note_withdrawn
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.feedback import Feedback, FeedbackTarget
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import FeedbackId, Forbidden, IdeaId, NotFound


async def give_feedback(uow: UnitOfWork, *, feedback: Feedback) -> Feedback:
    """Keep an opinion. Raises Invalid, and NotFound when the campaign or what it is about does not exist."""
    uow.actor.require(Permission.FEEDBACK)
    feedback.check()
    campaign = await uow.campaigns.get(feedback.campaign_id)
    _require_target(campaign, feedback)
    await _keep_target(uow, campaign, feedback)
    uow.feedbacks.add(feedback)
    await note_feedback(uow, feedback)
    await uow.flush()
    return feedback


async def delete_feedback(uow: UnitOfWork, *, feedback_id: FeedbackId, now: datetime) -> None:
    """Withdraw one's own opinion; an administrator may remove any. It teaches nothing any more.

    Raises: NotFound, Forbidden.
    """
    uow.actor.require(Permission.FEEDBACK)
    feedback = await uow.feedbacks.get(feedback_id)
    if feedback.user_id != uow.actor.user_id and Permission.ADMINISTER not in uow.actor.permissions:
        raise Forbidden("Only its author or an administrator may remove this feedback.")
    await uow.feedbacks.remove(feedback)
    await uow.flush()
    await note_withdrawn(uow, feedback, now=now)


async def _keep_target(uow: UnitOfWork, campaign: Campaign, feedback: Feedback) -> None:
    """Keep what it is about as it is now: it may be edited, or leave its plan."""
    plan = campaign.require_plan() if feedback.target is not FeedbackTarget.CAMPAIGN else None
    await keep_made(
        uow,
        campaign,
        ideas=[idea for idea in plan.ideas if idea.id == feedback.target_id] if plan else (),
        channels=[each for each in plan.channel_plans if each.id == feedback.target_id] if plan else (),
        lessons=None,
        run_id=campaign.run_id,
        now=feedback.created_at,
    )


def _require_target(campaign: Campaign, feedback: Feedback) -> None:
    """Raise NotFound unless the target is a part of the campaign."""
    if feedback.target is FeedbackTarget.IDEA:
        campaign.idea(IdeaId(feedback.target_id))
    elif feedback.target is FeedbackTarget.CHANNEL_PLAN:
        plans = campaign.plan.channel_plans if campaign.plan else ()
        if feedback.target_id not in {plan.id for plan in plans}:
            raise NotFound.of("channel plan", feedback.target_id)
    elif feedback.target_id != campaign.id:
        raise NotFound.of("campaign", feedback.target_id)
