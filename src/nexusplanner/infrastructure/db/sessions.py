"""Conversations with assistants. Sources, drafts and topics are documents that are read and replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Select, Table, Text, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.sessions import (
    AssistantKind,
    AssistantSession,
    Draft,
    Message,
    MessageRole,
    Source,
    Speaker,
    Topic,
)
from nexusplanner.domain.shared import MessageId, NotFound, SessionId
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

assistant_sessions = Table(
    "assistant_sessions",
    metadata,
    *tenant_key(),
    uuid_column("user_id"),
    Column("assistant", words(AssistantKind), nullable=False),
    uuid_column("campaign_id", nullable=True),
    Column("title", Text, nullable=False),
    Column("messages", Integer, nullable=False),
    instant("asked_at", nullable=True),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("user_id", "users", ondelete="CASCADE"),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    Index(None, "tenant_id", "user_id", "updated_at"),
)

assistant_messages = Table(
    "assistant_messages",
    metadata,
    *tenant_key(),
    uuid_column("session_id"),
    Column("position", Integer, nullable=False),
    Column("role", words(MessageRole), nullable=False),
    Column("author", words(Speaker), nullable=False),
    Column("text", Text, nullable=False),
    Column("citations", Jsonb[tuple[Source, ...]](tuple[Source, ...]), nullable=False),
    Column("drafts", Jsonb[tuple[Draft, ...]](tuple[Draft, ...]), nullable=False),
    Column("topic", Jsonb[Topic](Topic), nullable=False),
    Column("fallback_reason", Text, nullable=False),
    instant("created_at"),
    ForeignKeyConstraint(
        ["tenant_id", "session_id"],
        ["assistant_sessions.tenant_id", "assistant_sessions.id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="DEFERRED",
    ),
    UniqueConstraint("tenant_id", "session_id", "position"),
)

mapper_registry.map_imperatively(AssistantSession, assistant_sessions)
mapper_registry.map_imperatively(Message, assistant_messages)


class SqlSessions:
    """Conversations of the actor alone; not even administrators find other people's."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._user = actor.user_id

    async def get(self, session_id: SessionId, *, lock: bool = False) -> AssistantSession:
        """The session; locked until the transaction ends when asked. Raises NotFound."""
        key = (self._tenant, session_id)
        found = await self._session.get(AssistantSession, key, with_for_update=lock or None, populate_existing=lock)
        if found is None or found.user_id != self._user:
            raise NotFound.of("session", session_id)
        return found

    async def messages(self, session_id: SessionId) -> Sequence[Message]:
        """All of a session of the actor's, in order; none of anybody else's."""
        query = self._own().where(assistant_messages.c.session_id == session_id)
        return (await self._session.scalars(query.order_by(assistant_messages.c.position))).all()

    async def message(self, message_id: MessageId) -> Message:
        """A message of one of the actor's sessions. Raises NotFound."""
        found = await self._session.scalar(self._own().where(assistant_messages.c.id == message_id))
        if found is None:
            raise NotFound.of("message", message_id)
        return found

    def _own(self) -> Select[Message]:
        """Messages of the actor's sessions."""
        mine = select(assistant_sessions.c.id).where(
            assistant_sessions.c.tenant_id == self._tenant, assistant_sessions.c.user_id == self._user
        )
        return select(Message).where(
            assistant_messages.c.tenant_id == self._tenant, assistant_messages.c.session_id.in_(mine)
        )

    def add(self, session: AssistantSession) -> None:
        """Keep a new session."""
        self._session.add(session)

    def add_message(self, message: Message) -> None:
        """Keep a new message of one of the actor's sessions."""
        self._session.add(message)

    async def remove(self, session: AssistantSession) -> None:
        """Delete it with everything that was said."""
        await self._session.delete(session)
