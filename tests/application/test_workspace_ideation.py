"""Who writes for a run: the workspace's models, in its order and at the cost of who asked, or the rules."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.briefs import context
from tests.factories.planned import REFERENCE, Planner
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.models import ScriptedModels

from nexusplanner.application.agents.drafts import AnalysisDraft, FindingDraft, QuoteDraft
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.agents.workspace import ASKING, WorkspaceIdeation
from nexusplanner.application.models.desk import Desks
from nexusplanner.application.ports.models import Spender
from nexusplanner.application.run_requests import Replaying, request_of
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import RunId
from nexusplanner.infrastructure.llm import ListPrices
from nexusplanner.infrastructure.rules import RulesIdeationService

RULES = RulesIdeationService(reference=REFERENCE)
KNOWN = context(0)
QUOTE = QuoteDraft(passage=KNOWN.of_kind(SourceKind.SERVICE)[0].id, quote="Furnished on the first day")
ANSWER = AnalysisDraft(findings=(FindingDraft(topic="rooms", text="Rooms come furnished.", quotes=(QUOTE,)),))


class Budgets(MemoryBudgets):
    """Remembers who paid."""

    spenders: tuple[Spender, ...] = ()

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        self.spenders = (*self.spenders, spender)
        return await super().reserve(spender, microunits=microunits)


def _provider(name: str, model: str) -> Provider:
    return Provider(name=name, kind=ProviderKind.OPENAI, models=dict.fromkeys(Effort, model))


async def _set_up(planner: Planner, *providers: Provider, rules_only: bool = False) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        settings = await uow.ai.settings()
        settings.providers, settings.rules_only = providers, rules_only
        await uow.ai.save(settings)
        for provider in providers:
            await uow.ai.set_key(provider.name, key=f"key of {provider.name}", at=planner.clock.now())


def _services(models: ScriptedModels, budgets: Budgets) -> WorkspaceIdeation:
    desks = Desks(models=models, prices=ListPrices(), budgets=budgets, ticks=models.time.ticks, sleep=models.time.sleep)
    return WorkspaceIdeation(desks=desks, rules=RULES, builder=PromptBuilder(), reference=REFERENCE)


def _run(planner: Planner, **changes: object) -> Run:
    return records.run(planner.actor.tenant_id, by=planner.actor.user_id, **changes)


async def test_without_a_provider_or_by_wish_the_rules_write(planner: Planner) -> None:
    services = _services(ScriptedModels({}), Budgets())
    async with planner.units.for_actor(planner.actor) as uow:
        assert await services.for_run(uow, _run(planner), step="ideate") is RULES
    await _set_up(planner, _provider("acme", "gpt-4o"), rules_only=True)
    async with planner.units.for_actor(planner.actor) as uow:
        assert await services.for_run(uow, _run(planner), step="ideate") is RULES


@pytest.mark.parametrize("step", ["gather_context", "allocate", "flight", "save"])
async def test_steps_without_words_ask_nobody(planner: Planner, step: str) -> None:
    await _set_up(planner, _provider("acme", "gpt-4o"))
    async with planner.units.for_actor(planner.actor) as uow:
        assert await _services(ScriptedModels({}), Budgets()).for_run(uow, _run(planner), step=step) is RULES
    assert step not in ASKING


async def test_the_first_model_is_asked_with_its_key_and_who_asked_pays(planner: Planner) -> None:
    await _set_up(planner, _provider("acme", "gpt-4o"), _provider("other", "gpt-4o-mini"))
    models, budgets = ScriptedModels({"acme": [ANSWER]}), Budgets()
    run = _run(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        writer = await _services(models, budgets).for_run(uow, run, step="analyse_market")
    proposed = await writer.analyse(KNOWN)

    assert (proposed.origin.author, proposed.origin.provider) == (Author.AI, "acme")
    assert models.keys[0] == "key of acme"
    assert {(who.user_id, who.run_id) for who in budgets.spenders} == {(planner.actor.user_id, run.id)}
    assert budgets.spent > 0


async def test_a_replay_asks_the_model_it_names(planner: Planner) -> None:
    await _set_up(planner, _provider("acme", "gpt-4o"), _provider("other", "gpt-4o-mini"))
    models = ScriptedModels({"other": [ANSWER]})
    replaying = Replaying(run_id=RunId(uuid4()), provider="other", model="gpt-4.1")
    run = _run(planner, request=request_of(replaying=replaying))
    async with planner.units.for_actor(planner.actor) as uow:
        writer = await _services(models, Budgets()).for_run(uow, run, step="analyse_market")
    proposed = await writer.analyse(KNOWN)

    assert (proposed.origin.provider, proposed.origin.model_asked) == ("other", "gpt-4.1")
