"""Conversations with the assistants: one's own alone. An answer cites what it stands on; changes are drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, field_validator

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import Asking, EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, remember
from nexusplanner.api.shapes import Input, Page, Shape
from nexusplanner.application.assistants import conversations as use_cases
from nexusplanner.application.assistants.settling import accept_draft as accept
from nexusplanner.application.assistants.settling import decline_draft as decline
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import sessions
from nexusplanner.domain.sessions import LONGEST_TEXT, AssistantKind
from nexusplanner.domain.shared import CampaignId, DraftId, SessionId

router = APIRouter(route_class=GuardedRoute, tags=["Assistants"])


class SessionInput(Input):
    """Which assistant; a planning session needs its campaign."""

    assistant: AssistantKind
    campaign_id: UUID | None = None


class QuestionInput(Input):
    """What a person says."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]

    @field_validator("text", mode="before")
    @classmethod
    def _asks(cls, value: object) -> object:
        if isinstance(value, str) and not value.strip():
            raise ValueError("A question needs words. Write what you want to know.")
        return value


class AssistantSource(Shape):
    """What an answer stands on. url: the path of a page of the application, or empty."""

    id: str
    title: str
    quote: str
    url: str


class AssistantChange(Shape):
    """What a draft would change; before is empty for what is new."""

    label: str
    before: str
    after: str


class AssistantDraft(Shape):
    """A change on offer. link: the page of what came of it, once it was accepted."""

    id: UUID
    kind: sessions.DraftKind
    title: str
    text: str
    changes: list[AssistantChange]
    state: sessions.DraftState
    link: str | None


class AssistantMessage(Shape):
    """One message: plain text with paragraphs and lines that begin with "- ".

    fallback_reason: why rules answered although a model was to.
    """

    id: UUID
    role: sessions.MessageRole
    text: str
    author: sessions.Speaker
    citations: list[AssistantSource]
    drafts: list[AssistantDraft]
    fallback_reason: str
    created_at: datetime


class AssistantSessionRow(Shape):
    """A conversation in a list. messages: how many there are."""

    id: UUID
    assistant: AssistantKind
    title: str
    campaign_id: UUID | None
    messages: int
    updated_at: datetime


class AssistantSession(Shape):
    """A conversation with everything that was said, in order."""

    id: UUID
    assistant: AssistantKind
    title: str
    campaign_id: UUID | None
    messages: list[AssistantMessage]
    created_at: datetime
    updated_at: datetime


async def _shaped(uow: UnitOfWork, session: sessions.AssistantSession) -> AssistantSession:
    messages = await uow.sessions.messages(session.id)
    return AssistantSession(
        id=session.id,
        assistant=session.assistant,
        title=session.title,
        campaign_id=session.campaign_id,
        messages=[AssistantMessage.model_validate(message) for message in messages],
        created_at=session.created_at,
        updated_at=session.updated_at,
    )


@router.get(
    "/sessions",
    response_model=Page[AssistantSessionRow],
    responses=problems(401, 403, 422, 429),
    summary="List my conversations",
)
async def list_sessions(
    *, uow: Reading, paging: Paging, assistant: AssistantKind | None = None, campaign_id: UUID | None = None
) -> Page[AssistantSessionRow] | Response:
    """One's own, the one that was used last first."""
    page = await uow.read.sessions.page(
        assistant=assistant,
        campaign_id=CampaignId(campaign_id) if campaign_id else None,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=AssistantSessionRow, request=paging)


@router.post(
    "/sessions", status_code=201, responses=problems(400, 401, 403, 404, 422, 429), summary="Start a conversation"
)
async def start_session(
    *, uow: Reading, edge: EdgeParts, body: SessionInput, _: IdempotencyKey = None
) -> AssistantSession:
    """Nobody else reads it, not even an administrator."""
    session = await use_cases.start_session(
        uow,
        assistant=body.assistant,
        campaign_id=CampaignId(body.campaign_id) if body.campaign_id else None,
        now=edge.clock.now(),
    )
    return await _shaped(uow, session)


@router.get("/sessions/{session_id}", responses=problems(401, 403, 404, 429), summary="Read a conversation")
async def get_session(*, uow: Reading, session_id: UUID) -> AssistantSession:
    """With everything that was said."""
    return await _shaped(uow, await uow.sessions.get(SessionId(session_id)))


@router.delete(
    "/sessions/{session_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a conversation"
)
async def delete_session(*, uow: Reading, session_id: UUID) -> None:
    """It is gone for good; what was accepted in it stays."""
    await use_cases.delete_session(uow, session_id=SessionId(session_id))


@router.post(
    "/sessions/{session_id}/messages",
    status_code=201,
    response_model=AssistantMessage,
    responses={
        202: {
            "model": AssistantMessage,
            "description": "The question was kept; its answer was cut off. Read the session.",
        },
        **problems(400, 401, 403, 404, 409, 422, 429),
    },
    summary="Ask an assistant",
)
async def say(
    *, request: Request, uow: Asking, edge: EdgeParts, session_id: UUID, body: QuestionInput, _: IdempotencyKey = None
) -> Response:
    """The answer: from what is on record, with sources; changes are offered as drafts and nothing is done."""
    of = SessionId(session_id)
    question = await use_cases.ask(uow, session_id=of, text=body.text, now=edge.clock.now())
    actor = uow.actor

    async def after_commit() -> Response:
        answer = await edge.assistants.answer(actor, session_id=of, question_id=question.id)
        response = _json(AssistantMessage.model_validate(answer), status=201)
        await remember(request, response)
        return response

    request.state.after_commit = after_commit
    return _json(AssistantMessage.model_validate(question), status=202)


def _json(shape: BaseModel, *, status: int) -> JSONResponse:
    return JSONResponse(shape.model_dump(mode="json"), status_code=status)


@router.post(
    "/sessions/{session_id}/drafts/{draft_id}/accept",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Accept what an assistant offers",
)
async def accept_draft(
    *, uow: Planning, edge: EdgeParts, session_id: UUID, draft_id: UUID, _: IdempotencyKey = None
) -> AssistantDraft:
    """It is done with one's own rights; 409 when the campaign was changed since."""
    draft = await accept(uow, session_id=SessionId(session_id), draft_id=DraftId(draft_id), now=edge.clock.now())
    return AssistantDraft.model_validate(draft)


@router.post(
    "/sessions/{session_id}/drafts/{draft_id}/decline",
    responses=problems(401, 403, 404, 409, 429),
    summary="Decline what an assistant offers",
)
async def decline_draft(*, uow: Reading, session_id: UUID, draft_id: UUID) -> AssistantDraft:
    """The conversation remembers it."""
    draft = await decline(uow, session_id=SessionId(session_id), draft_id=DraftId(draft_id))
    return AssistantDraft.model_validate(draft)
