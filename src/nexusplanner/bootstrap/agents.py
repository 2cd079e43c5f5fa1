"""The agents, what they ask, and what makes their runs again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from types import MappingProxyType

from nexusplanner.application.agents.coordinator import AgentCoordinator
from nexusplanner.application.agents.creative import CreativeAgent
from nexusplanner.application.agents.gathering.benchmarks import BenchmarkBorrowing
from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.agents.reasoning import ReasoningEngine
from nexusplanner.application.agents.strategy import StrategyAgent
from nexusplanner.application.agents.workspace import WorkspaceIdeation
from nexusplanner.application.assistants.conversations import Assistants
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.durable.carrying import DurableSteps, StepBook
from nexusplanner.application.generation.steps import GenerationBook
from nexusplanner.application.knowledge.embedding import EmbeddingDesk
from nexusplanner.application.models.breakers import Breakers
from nexusplanner.application.models.desk import DeskRules, Desks
from nexusplanner.application.models.spending import CountedBudgets
from nexusplanner.application.ports.models import Budgets
from nexusplanner.application.ports.retrieval import Compares
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, Clock, UnitsOfWork
from nexusplanner.application.refit.steps import RefitBook
from nexusplanner.application.replay.again import Replayer
from nexusplanner.application.settings.trial import ProviderTester
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.runs import PLANNING_KINDS, RunKind
from nexusplanner.infrastructure.db.recordings import seal
from nexusplanner.infrastructure.embedders import WorkspaceEmbedders
from nexusplanner.infrastructure.embedders.prices import VectorPrices
from nexusplanner.infrastructure.llm.models import ProviderModels
from nexusplanner.infrastructure.llm.prices import ListPrices
from nexusplanner.infrastructure.llm.reading import JsonAnswerReader
from nexusplanner.infrastructure.reference import occasions
from nexusplanner.infrastructure.rules import RulesIdeationService
from nexusplanner.infrastructure.telemetry import Telemetry, TracedBudgets
from nexusplanner.settings import Settings

ANSWER_SHARE = 0.8
"""Of the time a request may take, what models have for the answer of an assistant; rules answer in the rest."""
ROUND_SHARE = 0.4
"""Of that, what one round may take: two rounds fit, and a third when they were quick."""


def coordinator(ideation: CampaignIdeationService, *, reference: ReferenceData) -> AgentCoordinator:
    """The agents over one provider of texts."""
    return AgentCoordinator(
        strategy=StrategyAgent(provider=ideation),
        creative=CreativeAgent(provider=ideation),
        reasoning=ReasoningEngine(reference=reference),
        reference=reference,
        borrow_for=BenchmarkBorrowing(reference=reference),
        almanac=occasions,
    )


def run_steps(
    units: UnitsOfWork,
    *,
    ideation: IdeationServices,
    reference: ReferenceData,
    clock: Clock,
    books: Mapping[RunKind, StepBook] = MappingProxyType({}),
    compare: Compares | None = None,
) -> DurableSteps:
    """What a worker executes, for every kind of run. books: of the kinds that bring facts in.

    compare: how plans find signals and documents by vectors as well.
    """
    agents = partial(coordinator, reference=reference)
    generation: StepBook = (
        GenerationBook(agents=agents, ideation=ideation, compare=compare)
        if compare
        else GenerationBook(agents=agents, ideation=ideation)
    )
    every = {**dict.fromkeys(PLANNING_KINDS, generation), RunKind.REFIT: RefitBook(), **books}
    return DurableSteps(units=units, clock=clock, books=every)


@dataclass(frozen=True, kw_only=True)
class Writers:
    """What writes and answers in one process: everything that asks models shares breakers and telemetry."""

    settings: Settings
    reference: ReferenceData
    clock: Clock
    breakers: Breakers
    telemetry: Telemetry

    @classmethod
    def of(cls, settings: Settings, *, reference: ReferenceData, clock: Clock, telemetry: Telemetry) -> Writers:
        """With breakers of their own: a provider that fails for runs rests for everything else, too."""
        breakers = Breakers(failures=settings.model_failures, rest_seconds=settings.model_rest_seconds)
        return cls(settings=settings, reference=reference, clock=clock, breakers=breakers, telemetry=telemetry)

    def budgets(self, units: UnitsOfWork) -> Budgets:
        """Budgets whose reservations last as long as a run may, and that tell of every call."""
        held_for = timedelta(seconds=self.settings.run_seconds)
        counted = CountedBudgets(units=units, clock=self.clock, held_for=held_for)
        return TracedBudgets(inner=counted, telemetry=self.telemetry)

    def desks(self, units: UnitsOfWork) -> Desks:
        """What asks a workspace's models, within the time and the budgets of the settings."""
        settings = self.settings
        return Desks(
            models=ProviderModels(),
            prices=ListPrices(),
            budgets=self.budgets(units),
            breakers=self.breakers,
            rules=DeskRules(
                deadline_seconds=settings.model_deadline_seconds,
                share=settings.model_share,
                tries=settings.model_tries,
                pause_seconds=settings.model_pause_seconds,
            ),
        )

    def ideation(self, units: UnitsOfWork) -> IdeationServices:
        """Texts by the workspace's own models, and by rules where it has none."""
        return WorkspaceIdeation(
            desks=self.desks(units),
            rules=RulesIdeationService(reference=self.reference),
            builder=PromptBuilder(),
            reference=self.reference,
        )

    def assistants(self, units: UnitsOfWork) -> Assistants:
        """Assistants over the workspace's own models, in rounds that fit into one request; rules where it has none."""
        seconds = self.settings.request_seconds * ANSWER_SHARE
        desks = self.desks(units)
        round_seconds = min(self.settings.model_deadline_seconds, seconds * ROUND_SHARE)
        desks.rules = replace(desks.rules, deadline_seconds=round_seconds)
        return Assistants(
            units=units,
            reference=self.reference,
            clock=self.clock,
            desks=desks,
            counterfactuals=self.counterfactuals(units),
            seconds=seconds,
            round_seconds=round_seconds,
        )

    def tester(self, units: UnitsOfWork) -> ProviderTester:
        """What tries a provider with one small question."""
        return ProviderTester(units=units, models=ProviderModels(), prices=ListPrices(), budgets=self.budgets(units))

    def replayer(self, units: UnitsOfWork) -> Replayer:
        """What makes runs again from what was kept of them."""
        return Replayer(
            units=units,
            agents=partial(coordinator, reference=self.reference),
            ideation=self.ideation(units),
            reader=JsonAnswerReader(),
            seal=seal,
            clock=self.clock,
            release=version("nexusplanner"),
        )

    def embedding(self, units: UnitsOfWork) -> EmbeddingDesk:
        """What makes vectors of passages and queries, where a workspace chose something that does."""
        return EmbeddingDesk(
            units=units,
            embedders=WorkspaceEmbedders(models=self.settings.models_home),
            prices=VectorPrices(),
            budgets=self.budgets(units),
            clock=self.clock,
        )

    def counterfactuals(self, units: UnitsOfWork) -> Counterfactuals:
        """What makes a plan without something, with texts by rules."""
        rules = RulesIdeationService(reference=self.reference)
        return Counterfactuals(units=units, agents=coordinator(rules, reference=self.reference))
