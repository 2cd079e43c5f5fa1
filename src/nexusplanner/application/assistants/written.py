"""Answers by a language model: it picks read tools by what the person said, then words what they found, with quotes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.quotes import cited
from nexusplanner.application.agents.checking.wording import clean, commands, sentences
from nexusplanner.application.agents.drafts import QuoteDraft
from nexusplanner.application.agents.prompting.asking import answered
from nexusplanner.application.agents.prompting.building import Given, PromptBuilder
from nexusplanner.application.assistants.book import TOOLS, ToolName
from nexusplanner.application.assistants.findings import MOST_CITED, Fact, Findings
from nexusplanner.application.assistants.replies import Reply, topics
from nexusplanner.application.origins import Origin
from nexusplanner.application.ports.models import Asked, FailureKind, ModelDesk, Prompt, Question, Unusable
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.sessions import Source, Topic

MOST_CALLS = 4
MOST_MORE = 2
LONGEST_ANSWER = 1600
LONGEST_ABOUT = 200
MOST_EARLIER = 4
MOST_NAMES = 60
_OUTSIDE = ("signal:", "evidence:", "without:")
"""Facts that repeat what somebody outside wrote."""
_OWN_WORDS = frozenset({ToolName.WHAT_IF, ToolName.WITHOUT})
"""Read tools that are asked in the person's own words."""


@dataclass(frozen=True, kw_only=True)
class ToolChoice:
    """A tool to run, as a model wrote it."""

    tool: str
    about: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class ToolChoices:
    """What a model picks."""

    calls: tuple[ToolChoice, ...]


