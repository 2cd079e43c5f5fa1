"""What plans and alternatives share: ideas, what they claim, and what carries it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from nexusplanner.api.campaigns.schemas.confidence import Confidence
from nexusplanner.api.shapes import Shape
from nexusplanner.domain import campaigns, knowledge


class Citation(Shape):
    """The words of a passage that carry a claim: its text from start to end."""

    passage_id: str
    quote: str
    start: int
    end: int
    stance: knowledge.Stance


class Claim(Shape):
    """One thing a text asserts, with what carries it. waived_by: the user who let it stand without a source."""

    text: str
    supported: bool
    citations: list[Citation]
    waived_reason: str
    waived_by: UUID | None
    waived_at: datetime | None


class Passage(Shape):
    """A text that was cited."""

    id: str
    kind: knowledge.SourceKind
    title: str
    text: str
    origin: str
    on: date | None
    trust: str
    url: str


class Idea(Shape):
    """A thought to build the campaign on. author: who wrote the text. confidence: how sure one may be of it.

    learned: what earlier feedback changed about it, in words.
    """

    id: UUID
    theme: str
    description: str
    target_kpi: str
    core_message: str
    target_segments: list[str]
    competitive_angle: str
    framework: str
    angle: str
    channels: list[str]
    claims: list[Claim]
    supported_share: float
    author: campaigns.Author
    chosen: bool
    learned: list[str]
    confidence: Confidence
