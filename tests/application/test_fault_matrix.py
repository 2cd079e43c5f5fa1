"""Whole plans while two providers misbehave in every combination: always a plan, in time, that says what happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid5

import pytest
from tests.factories.demo_briefs import demo_facts, known_of
from tests.factories.questions import SPENDER, ai_settings
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.wire import BEHAVIOURS, Behaviour, WireServer
from tests.scale import scaled

from nexusplanner.application.agents.decided import Record
from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.response import Known
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.agents.prompting.writing import WrittenIdeation
from nexusplanner.application.models.breakers import Breakers
from nexusplanner.application.models.desk import DeskRules, Desks, OrderedDesk
from nexusplanner.application.ports.models import Asked, Prompt, Question
from nexusplanner.bootstrap import coordinator
from nexusplanner.domain.ai import ProviderKind, TextStep
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.runs import PartialIdea
from nexusplanner.infrastructure.llm import ListPrices, ProviderModels
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

T = TypeVar("T")

DEADLINE, LATE = 3.0, 0.5
RULES = DeskRules(deadline_seconds=DEADLINE)
IDEAS = 3
WAITING_AT_ONCE, COMPUTING_AT_ONCE = 16, 2
"""Plans in the making that mostly wait, and that mostly compute: more of these, and the machine measures itself."""
BUSY = 0.1
"""Seconds of lag from which on an answer may come too late although its server is quick."""
USABLE = {Behaviour.VALID, Behaviour.PROSE}
SHIFTS: tuple[int, ...] = scaled((0, 5, 11), full=tuple(range(len(BEHAVIOURS))))
"""Each behaviour of the first provider meets those so many places on: all of them, or usually three."""
PAUSING = {Behaviour.HANG, Behaviour.DRIP, Behaviour.STATUS_429, Behaviour.STATUS_500, Behaviour.RESET}
OUTCOMES: Mapping[Behaviour, set[str]] = {
    Behaviour.VALID: {"answered"},
    Behaviour.PROSE: {"answered"},
    Behaviour.MALFORMED: {"malformed"},
    Behaviour.SCHEMA_INVALID: {"invalid"},
    # Strategies may do without a source; what cites an unknown one loses it.
    Behaviour.UNKNOWN_EVIDENCE: {"unknown_evidence", "invalid", "answered"},
    Behaviour.EMPTY: {"empty"},
    Behaviour.REFUSAL: {"refused"},
    Behaviour.TRUNCATED: {"truncated"},
    Behaviour.WRONG_TYPES: {"invalid"},
    Behaviour.NUMBERS: {"invalid"},
    Behaviour.STATUS_400: {"bad_request"},
    Behaviour.STATUS_401: {"unauthorised", "resting"},
    Behaviour.STATUS_429: {"rate_limited", "resting"},
    Behaviour.STATUS_500: {"server_error", "resting"},
    Behaviour.RESET: {"connection", "resting"},
    Behaviour.HANG: {"timeout", "resting"},
    Behaviour.DRIP: {"timeout", "resting"},
}
REFERENCE = load_reference_data()


@dataclass
class Lag:
    """How late the event loop is: what a busy machine adds to every wait."""

    most: float = 0.0
    total: float = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                began = time.monotonic()
                await asyncio.sleep(0.02)
                late = time.monotonic() - began - 0.02
                self.most, self.total = max(self.most, late), self.total + late

        task = asyncio.create_task(watch())
        yield
        task.cancel()


@dataclass
class Listening:
    """A desk that keeps what became of every question."""

    desk: OrderedDesk
    lag: Lag
    heard: list[Asked[Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """Each question took, without what the machine was late."""

    @property
    def asks(self) -> bool:
        return self.desk.asks

    async def ask(self, question: Question[T]) -> Asked[T]:
        late = self.lag.total
        asked = await self.desk.ask(question)
        self.heard.append(asked)
        self.seconds.append(asked.latency_ms / 1000 - (self.lag.total - late))
        return asked


@dataclass(frozen=True, kw_only=True)
class Made:
    """A plan with its records."""

    ideas: Sequence[CampaignIdea]
    plans: Sequence[ChannelPlan]
    records: Sequence[Record]
    asked: Sequence[Asked[Any]]
    seconds: Sequence[float]
    known_ids: frozenset[str]


@dataclass
class Slots:
    """How many plans are made at once."""

    waiting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WAITING_AT_ONCE))
    computing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(COMPUTING_AT_ONCE))

    def of(self, first: Behaviour, second: Behaviour) -> asyncio.Semaphore:
        """Where a plan over these two belongs."""
        waits = first in PAUSING or (first not in USABLE and second in PAUSING)
        return self.waiting if waits else self.computing


class OnceAsked(PromptBuilder):
    """Builds the same prompt once: nearly three hundred plans begin alike."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Prompt] = {}

    def compose(self, step: TextStep, **more: Any) -> Prompt:
        key = repr((step, more))
        if key not in self._known:
            self._known[key] = super().compose(step, **more)
        return self._known[key]


class OnceWritten:
    """The rules, which write the same for the same."""

    def __init__(self) -> None:
        self._rules = RulesIdeationService(reference=REFERENCE)
        self._known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        async def write(*given: Any, **more: Any) -> Any:
            key = repr((name, given, more))
            if key not in self._known:
                self._known[key] = await getattr(self._rules, name)(*given, **more)
            return self._known[key]

        return write


BUILDER, WRITER = OnceAsked(), OnceWritten()


async def follow(_: Sequence[PartialIdea]) -> None:
    """Whoever watches the run."""


def named(name: str) -> UUID:
    return uuid5(UUID(int=1), name)


