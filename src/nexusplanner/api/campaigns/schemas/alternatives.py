"""Other texts for a plan, to accept or to leave."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nexusplanner.api.campaigns.schemas.parts import Idea, Passage
from nexusplanner.api.shapes import Input, Shape
from nexusplanner.domain import alternatives
from nexusplanner.domain.campaigns import Author


class ChannelText(Shape):
    """What a channel's strategy says."""

    channel: str
    channel_name: str
    strategy: str


class Texts(Shape):
    """Ideas, or the strategies of the channels; one of them is empty."""

    ideas: list[Idea]
    channel_strategies: list[ChannelText]


class Alternative(Shape):
    """Other texts for a part of the plan; the places of ideas in `before` and `after` correspond.

    idea_id: the one idea it would replace. run_id: none for a text that stood in the plan and was replaced. author: of
    the text in `after`. evidence: the passages that the texts cite. differs: what is different from what it would
    replace and why, in words.
    """

    id: UUID
    kind: alternatives.AlternativeKind
    state: alternatives.AlternativeState
    note: str
    idea_id: UUID | None
    run_id: UUID | None
    decision_id: UUID | None
    before: Texts
    after: Texts
    evidence: list[Passage]
    differs: list[str]
    author: Author
    provider: str
    created_at: datetime
    settled_at: datetime | None


class Alternatives(Shape):
    """Those of a campaign, newest first."""

    items: list[Alternative]


class AcceptInput(Input):
    """What to take. ideas: the new ideas to take; all when it is left out."""

    ideas: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None
