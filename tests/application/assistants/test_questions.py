"""Questions as people ask them, about the demonstration workspace: which tool answers, and with which figure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.demo_workspace import REFERENCE, DemoWorkspace, demo_workspace
from tests.factories.planned import counterfactuals
from tests.factories.questions_asked import NOT_FOR_US, PARAPHRASES, QUESTIONS, Known, P, W, gets
from tests.factories.storage import units_of_work

from nexusplanner.application.assistants.names import Names, load_names
from nexusplanner.application.assistants.replies import Reply, reply_by_rules
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import figures
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.alternatives import Alternative, AlternativeKind, Texts
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.sessions import AssistantKind, DraftKind, Topic
from nexusplanner.domain.shared import IdeaId
from nexusplanner.infrastructure.db.engine import make_engine


@pytest.fixture(scope="module")
def demo(module_database: TestDatabase) -> DemoWorkspace:
    return asyncio.run(demo_workspace(module_database))


@pytest.fixture
async def engine(module_database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(module_database.app_url)
    yield made
    await made.dispose()


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where questions are asked."""

    uow: UnitOfWork
    names: Names
    demo: DemoWorkspace
    counterfactuals: Counterfactuals

    async def ask(self, text: str, *, assistant: AssistantKind, before: Topic | None = None) -> Reply:
        scene = Scene(
            uow=self.uow,
            reference=REFERENCE,
            now=records.NOW,
            names=self.names,
            assistant=assistant,
            counterfactuals=self.counterfactuals,
            bound=self.demo.campaign.id if assistant is P else None,
            text=text,
            before=before or Topic(),
        )
        return await reply_by_rules(scene)


@pytest.fixture
async def room(demo: DemoWorkspace, engine: AsyncEngine) -> AsyncIterator[Room]:
    units = units_of_work(engine)
    async with units.for_actor(demo.actor) as uow:
        names = await load_names(uow, reference=REFERENCE)
        yield Room(uow=uow, names=names, demo=demo, counterfactuals=counterfactuals(units))


async def test_questions_find_their_tool_and_the_figure(room: Room) -> None:
    known, wrong = Known(demo=room.demo), []
    for assistant, question, tool, key in QUESTIONS:
        reply = await room.ask(question, assistant=assistant)
        if reply.tools != (tool,):
            wrong.append(f"{question}: {reply.tools} instead of {tool}")
        elif key(known) not in reply.text:
            wrong.append(f"{question}: {key(known)!r} is not in {reply.text[:300]!r}")
    assert not wrong, "\n".join(wrong)
    assert len({tool for _, _, tool, _ in QUESTIONS}) >= 45
    assert len(QUESTIONS) >= 60


async def test_other_words_find_the_same_tool(room: Room) -> None:
    wrong = []
    for assistant, question, tool in PARAPHRASES:
        reply = await room.ask(question, assistant=assistant)
        if reply.tools != (tool,):
            wrong.append(f"{question}: {reply.tools} instead of {tool}")
    assert not wrong, "\n".join(wrong)
    assert len(PARAPHRASES) >= 100


async def test_every_figure_of_an_answer_stands_in_a_source_and_every_sentence_is_whole(room: Room) -> None:
    asked = [(each[0], each[1]) for each in QUESTIONS] + [(each[0], each[1]) for each in PARAPHRASES]
    for assistant, question in asked:
        reply = await room.ask(question, assistant=assistant)
        quoted = figures(" ".join(f"{each.title} {each.quote}" for each in reply.citations))
        assert figures(reply.text) <= quoted, f"{question}: {figures(reply.text) - quoted}"
        assert reply.citations, question
        for line in reply.text.splitlines():
            whole_line = not line or (line[-1] in ".:?!…" and (line[0].isupper() or line[0] in "-“0123456789"))
            assert whole_line, f"{question}: {line!r}"
            assert "None" not in line, f"{question}: {line!r}"
            assert "  " not in line, f"{question}: {line!r}"
        assert all(each.url == "" or each.url.startswith("/") for each in reply.citations), question


async def test_what_nobody_here_can_answer_is_met_with_examples_that_can(room: Room) -> None:
    for question in NOT_FOR_US:
        reply = await room.ask(question, assistant=W)
        assert reply.tools == (), question
        assert "I answer questions" in reply.text
    for assistant in AssistantKind:
        told = (await room.ask("blargh", assistant=assistant)).text
        shown = [line.removeprefix("- ") for line in told.splitlines() if line.startswith("- ")]
        assert len(shown) >= 5
        for example in shown:
            assert (await room.ask(example, assistant=assistant)).tools, example


async def test_a_conversation_goes_on_with_what_was_spoken_of(room: Room) -> None:
    known = Known(demo=room.demo)
    first = await room.ask("How much goes to LinkedIn?", assistant=P)
    second = await room.ask("and video?", assistant=P, before=first.topic)
    assert second.tools == ("split",)
    assert gets("video")(known) in second.text
    third = await room.ask("what about events", assistant=P, before=second.topic)
    assert gets("events")(known) in third.text
    why = await room.ask("why?", assistant=P, before=third.topic)
    assert why.tools == ("why_channel",)
    assert gets("events")(known) in why.text
    tried = await room.ask("What if we cut it by 20 %?", assistant=P, before=why.topic)
    assert tried.tools == ("what_if",)
    kept = await room.ask("Save that as a scenario", assistant=P, before=(await _tried(room)).topic)
    assert [draft.kind for draft in kept.drafts] == [DraftKind.SCENARIO]
    past = await room.ask("What was the budget of Ready by Monday?", assistant=W)
    assert "195,000 EUR" in past.text
    split = await room.ask("How was it divided?", assistant=W, before=past.topic)
    assert "“Ready by Monday” has 195,000 EUR" in split.text


async def _tried(room: Room) -> Reply:
    return await room.ask("What if we cut search by 15 %?", assistant=P)


async def test_two_questions_at_once_are_both_answered(room: Room) -> None:
    reply = await room.ask("What is the budget? And when does LinkedIn run?", assistant=P)
    assert reply.tools == ("brief", "flights")
    assert "240,000 EUR" in reply.text
    assert "LinkedIn runs" in reply.text


async def test_texts_that_wait_beside_the_plan_are_told_of(room: Room) -> None:
    old = Known(demo=room.demo).plan
    new = replace(old.ideas[0], id=IdeaId(uuid4()), theme="Clocks that ask nothing", claims=())
    room.uow.alternatives.add(
        Alternative(
            tenant_id=room.demo.campaign.tenant_id,
            campaign_id=room.demo.campaign.id,
            kind=AlternativeKind.IDEA,
            before=Texts.of_ideas(old.ideas[:1]),
            after=Texts.of_ideas([new]),
            author=Author.RULES,
            provider="rules",
            created_at=records.NOW,
        )
    )
    await room.uow.flush()
    reply = await room.ask("Are there any alternatives?", assistant=P)
    assert "Another idea, “Clocks that ask nothing”, waits beside the plan" in reply.text
