"""Use cases of conversations: start, ask, answer, accept or decline what is offered, delete."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from nexusplanner.application.agents.decided import Record
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.assistants.findings import Findings, NotKnown
from nexusplanner.application.assistants.names import load_names
from nexusplanner.application.assistants.replies import BY_RULES, VERSION, Reply, reply_by_rules, run_tool
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.written import Asking, Call, Failed, WrittenAnswers
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.ledger.decisions import record_answer
from nexusplanner.application.models.desk import Desks
from nexusplanner.application.ports.models import ModelDesk, Spender
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.sessions import AssistantKind, AssistantSession, Message, MessageRole, Topic, check_text
from nexusplanner.domain.shared import CampaignId, Invalid, MessageId, NotFound, SessionId

SLOW = "The models took longer than an answer may."


async def start_session(
    uow: UnitOfWork, *, assistant: AssistantKind, campaign_id: CampaignId | None = None, now: datetime
) -> AssistantSession:
    """A new conversation of the actor's. A planning session needs its campaign. Raises: NotFound, Invalid."""
    uow.actor.require(Permission.READ)
    if assistant is AssistantKind.PLANNING and campaign_id is None:
        words = "Say which campaign the planning is about."
        raise Invalid(words, fields={"campaign_id": words})
    if campaign_id is not None:
        await uow.campaigns.get(campaign_id)
    session = AssistantSession(
        tenant_id=uow.actor.tenant_id,
        user_id=uow.actor.user_id,
        assistant=assistant,
        campaign_id=campaign_id,
        created_at=now,
        updated_at=now,
    )
    uow.sessions.add(session)
    await uow.flush()
    return session


async def ask(uow: UnitOfWork, *, session_id: SessionId, text: str, now: datetime) -> Message:
    """Keep the person's next message. Raises: NotFound, Invalid, Conflict (SESSION_FULL, SESSION_BUSY)."""
    uow.actor.require(Permission.READ)
    session = await uow.sessions.get(session_id, lock=True)
    message = session.ask(text, at=now)
    uow.sessions.add_message(message)
    await uow.flush()
    return message


