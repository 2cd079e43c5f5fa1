"""Reports: a person says that a text written automatically must not stand as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from nexusplanner.domain.shared import CampaignId, FieldErrors

LONGEST_COMMENT = 2000


class ReportTarget(StrEnum):
    """What is reported."""

    IDEA = "idea"
    CHANNEL_PLAN = "channel_plan"
    DECISION = "decision"
    ANSWER = "answer"


IN_CAMPAIGNS = frozenset({ReportTarget.IDEA, ReportTarget.CHANNEL_PLAN})
"""Texts that are found through their campaign."""


class ReportReason(StrEnum):
    """What is wrong with it."""

    UNTRUE = "untrue"
    OFFENSIVE = "offensive"
    PERSONAL = "personal"
    UNLAWFUL = "unlawful"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The reason in words, to follow a colon."""
        return _REASONS[self]


_REASONS: Mapping[ReportReason, str] = {
    ReportReason.UNTRUE: "it says what is not true",
    ReportReason.OFFENSIVE: "it offends or shuts people out",
    ReportReason.PERSONAL: "it tells of a person",
    ReportReason.UNLAWFUL: "it may be against the law or somebody's rights",
    ReportReason.OTHER: "another reason",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a person reports. campaign_id: of an idea or a channel plan; a decision or an assistant's answer needs none."""

    target: ReportTarget
    target_id: UUID
    campaign_id: CampaignId | None = None
    reason: ReportReason
    comment: str = ""

    def check(self) -> None:
        """Raise Invalid unless the parts fit together."""
        errors = FieldErrors()
        in_campaign = self.target in IN_CAMPAIGNS
        where = (
            "Say which campaign the text belongs to." if in_campaign else "Leave it out: the text stands for itself."
        )
        errors.check(in_campaign == (self.campaign_id is not None), "campaign_id", where)
        needs_words = self.reason is ReportReason.OTHER
        errors.check(not needs_words or bool(self.comment.strip()), "comment", "Say what is wrong with it.")
        errors.check_text(self.comment, "comment", most=LONGEST_COMMENT)
        errors.raise_if_any("report")
