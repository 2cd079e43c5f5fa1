"""Take and withdraw opinions on campaigns, ideas and channel plans."""

from __future__ import annotations

from nexusplanner.application.outcomes import note_feedback
from nexusplanner.application.ports import UnitOfWork
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
    uow.feedbacks.add(feedback)
    await note_feedback(uow, feedback)
    await uow.flush()
    return feedback


async def delete_feedback(uow: UnitOfWork, *, feedback_id: FeedbackId) -> None:
    """Withdraw one's own opinion; an administrator may remove any. Raises NotFound and Forbidden."""
    uow.actor.require(Permission.FEEDBACK)
    feedback = await uow.feedbacks.get(feedback_id)
    if feedback.user_id != uow.actor.user_id and Permission.ADMINISTER not in uow.actor.permissions:
        raise Forbidden("Only its author or an administrator may remove this feedback.")
    await uow.feedbacks.remove(feedback)


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