async def delete_session(uow: UnitOfWork, *, session_id: SessionId) -> None:
    """Delete everything that was said. Raises NotFound."""
    uow.actor.require(Permission.READ)
    await uow.sessions.remove(await uow.sessions.get(session_id))
    await uow.flush()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a question stands in. earlier: the person's questions before, oldest first.

    salt: what digests in the ledger are made with; it is deleted with the session, so that they cannot be guessed.
    """

    assistant: AssistantKind
    text: str
    salt: str
    campaign_id: CampaignId | None = None
    session_id: SessionId | None = None
    topic: Topic = field(default_factory=Topic)
    earlier: tuple[str, ...] = ()


class Assistants:
    """Answers questions. seconds: for all rounds of one answer; each may take `round_seconds`.

    No transaction is open while a model thinks: every tool reads in one of its own, with the rights of who asks.
    """

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        reference: ReferenceData,
        clock: Clock,
        desks: Desks,
        counterfactuals: Counterfactuals,
        builder: PromptBuilder | None = None,
        seconds: float,
        round_seconds: float,
    ) -> None:
        self._units = units
        self._reference = reference
        self._clock = clock
        self._desks = desks
        self._counterfactuals = counterfactuals
        self._builder = builder or PromptBuilder()
        self._seconds = seconds
        self._round_seconds = round_seconds

    async def answer(self, actor: Actor, *, session_id: SessionId, question_id: MessageId) -> Message:
        """Answer a question of one of the actor's sessions and keep the answer. Raises NotFound."""
        async with self._units.for_actor(actor) as uow:
            session = await uow.sessions.get(session_id)
            situation = _situation(session, await uow.sessions.messages(session_id), question_id=question_id)
        try:
            reply = await self.reply(actor, situation)
        except NotFound as gone:
            reply = Reply(text=gone.message, topic=situation.topic)
        async with self._units.for_actor(actor) as uow:
            session = await uow.sessions.get(session_id, lock=True)
            message = session.answer(
                reply.text,
                author=reply.author,
                citations=reply.citations,
                drafts=reply.drafts,
                topic=reply.topic,
                fallback_reason=reply.origin.fallback_reason,
                at=self._clock.now(),
            )
            uow.sessions.add_message(message)
            await uow.flush()
        return message

    async def reply(self, actor: Actor, situation: Situation) -> Reply:
        """The answer, entered in the ledger. Raises Forbidden, Invalid, NotFound (the campaign)."""
        actor.require(Permission.READ)
        check_text(situation.text)
        since = monotonic()
        desk = await self._desk(actor, situation)
        reply = await self._by_model(actor, situation, desk) if desk is not None else None
        async with self._units.for_actor(actor) as uow:
            if reply is None or not reply.text:
                origin = reply.origin if reply is not None else BY_RULES
                reply = replace(await reply_by_rules(await self._scene(uow, situation)), origin=origin)
            took = round(1000 * (monotonic() - since))
            record = _record(reply, situation=situation, actor=actor)
            await record_answer(
                uow, record, campaign_id=reply.topic.campaign_id, now=self._clock.now(), latency_ms=took
            )
        return reply

    async def _desk(self, actor: Actor, situation: Situation) -> ModelDesk | None:
        """The workspace's models, paid by who asks; None when it has none, or wants none."""
        async with self._units.for_actor(actor) as uow:
            if situation.campaign_id is not None:
                await uow.campaigns.get(situation.campaign_id)
            settings, keys = await uow.ai.with_keys()
            if not settings.asked:
                return None
            spender = Spender(
                tenant_id=actor.tenant_id,
                user_id=actor.user_id,
                campaign_id=situation.campaign_id,
                session_id=situation.session_id,
            )
            return self._desks.open(settings, keys=keys, spender=spender)

    async def _by_model(self, actor: Actor, situation: Situation, desk: ModelDesk) -> Reply:
        """The model's answer, or one without text and with the reason."""
        since = monotonic()

        def may_go_on() -> bool:
            return monotonic() - since + self._round_seconds <= self._seconds

        async with self._units.for_actor(actor) as uow:
            names = await load_names(uow, reference=self._reference)
        asking = Asking(
            question=situation.text,
            names=tuple(dict.fromkeys(name.label for name in names.all if name.kind != "channel")),
            before=situation.topic,
            earlier=situation.earlier,
        )

        async def run(call: Call) -> Findings | None:
            async with self._units.for_actor(actor) as uow:
                try:
                    return await run_tool(await self._scene(uow, replace(situation, text=call.text)), call.tool)
                except NotKnown:
                    return None

        writer = WrittenAnswers(builder=self._builder, desk=desk, may_go_on=may_go_on)
        try:
            async with asyncio.timeout(self._seconds):
                return await writer.reply(asking, run=run)
        except Failed as failure:
            return Reply(text="", origin=failure.origin)
        except TimeoutError:
            return Reply(text="", origin=replace(BY_RULES, fallback_reason=SLOW))

    async def _scene(self, uow: UnitOfWork, situation: Situation) -> Scene:
        return Scene(
            uow=uow,
            reference=self._reference,
            now=self._clock.now(),
            names=await load_names(uow, reference=self._reference),
            assistant=situation.assistant,
            counterfactuals=self._counterfactuals,
            bound=situation.campaign_id,
            text=situation.text,
            before=situation.topic,
        )


def _situation(session: AssistantSession, messages: Sequence[Message], *, question_id: MessageId) -> Situation:
    question = next((each for each in messages if each.id == question_id), None)
    if question is None:
        raise NotFound.of("message", question_id)
    before = [each for each in messages if each.position < question.position]
    answers = [each for each in before if each.role is MessageRole.ASSISTANT]
    return Situation(
        assistant=session.assistant,
        text=question.text,
        salt=str(question.id),
        campaign_id=session.campaign_id,
        session_id=session.id,
        topic=answers[-1].topic if answers else Topic(),
        earlier=tuple(each.text for each in before if each.role is MessageRole.USER),
    )


def _record(reply: Reply, *, situation: Situation, actor: Actor) -> Record:
    """What the ledger learns: which tools and sources, and digests of what was said, which stays in the conversation."""
    sources = len(reply.citations)
    tools = ", ".join(tool.replace("_", " ") for tool in reply.tools) or "no tool"
    offered = f"; offered {', '.join(draft.kind for draft in reply.drafts)}" if reply.drafts else ""
    return Record(
        agent=f"{situation.assistant} assistant",
        agent_version=VERSION,
        origin=reply.origin,
        summary=f"Answered a question with {tools}, on {sources} {'source' if sources == 1 else 'sources'}{offered}.",
        inputs={"user": str(actor.user_id), "question": _digest(situation, situation.text)},
        output={
            "answer": _digest(situation, reply.text),
            "tools": list(reply.tools),
            "drafts": [str(draft.id) for draft in reply.drafts],
        },
        evidence=tuple(source.id for source in reply.citations),
    )


def _digest(situation: Situation, text: str) -> str:
    """SHA-256 of a text, salted."""
    return hashlib.sha256(f"{situation.salt}\n{text}".encode()).hexdigest()
