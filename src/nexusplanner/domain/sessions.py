"""Conversations with the assistants: what was asked, what was answered with which sources, and changes on offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import (
    CampaignId,
    Conflict,
    DraftId,
    IdeaId,
    Invalid,
    MessageId,
    NotFound,
    SessionId,
    TenantId,
    UserId,
)

LONGEST_TEXT = 4000
MOST_MESSAGES = 200
LONGEST_TITLE = 80
ANSWERED_WITHIN = timedelta(seconds=60)
"""A question that waits for longer was cut off; another may be asked then."""


class AssistantKind(StrEnum):
    """What an assistant knows of. Planning is bound to one campaign."""

    WORKSPACE = "workspace"
    PLANNING = "planning"
    INSIGHTS = "insights"


class MessageRole(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


class Speaker(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    RULES = "rules"
    AI = "ai"


class DraftKind(StrEnum):
    """What a draft would do. brief: a new campaign. scenario: keep one. limits: divide the plan's budget anew."""

    BRIEF = "brief"
    SCENARIO = "scenario"
    REDO_IDEAS = "redo_ideas"
    REDO_IDEA = "redo_idea"
    LIMITS = "limits"


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


DRAFT_TRANSITIONS: Mapping[DraftState, frozenset[DraftState]] = {
    DraftState.OPEN: frozenset({DraftState.ACCEPTED, DraftState.DECLINED}),
    DraftState.ACCEPTED: frozenset(),
    DraftState.DECLINED: frozenset(),
}
"""What was accepted is done, and what was declined has to be asked for again."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A fact an answer stands on. id: "<kind>:<record>". quote: words of the fact. url: a path of ours, or ""."""

    id: str
    title: str
    quote: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of what a draft would change; before is "" for what is new."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A change on offer; nothing happens unless a person accepts it.

    campaign_version: of the campaign it was offered for; it is stale once that has another. What it needs by kind:
    name and brief; name and terms; a note; a note and an idea; terms. link: path of what came of it.
    """

    id: DraftId = field(default_factory=lambda: DraftId(uuid4()))
    kind: DraftKind
    title: str
    text: str
    changes: tuple[Change, ...] = ()
    state: DraftState = DraftState.OPEN
    link: str | None = None
    campaign_id: CampaignId | None = None
    campaign_version: int | None = None
    name: str = ""
    note: str = ""
    idea_id: IdeaId | None = None
    brief: Brief | None = None
    terms: ScenarioTerms | None = None

    def accepted(self, *, link: str) -> Draft:
        """The draft with what came of it. Raises Conflict (DRAFT_STATE)."""
        self.require(DraftState.ACCEPTED)
        return replace(self, state=DraftState.ACCEPTED, link=link)

    def declined(self) -> Draft:
        """The draft, turned down. Raises Conflict (DRAFT_STATE)."""
        self.require(DraftState.DECLINED)
        return replace(self, state=DraftState.DECLINED)

    def require(self, state: DraftState) -> None:
        """Raise Conflict (DRAFT_STATE) unless the draft can become `state`."""
        if state not in DRAFT_TRANSITIONS[self.state]:
            raise Conflict(
                f"This draft was {self.state} already. Ask for the change again to get a new one.", code="DRAFT_STATE"
            )


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What was spoken of last, so that "and video?" can be understood. Ids, or ""; words: of the last change tried."""

    tool: str = ""
    campaign_id: CampaignId | None = None
    brand: str = ""
    channel: str = ""
    service: str = ""
    segment: str = ""
    scenario: str = ""
    idea: int = 0
    words: str = ""

    def over(self, before: Topic) -> Topic:
        """The topic, with what it leaves open taken from the one before; another campaign begins anew."""
        other = self.campaign_id is not None and self.campaign_id != before.campaign_id
        kept = Topic(tool=before.tool, brand=before.brand) if other else before
        names = ("tool", "campaign_id", "brand", "channel", "service", "segment", "scenario", "idea", "words")
        return Topic(**{name: getattr(self, name) or getattr(kept, name) for name in names})


@dataclass(eq=False, kw_only=True)
class Message:
    """One message. position: counts the session's messages from 1. fallback_reason: why rules answered for a model."""

    id: MessageId = field(default_factory=lambda: MessageId(uuid4()))
    tenant_id: TenantId
    session_id: SessionId
    position: int
    role: MessageRole
    author: Speaker
    text: str
    citations: tuple[Source, ...] = ()
    drafts: tuple[Draft, ...] = ()
    topic: Topic = field(default_factory=Topic)
    fallback_reason: str = ""
    created_at: datetime

    def draft(self, draft_id: DraftId) -> Draft:
        """The draft with this id. Raises NotFound."""
        for draft in self.drafts:
            if draft.id == draft_id:
                return draft
        raise NotFound.of("draft", draft_id)

    def settle(self, draft: Draft) -> None:
        """Put `draft` in the place of the one with its id."""
        self.drafts = tuple(draft if each.id == draft.id else each for each in self.drafts)


@dataclass(eq=False, kw_only=True)
class AssistantSession:
    """A person's conversation with one assistant. messages: how many there are. asked_at: of a question not answered yet.

    title: the beginning of the first question. campaign_id: the one a planning session is bound to.
    """

    id: SessionId = field(default_factory=lambda: SessionId(uuid4()))
    tenant_id: TenantId
    user_id: UserId
    assistant: AssistantKind
    campaign_id: CampaignId | None = None
    title: str = ""
    messages: int = 0
    asked_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    def ask(self, text: str, *, at: datetime) -> Message:
        """The person's next message. Raises Invalid, Conflict (SESSION_FULL, SESSION_BUSY)."""
        check_text(text)
        if self.messages + 2 > MOST_MESSAGES:
            raise Conflict(
                f"A session holds {MOST_MESSAGES} messages. Start another one to go on.", code="SESSION_FULL"
            )
        if self.asked_at is not None and at - self.asked_at < ANSWERED_WITHIN:
            raise Conflict("The question before is still being answered. Wait for it.", code="SESSION_BUSY")
        words = " ".join(text.split())
        self.title = self.title or (words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…")
        self.asked_at = at
        return self._next(Message(
            tenant_id=self.tenant_id,
            session_id=self.id,
            position=self.messages + 1,
            role=MessageRole.USER,
            author=Speaker.PERSON,
            text=text.strip(),
            created_at=at,
        ))  # fmt: skip

    def answer(
        self,
        text: str,
        *,
        author: Speaker,
        citations: tuple[Source, ...],
        drafts: tuple[Draft, ...],
        topic: Topic,
        fallback_reason: str,
        at: datetime,
    ) -> Message:
        """The assistant's next message."""
        self.asked_at = None
        return self._next(Message(
            tenant_id=self.tenant_id,
            session_id=self.id,
            position=self.messages + 1,
            role=MessageRole.ASSISTANT,
            author=author,
            text=text,
            citations=citations,
            drafts=drafts,
            topic=topic,
            fallback_reason=fallback_reason,
            created_at=at,
        ))  # fmt: skip

    def _next(self, message: Message) -> Message:
        self.messages, self.updated_at = message.position, message.created_at
        return message


def check_text(text: str) -> None:
    """Raise Invalid unless `text` can be a message."""
    if not 0 < len(text.strip()) <= LONGEST_TEXT:
        words = f"Write 1 to {LONGEST_TEXT:,} characters."
        raise Invalid(f"A question needs words. {words}", fields={"text": words})
