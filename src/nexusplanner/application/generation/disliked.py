"""What people have against the texts that a run writes anew."""

from __future__ import annotations

from nexusplanner.application.learning.lessons import FEEDBACKS
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.run_requests import idea_of
from nexusplanner.domain.agents import Disliked
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, ChannelPlan
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType, reason_of
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import IdeaId

MOST = 12
"""The newest opinions that are answered."""


async def load_disliked(uow: UnitOfWork, run: Run, campaign: Campaign) -> tuple[Disliked, ...]:
    """The dislikes and comments on what the run replaces, newest first; of a new plan none."""
    plan = campaign.require_plan()
    ideas: tuple[CampaignIdea, ...] = ()
    channels: tuple[ChannelPlan, ...] = ()
    if run.kind is RunKind.REGENERATE_IDEA:
        ideas = tuple(idea for idea in plan.ideas if idea.id == idea_of(run.request))
    elif run.kind is RunKind.REGENERATE_IDEAS:
        ideas = plan.ideas
    elif run.kind is RunKind.REGENERATE_STRATEGIES:
        channels = plan.channel_plans
    if not (ideas or channels):
        return ()
    said = await uow.feedbacks.of_brand(brand_id=campaign.brand_id, limit=FEEDBACKS)
    against = [each for each in said if _against(each)]
    of_ideas = {idea.id: idea for idea in ideas}
    of_channels = {plan.id: plan for plan in channels}
    found = []
    for each in against:
        if each.target is FeedbackTarget.IDEA and each.target_id in of_ideas:
            found.append(_of(each, run, idea=of_ideas[IdeaId(each.target_id)]))
        elif each.target is FeedbackTarget.CHANNEL_PLAN and each.target_id in of_channels:
            found.append(_of(each, run, channel=of_channels[each.target_id]))
    return tuple(found[:MOST])


def _against(feedback: Feedback) -> bool:
    return feedback.verdict < 0 or feedback.feedback_type is FeedbackType.COMMENT


def _of(
    feedback: Feedback, run: Run, *, idea: CampaignIdea | None = None, channel: ChannelPlan | None = None
) -> Disliked:
    return Disliked(
        idea=idea,
        channel=channel.channel if channel else "",
        strategy=channel.strategy if channel else "",
        by="You" if feedback.user_id == run.user_id else "The team",
        disliked=feedback.verdict < 0,
        reason=reason_of(feedback.reason),
        said=feedback.said,
    )
