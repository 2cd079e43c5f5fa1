"""Lessons: what one opinion, one act or one result says of the parts a proposal was made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.shared import BrandId, CampaignId, RunId, SegmentId, ServiceId, TenantId, UserId

HALF_LIFE = 180.0
"""Days after which a lesson counts half."""


class ArmKind(StrEnum):
    """What a proposal is made of, as far as it is learned from."""

    FRAMEWORK = "framework"
    ANGLE = "angle"
    FORMAT = "format"
    CHANNEL = "channel"


class LessonSource(StrEnum):
    """Likes and results are kept apart: FEEDBACK is what people say and do, RESULT what a campaign brought."""

    FEEDBACK = "feedback"
    RESULT = "result"


@dataclass(frozen=True, kw_only=True, order=True)
class Arm:
    """One way to make a proposal. key: of the reference data; of a format its name."""

    kind: ArmKind
    key: str

    def memory_id(self, brand_id: BrandId, segment_id: SegmentId | None) -> UUID:
        """The id of what is remembered of the arm for an audience of a brand: the same whenever it is computed."""
        return uuid5(brand_id, f"{self.kind.value}:{self.key}:{segment_id or ''}")


@dataclass(frozen=True, kw_only=True)
class Share:
    """How far a lesson is about an arm, 0 to 1."""

    arm: Arm
    part: float


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One thing that happened to a proposal.

    id: of the opinion or outcome. subject_id: the idea or channel plan. value: -1 (bad) to 1. certain: how much one such
    lesson says, 0 to 1. segment: the audience spoken to, by name; segment_id: when that is one of the brand's segments.
    """

    id: str
    source: LessonSource
    subject_id: UUID
    campaign_id: CampaignId
    is_idea: bool
    value: float
    certain: float
    at: datetime
    shares: tuple[Share, ...]
    segment_id: SegmentId | None = None
    segment: str = ""
    title: str

    @property
    def url(self) -> str:
        """The page on which the proposal is shown."""
        return f"/campaigns/{self.campaign_id}/{'ideas' if self.is_idea else 'budget'}"

    def weight(self, at: datetime) -> float:
        """How much it counts at an instant: certainty, halved with every half-life."""
        age = max((at - self.at).total_seconds(), 0.0) / 86_400
        return float(self.certain * 0.5 ** (age / HALF_LIFE))


@dataclass(eq=False, kw_only=True)
class Made:
    """What a proposal was made of, kept because it may leave its plan.

    id: of the idea or channel plan. formats: those its text names, in their order. lessons: how many were known when it
    was chosen; none for a proposal from before they were kept. propensity: the probability with which what was learned
    led to its angle; none where nothing was learned or a model chose.
    """

    id: UUID
    tenant_id: TenantId
    brand_id: BrandId
    campaign_id: CampaignId
    service_id: ServiceId
    run_id: RunId | None
    is_idea: bool
    name: str
    framework: str
    angle: str
    channels: tuple[str, ...]
    formats: tuple[str, ...]
    segments: tuple[str, ...]
    author: Author
    lessons: int | None
    propensity: float | None = None
    made_at: datetime

    @property
    def group(self) -> str:
        """Proposals that can be compared: for the same service, by the same kind of author."""
        return f"{self.service_id}:{self.author.value}"


@dataclass(eq=False, kw_only=True)
class Forgotten:
    """What somebody wants forgotten: earlier lessons about an arm and an audience. lessons: their ids.

    id: of the memory. What the lessons say of other arms stays.
    """

    id: UUID
    tenant_id: TenantId
    brand_id: BrandId
    kind: ArmKind
    key: str
    lessons: tuple[str, ...]
    at: datetime
    user_id: UserId

    @property
    def arm(self) -> Arm:
        """What it was about."""
        return Arm(kind=self.kind, key=self.key)

    def covers(self, lesson: Lesson, arm: Arm, *, brand_id: BrandId) -> bool:
        """Whether this part of the lesson is forgotten: named then, or of the same arm and audience and no later."""
        if arm != self.arm or brand_id != self.brand_id:
            return False
        return lesson.id in self.lessons or (
            lesson.at <= self.at and arm.memory_id(brand_id, lesson.segment_id) == self.id
        )


def remembered(lessons: Iterable[Lesson], *, brand_id: BrandId, forgotten: Collection[Forgotten]) -> tuple[Lesson, ...]:
    """The lessons without what was forgotten, oldest first; one of which nothing is left is gone."""
    kept = []
    for lesson in lessons:
        shares = tuple(
            share
            for share in lesson.shares
            if not any(each.covers(lesson, share.arm, brand_id=brand_id) for each in forgotten)
        )
        if shares:
            kept.append(replace(lesson, shares=shares))
    return tuple(sorted(kept, key=lambda lesson: (lesson.at, lesson.id)))
