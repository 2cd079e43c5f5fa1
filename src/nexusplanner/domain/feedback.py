"""Feedback: what people think of an idea or a channel plan."""

from __future__ import annotations

from collections.abc import Mapping
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


class Reason(StrEnum):
    """Why something is disliked, as far as that is more than words."""

    NOT_FOR_US = "not_for_us"
    TOO_CLOSE = "too_close"
    WRONG_TONE = "wrong_tone"
    WRONG_CHANNEL = "wrong_channel"
    NOT_TRUE = "not_true"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason in words, to follow a colon."""
        return _REASONS[self]


_REASONS: Mapping[Reason, str] = {
    Reason.NOT_FOR_US: "not for us",
    Reason.TOO_CLOSE: "too close to what is there",
    Reason.WRONG_TONE: "wrong tone",
    Reason.WRONG_CHANNEL: "wrong channel",
    Reason.NOT_TRUE: "not true",
    Reason.OTHER: "another reason",
}
_EARLIER: Mapping[str, Reason] = {
    "wrong_fact": Reason.NOT_TRUE,
    "off_brand": Reason.WRONG_TONE,
    "seen_before": Reason.TOO_CLOSE,
}
"""Words for the same that opinions given earlier have."""


def reason_of(text: str) -> Reason | None:
    """The reason behind a word of the list; none for free text."""
    word = text.strip().lower()
    return _EARLIER.get(word) or next((each for each in Reason if each == word), None)


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

    @property
    def verdict(self) -> float:
        """How good it finds the target, -1 to 1; 0 for a comment and for three stars."""
        if self.feedback_type is FeedbackType.RATING:
            return ((self.rating or 3) - 3) / 2
        return {FeedbackType.LIKE: 1.0, FeedbackType.DISLIKE: -1.0}.get(self.feedback_type, 0.0)

    @property
    def said(self) -> str:
        """What it says in the person's own words: the comment, and a reason that is not from the list."""
        free = "" if reason_of(self.reason) else self.reason
        return " ".join(part.strip() for part in (free, self.comment) if part.strip())

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
