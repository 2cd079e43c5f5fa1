"""What conversations with assistants need to be kept. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nexusplanner.domain.sessions import AssistantKind, AssistantSession, Message
from nexusplanner.domain.shared import CampaignId, MessageId, Page, SessionId

PAGE_SIZE = 20


class Sessions(Protocol):
    """Conversations of the actor alone; not even administrators find other people's."""

    async def get(self, session_id: SessionId, *, lock: bool = False) -> AssistantSession:
        """The session; locked until the transaction ends when asked. Raises NotFound."""
        ...

    async def messages(self, session_id: SessionId) -> Sequence[Message]:
        """All of a session of the actor's, in order; none of anybody else's."""
        ...

    async def message(self, message_id: MessageId) -> Message:
        """A message of one of the actor's sessions. Raises NotFound."""
        ...

    def add(self, session: AssistantSession) -> None:
        """Keep a new session."""
        ...

    def add_message(self, message: Message) -> None:
        """Keep a new message of one of the actor's sessions."""
        ...

    async def remove(self, session: AssistantSession) -> None:
        """Delete it with everything that was said."""
        ...


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A conversation in a list. messages: how many there are."""

    id: SessionId
    assistant: AssistantKind
    title: str
    campaign_id: CampaignId | None
    messages: int
    created_at: datetime
    updated_at: datetime


class SessionReads(Protocol):
    """Lists of the actor's own conversations."""

    async def page(
        self,
        *,
        assistant: AssistantKind | None = None,
        campaign_id: CampaignId | None = None,
        sort: str = "-updated_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[SessionRow]:
        """Sorts: updated_at, created_at."""
        ...