async def plan(found: Facts, known: Known, *, desk: Listening, streamed: bool) -> Made:
    """A whole plan, as a run makes it. streamed: whether its ideas are followed while they are written."""
    following = follow if streamed else None
    written = WrittenIdeation(desk=desk, rules=WRITER, builder=BUILDER, reference=REFERENCE, on_ideas=following)
    steps = coordinator(written, reference=REFERENCE)
    offer = Offer(brief=found.brief, brand=found.brand, service=found.service)
    context = (await steps.gather(found, note="")).output
    analysis = await steps.analyse(context)
    opportunities = await steps.find(context, analysis.output)
    proposed = await steps.ideate(context, opportunities.output, count=IDEAS, avoid=(), ids=named)
    ideas = await steps.refine(context, proposed.output)
    allocated = (await steps.allocate(offer, known)).output
    channels = (await steps.flight(found.brief, allocated, before=None, ids=named)).output
    explained = await steps.explain(
        context,
        analysis=analysis.output,
        opportunities=opportunities.output,
        ideas=ideas.output,
        plans=channels.plans,
        allocated=allocated,
    )
    texts = (*analysis.records, *opportunities.records, *proposed.records, *ideas.records, *explained.records)
    return Made(
        ideas=ideas.output.ideas,
        plans=explained.output.plans,
        records=[record for record in texts if record.agent in {"strategy", "creative"}],
        asked=desk.heard,
        seconds=desk.seconds,
        known_ids=frozenset(passage.id for passage in context.passages),
    )


def check_plan(made: Made, *, found: Facts) -> None:
    """Complete, with our numbers, and with sources that exist."""
    assert len(made.ideas) == IDEAS
    for idea in made.ideas:
        assert idea.theme
        assert idea.description
        assert idea.core_message
        cited = [citation.passage_id for claim in idea.claims for citation in claim.citations]
        assert cited
        assert made.known_ids.issuperset(cited)
    assert sum(plan.budget.amount for plan in made.plans) == found.brief.total_budget.amount
    assert all(plan.strategy for plan in made.plans)
    for each in made.plans:
        assert sum(flight.budget.amount for flight in each.flights) == each.budget.amount


def check_labels(made: Made, *, first: Behaviour, second: Behaviour, busy: bool) -> None:
    """Every step says who wrote it, and what every provider did before. busy: whether the machine made things late."""
    late = {"timeout", "resting"} if busy else set()
    assert len(made.asked) == len(made.records) == 5
    for asked, record in zip(made.asked, made.records, strict=True):
        for attempt in asked.attempts:
            assert attempt.outcome in OUTCOMES[first if attempt.provider == "a" else second] | late, attempt
            assert attempt.reason or attempt.outcome == "answered"
        origin = record.origin
        assert origin.attempts == tuple(attempt.in_words for attempt in asked.attempts)
        if asked.answer is None:
            assert origin.author is Author.RULES
            assert origin.fallback_reason
            assert busy or {attempt.provider for attempt in asked.attempts} == {"a", "b"}
        else:
            assert (origin.author, origin.provider) == (Author.AI, asked.provider)
            assert asked.attempts[-1].outcome == "answered"
    if not busy and first in USABLE:
        assert {asked.provider for asked in made.asked} == {"a"}
    elif not busy and second in USABLE:
        assert {asked.provider for asked in made.asked} <= {"a", "b"}


def seconds(first: Behaviour) -> list[Behaviour]:
    """What the second provider does in turn while the first does this."""
    at = BEHAVIOURS.index(first)
    return [BEHAVIOURS[(at + shift) % len(BEHAVIOURS)] for shift in SHIFTS]


def test_every_behaviour_is_met_behind_a_provider_that_fails() -> None:
    assert len(BEHAVIOURS) == 17
    met = {second for first in BEHAVIOURS if first not in USABLE for second in seconds(first)}
    assert met == set(BEHAVIOURS)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return demo_facts(0)


@pytest.mark.parametrize("firsts", [BEHAVIOURS[at : at + 3] for at in range(0, len(BEHAVIOURS), 3)], ids=", ".join)
async def test_every_pair_of_behaviours_gives_a_labelled_plan_in_time(
    facts: Facts, firsts: Sequence[Behaviour]
) -> None:
    known, models, lag, slots = known_of(facts), ProviderModels(), Lag(), Slots()
    await models.warm_up()

    async def one(first: Behaviour, second: Behaviour, servers: Mapping[Behaviour, WireServer]) -> Made:
        budgets = MemoryBudgets()
        desks = Desks(models=models, prices=ListPrices(), budgets=budgets, rules=RULES, breakers=Breakers(failures=2))
        settings = ai_settings(
            servers[first].provider("a", kind=ProviderKind.OPENAI),
            servers[second].provider("b", kind=ProviderKind.BEDROCK),
        )
        opened = desks.open(settings, keys={"a": "sk-a", "b": "AKIAB:secret"}, spender=SPENDER)
        async with slots.of(first, second):
            streamed = (BEHAVIOURS.index(first) + BEHAVIOURS.index(second)) % 2 == 0
            made = await plan(facts, known, desk=Listening(opened, lag), streamed=streamed)
        assert budgets.held == {}
        assert budgets.spent == sum(asked.cost_microunits for asked in made.asked)
        return made

    async with AsyncExitStack() as stack:
        servers = {each: await stack.enter_async_context(WireServer(each)) for each in BEHAVIOURS}
        pairs = [(first, second) for first in firsts for second in seconds(first)]
        async with lag.watched():
            plans = await asyncio.gather(*(one(first, second, servers) for first, second in pairs))

    assert len(plans) == len(SHIFTS) * len(firsts)
    for (first, second), made in zip(pairs, plans, strict=True):
        check_plan(made, found=facts)
        check_labels(made, first=first, second=second, busy=lag.most > BUSY)
        assert max(made.seconds) <= DEADLINE + LATE