@dataclass(frozen=True, kw_only=True)
class WrittenAnswer:
    """What a model answers; more: what else it would look at."""

    text: str = ""
    quotes: tuple[QuoteDraft, ...] = ()
    more: tuple[ToolChoice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Call:
    """A tool that is run. text: what it is asked."""

    tool: ToolName
    text: str


RunTool = Callable[[Call], Awaitable[Findings | None]]
"""Runs a tool in a transaction of its own; None when it has nothing to say."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a model is to answer. names: of the workspace. earlier: the person's questions before, oldest first."""

    question: str
    names: tuple[str, ...]
    before: Topic
    earlier: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Work:
    """What was found so far, and what the rounds took."""

    findings: dict[Call, Findings] = field(default_factory=dict)
    rounds: list[tuple[Asked[Any], Prompt]] = field(default_factory=list)

    @property
    def facts(self) -> Mapping[str, Fact]:
        return {fact.id: fact for found in self.findings.values() for fact in found.facts}


class Failed(Exception):
    """No model gave an answer that can be used. origin: what the tries took, with the reason."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(origin.fallback_reason)
        self.origin = origin


class WrittenAnswers:
    """Asks the models behind a desk, at most three times for one question.

    The first round sees only the person's own words and the names of records, so nothing that others wrote can make it
    pick a tool or offer a change. Later rounds see facts, framed, and may only read. may_go_on: whether there is time
    for another round.
    """

    def __init__(self, *, builder: PromptBuilder, desk: ModelDesk, may_go_on: Callable[[], bool]) -> None:
        self._builder = builder
        self._desk = desk
        self._may_go_on = may_go_on

    async def reply(self, asking: Asking, *, run: RunTool) -> Reply:
        """The answer. Raises Failed."""
        work = _Work()
        choices = await self._choose(asking, work)
        await _run(choices, asking=asking, work=work, run=run, offers=True)
        if not work.facts:
            raise _failed(work, "The tools it picked found nothing.")
        answer, origin = await self._answer(asking, work, last=False)
        if answer.more and not answer.text and self._may_go_on():
            await _run(answer.more[:MOST_MORE], asking=asking, work=work, run=run, offers=False)
            answer, origin = await self._answer(asking, work, last=True)
        return _reply(answer, asking=asking, work=work, origin=origin)

    async def _choose(self, asking: Asking, work: _Work) -> tuple[ToolChoice, ...]:
        prompt = self._builder.compose(
            TextStep.ASSIST,
            passages=(),
            query=asking.question,
            given=_said(asking),
            task={"round": "choose"},
            choices={
                "tools": [f"{tool.name}: {tool.about}" for tool in TOOLS.values()],
                "names": [name for name in asking.names if not commands(name)][:MOST_NAMES],
            },
        )
        question = Question(
            step=TextStep.ASSIST, prompt=prompt, output=ToolChoices, check=_known_tools, most_tokens=600
        )
        asked = await self._desk.ask(question)
        work.rounds.append((asked, prompt))
        if asked.answer is None:
            raise _failed(work, asked.reason)
        return asked.answer.value.calls

    async def _answer(self, asking: Asking, work: _Work, *, last: bool) -> tuple[WrittenAnswer, Origin]:
        facts = work.facts
        passages = tuple(_passage(fact) for fact in facts.values())
        prompt = self._builder.compose(
            TextStep.ASSIST,
            passages=passages,
            query=asking.question,
            given=_said(asking),
            task={"round": "answer", "more rounds": "no" if last else "yes"},
            choices={}
            if last
            else {"tools": [f"{tool.name}: {tool.about}" for tool in TOOLS.values() if not tool.offers]},
        )
        question = Question(
            step=TextStep.ASSIST,
            prompt=prompt,
            output=WrittenAnswer,
            check=lambda draft: settled(draft, facts=facts, last=last),
            most_tokens=1200,
        )
        asked = await self._desk.ask(question)
        work.rounds.append((asked, prompt))
        if asked.answer is None:
            raise _failed(work, asked.reason)
        return asked.answer.value, _summed(answered(asked, question=question), work)


def _said(asking: Asking) -> tuple[Given, ...]:
    earlier = (Given(name="earlier", text=text) for text in asking.earlier[-MOST_EARLIER:])
    return (*earlier, Given(name="question", text=asking.question))


def _known_tools(draft: ToolChoices) -> ToolChoices:
    """Only tools that there are. Raises Unusable when none is left."""
    calls = tuple(
        replace(call, tool=name)
        for call in draft.calls[: 2 * MOST_CALLS]
        if (name := call.tool.strip().split(":")[0].lower()) in set(ToolName)
    )
    if not calls:
        raise Unusable("It picked no tool that there is.")
    return ToolChoices(calls=calls[:MOST_CALLS])


async def _run(choices: Sequence[ToolChoice], *, asking: Asking, work: _Work, run: RunTool, offers: bool) -> None:
    """Run the tools. What a tool that offers a change is asked are the person's own words."""
    for choice in choices:
        tool = choice.tool.strip().split(":")[0].lower()
        if tool not in set(ToolName) or (TOOLS[ToolName(tool)].offers and not offers):
            continue
        name = ToolName(tool)
        own = TOOLS[name].offers or name in _OWN_WORDS
        asked = f"{choice.about[:LONGEST_ABOUT]} {choice.words[:LONGEST_ABOUT]}".strip()
        call = Call(tool=name, text=asking.question if own or not asked else asked)
        if call not in work.findings:
            found = await run(call)
            if found is not None:
                work.findings[call] = found if offers else replace(found, drafts=())


def _passage(fact: Fact) -> Passage:
    outside = fact.id.startswith(_OUTSIDE)
    return Passage(
        id=fact.id,
        kind=SourceKind.SIGNAL if outside else SourceKind.ACTUALS,
        title=fact.title,
        text=fact.text,
        origin=fact.title,
        trust="unverified" if outside else "own",
    )


def settled(draft: WrittenAnswer, *, facts: Mapping[str, Fact], last: bool) -> WrittenAnswer:
    """The sentences that may stand with the quotes that stand. Raises Unusable when nothing is left.

    A sentence with a figure that is in no quote is left out. Without a text, an answer that asks for more tools stands
    unless it is the last.
    """
    quotes = standing(draft.quotes, facts=facts)
    known = {number for quote in quotes for number in figures(quote.quote)}
    kept = [
        sentence
        for sentence in sentences(clean(draft.text, longest=LONGEST_ANSWER).text)
        if set(figures(sentence)) <= known
    ]
    if kept and quotes:
        return WrittenAnswer(text=" ".join(kept), quotes=quotes, more=() if last else draft.more)
    if draft.more and not last:
        return WrittenAnswer(more=draft.more)
    if draft.quotes and not quotes:
        raise Unusable("None of its quotes stands in what was found.", kind=FailureKind.UNKNOWN_EVIDENCE)
    raise Unusable("No sentence of it stands on a quote.")


def standing(quotes: Sequence[QuoteDraft], *, facts: Mapping[str, Fact]) -> tuple[QuoteDraft, ...]:
    """The quotes that stand in facts that were found, in our spelling, each once."""
    found: dict[tuple[str, str], QuoteDraft] = {}
    for quote in quotes[: 4 * MOST_CITED]:
        fact = facts.get(quote.passage.strip())
        citation = cited(_passage(fact), quote.quote) if fact else None
        if fact is not None and citation is not None:
            found.setdefault((fact.id, citation.quote), QuoteDraft(passage=fact.id, quote=citation.quote))
    return tuple(found.values())[:MOST_CITED]


def _reply(answer: WrittenAnswer, *, asking: Asking, work: _Work, origin: Origin) -> Reply:
    facts = work.facts
    found = tuple(work.findings.values())
    tools = tuple(dict.fromkeys(call.tool.value for call in work.findings))
    topic = topics((each.topic for each in found), before=asking.before)
    return Reply(
        text=answer.text,
        citations=tuple(
            Source(id=fact.id, title=fact.title, quote=quote.quote, url=fact.url)
            for quote in answer.quotes
            if (fact := facts[quote.passage])
        ),
        drafts=tuple(draft for each in found for draft in each.drafts),
        topic=replace(topic, tool=tools[0]),
        tools=tools,
        origin=origin,
    )


def _summed(origin: Origin, work: _Work) -> Origin:
    """The origin with what all rounds took together."""
    return replace(
        origin,
        usage=_usage(work),
        cost_microunits=sum(asked.cost_microunits for asked, _ in work.rounds),
        latency_ms=sum(asked.latency_ms for asked, _ in work.rounds),
        attempts=tuple(attempt.in_words for asked, _ in work.rounds for attempt in asked.attempts),
        removed=tuple(dict.fromkeys(what for _, prompt in work.rounds for what in prompt.removed)),
    )


def _usage(work: _Work) -> dict[str, int]:
    names = ("requests", "input_tokens", "output_tokens", "cached_tokens")
    return {
        name: sum(getattr(attempt.usage, name) for asked, _ in work.rounds for attempt in asked.attempts)
        for name in names
    }


def _failed(work: _Work, reason: str) -> Failed:
    _, prompt = work.rounds[-1]
    origin = Origin(
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        prompt_sha256=prompt.sha256,
        price_version=next((asked.price_version for asked, _ in work.rounds if asked.price_version), ""),
        fallback_reason=reason or "No model gave an answer that could be used.",
    )
    return Failed(_summed(origin, work))
