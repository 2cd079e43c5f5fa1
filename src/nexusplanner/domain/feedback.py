"""Feedback: what people think of an idea or a channel plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from nexusplanner.domain.shared import CampaignId, FeedbackId, FieldErrors, TenantId, UserId


class FeedbackType(StrEnum):
    """How the opinion is expressed."""

    LIKE = "like"
    DISLIKE = "dislike"
    RATING = "rating"
    COMMENT = "comment"


class FeedbackTarget(StrEnum):
    """What the opinion is about."""

    CAMPAIGN = "campaign"
    IDEA = "idea"
    CHANNEL_PLAN = "channel_plan"


@dataclass(eq=False, kw_only=True)
class Feedback:
    """One opinion. target_id: the idea, the channel plan, or the campaign itself. rating: 1 to 5 for ratings."""

    id: FeedbackId = field(default_factory=lambda: FeedbackId(uuid4()))
    tenant_id: TenantId
    user_id: UserId
    campaign_id: CampaignId
    feedback_type: FeedbackType
    target: FeedbackTarget
    target_id: UUID
    rating: int | None = None
    reason: str = ""
    comment: str = ""
    created_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the parts fit together."""
        errors = FieldErrors()
        rated = self.feedback_type is FeedbackType.RATING
        errors.check(rated == (self.rating is not None), "rating", "A rating, and only a rating, has stars.")
        errors.check(self.rating is None or 1 <= self.rating <= 5, "rating", "Give 1 to 5.")
        needs_text = self.feedback_type is FeedbackType.COMMENT
        errors.check(not needs_text or bool(self.comment.strip()), "comment", "Write the comment.")
        errors.check(len(self.comment) <= 4000, "comment", "Keep the comment below 4,000 characters.")
        errors.raise_if_any("feedback")
