"""How models are asked in turn: one deadline, pauses that help, breakers, and money that always adds up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.factories.questions import PROMPT, SPENDER, Idea, Ideas, ai_settings, provider, question
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.models import USED, ScriptedModels, Time, failing

from nexusplanner.application.models.breakers import Breakers
from nexusplanner.application.models.desk import DeskRules, Desks, OrderedDesk
from nexusplanner.application.ports.models import Asked, Usage
from nexusplanner.domain.ai import Provider, ProviderKind
from nexusplanner.infrastructure.llm import ListPrices

GOOD = Ideas(ideas=(Idea(theme="t", description="d", weight=1.0, quotes=()),))
RULES = DeskRules(deadline_seconds=30, share=0.6, tries=3, pause_seconds=0.5)


class Desk:
    """A desk over scripted models."""

    def __init__(self, scripts: dict[str, list[object]], **changed: Any) -> None:
        self.time = Time()
        self.models = ScriptedModels(scripts, time=self.time)
        self.budgets: MemoryBudgets = changed.pop("budgets", MemoryBudgets())
        self.providers: list[Provider] = changed.pop("providers", [provider(name) for name in scripts])
        self.desks = Desks(
            models=self.models,
            prices=ListPrices(),
            budgets=self.budgets,
            breakers=changed.pop("breakers", Breakers()),
            rules=changed.pop("rules", RULES),
            ticks=self.time.ticks,
            sleep=self.time.sleep,
            jitter=lambda: 0.5,
        )
        self.settings = ai_settings(*self.providers, **changed)

    def open(self) -> OrderedDesk:
        return self.desks.open(
            self.settings, keys={name.name: f"key of {name.name}" for name in self.providers}, spender=SPENDER
        )

    async def ask(self, **changed: Any) -> Asked[Any]:
        return await self.open().ask(question(**changed))


def outcomes(asked: Asked[Any]) -> list[tuple[str, str]]:
    return [(attempt.provider, attempt.outcome) for attempt in asked.attempts]


async def test_nothing_is_asked_where_nothing_is_set_up_or_rules_alone_are_wanted() -> None:
    for desk in (Desk({}), Desk({"a": [GOOD]}, rules_only=True)):
        asked = await desk.ask()
        assert not desk.open().asks
        assert (asked.answer, asked.attempts, asked.reason, desk.models.calls) == (None, (), "", [])


async def test_the_first_usable_answer_is_taken_with_the_key_of_its_provider() -> None:
    desk = Desk({"a": [GOOD], "b": [GOOD]})
    asked = await desk.ask()
    assert desk.open().asks
    assert asked.answer is not None
    assert asked.answer.value == GOOD
    assert (asked.provider, asked.model, asked.reason) == ("a", "a-model", "")
    assert outcomes(asked) == [("a", "answered")]
    assert desk.models.keys[0] == "key of a"
    assert asked.cost_microunits == 1000 + 2 * 500
    assert asked.price_version


@pytest.mark.parametrize(
    "kind",
    ["malformed", "invalid", "unknown_evidence", "empty", "refused", "truncated", "bad_request", "unauthorised"],
)
async def test_what_another_try_would_not_mend_goes_to_the_next_provider_at_once(kind: str) -> None:
    desk = Desk({"a": [failing(kind)], "b": [GOOD]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", kind), ("b", "answered")]
    assert desk.time.waits == []


@pytest.mark.parametrize("kind", ["rate_limited", "server_error", "connection"])
async def test_passing_faults_are_tried_again_after_growing_pauses(kind: str) -> None:
    desk = Desk({"a": [failing(kind), failing(kind), GOOD]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", kind), ("a", kind), ("a", "answered")]
    assert desk.time.waits == [0.5, 1.0]


async def test_a_provider_that_keeps_failing_is_given_up_after_its_tries() -> None:
    desk = Desk({"a": [failing("server_error")], "b": [failing("connection")]})
    asked = await desk.ask()
    assert asked.answer is None
    assert len(asked.attempts) == 6
    assert asked.reason == "No model gave a usable answer. a: It was server_error.; b: It was connection."


async def test_a_short_retry_after_is_waited_for() -> None:
    desk = Desk({"a": [failing("rate_limited", retry_after=4), GOOD], "b": [GOOD]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "rate_limited"), ("a", "answered")]
    assert desk.time.waits[0] >= 4


async def test_a_long_retry_after_lets_the_next_provider_answer_meanwhile() -> None:
    desk = Desk({"a": [failing("rate_limited", retry_after=25)], "b": [GOOD]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "rate_limited"), ("b", "answered")]
    assert desk.time.waits == []


async def test_a_provider_that_asked_for_time_is_asked_again_when_the_others_failed() -> None:
    desk = Desk({"a": [failing("rate_limited", retry_after=20), GOOD], "b": [failing("malformed")]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "rate_limited"), ("b", "malformed"), ("a", "answered")]
    assert 20 <= desk.time.now - 100 <= 30


async def test_a_retry_after_beyond_the_deadline_ends_it_at_once() -> None:
    desk = Desk({"a": [failing("rate_limited", retry_after=3600)]})
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "rate_limited")]
    assert desk.time.now == 100


async def test_one_deadline_holds_over_all_providers() -> None:
    desk = Desk({name: [(1000, failing("timeout"))] for name in ("a", "b", "c")})
    asked = await desk.ask()
    assert [seconds for _, seconds in desk.models.calls] == [18.0, 7.2, 4.8]
    assert outcomes(asked) == [("a", "timeout"), ("b", "timeout"), ("c", "timeout")]
    assert desk.time.now == pytest.approx(130)
    assert asked.latency_ms == 30_000


async def test_loading_counts_neither_against_the_deadline_nor_as_latency() -> None:
    desk = Desk({"a": [(12, GOOD)]})
    desk.models.loading = 29.0
    asked = await desk.ask()
    assert asked.answer is not None
    assert desk.models.calls == [("a", 30.0)]
    assert asked.latency_ms == 12_000


async def test_a_single_provider_may_take_all_the_time() -> None:
    desk = Desk({"a": [(1000, failing("timeout"))]})
    await desk.ask()
    assert desk.models.calls == [("a", 30.0)]


async def test_an_adapter_that_breaks_its_promise_does_not_break_the_run() -> None:
    class Broken(ScriptedModels):
        def __call__(self, provider: Provider, **_: Any) -> Any:
            model = super().__call__(provider, key="", effort=next(iter(provider.models)))
            if provider.name == "hangs":
                model.answer = lambda *_, **__: asyncio.Event().wait()  # type: ignore[method-assign, assignment]
            return model

    desk = Desk({"raises": [ValueError("secret")], "hangs": [GOOD]}, rules=DeskRules(deadline_seconds=0.6))
    desk.desks.models = Broken(desk.models.scripts)
    asked = await desk.ask()
    assert outcomes(asked) == [("raises", "bad_request"), ("hangs", "timeout")]
    assert "secret" not in asked.reason


async def test_a_provider_that_fails_five_times_in_a_row_rests_then_gets_one_try() -> None:
    desk = Desk({"a": [failing("server_error")]})
    await desk.ask()
    second = await desk.ask()
    assert outcomes(second) == [("a", "server_error"), ("a", "server_error"), ("a", "resting")]
    assert "rests for another 29 s" in second.attempts[-1].reason
    resting = await desk.ask()
    assert outcomes(resting) == [("a", "resting")]
    assert len(desk.models.calls) == 5
    desk.time.now += 31
    probe = await desk.ask()
    assert outcomes(probe) == [("a", "server_error"), ("a", "resting")]
    desk.time.now += 31
    desk.models.scripts = {"a": [GOOD]}
    assert outcomes(await desk.ask()) == [("a", "answered")]
    assert outcomes(await desk.ask()) == [("a", "answered")]


async def test_resting_belongs_to_one_workspace_and_ends_with_a_new_key() -> None:
    breakers = Breakers(failures=1, rest_seconds=60)
    breakers.note(SPENDER.tenant_id, "a", fingerprint=1, well=False, now=0)
    assert breakers.rest_of(SPENDER.tenant_id, "a", fingerprint=1, now=1) == 59
    assert breakers.rest_of(SPENDER.tenant_id, "a", fingerprint=2, now=1) == 0
    assert breakers.rest_of(SPENDER.tenant_id, "b", fingerprint=1, now=1) == 0


async def test_while_one_probes_the_others_wait() -> None:
    breakers = Breakers(failures=1, rest_seconds=60)
    breakers.note(SPENDER.tenant_id, "a", fingerprint=1, well=False, now=0)
    assert breakers.rest_of(SPENDER.tenant_id, "a", fingerprint=1, now=60) == 0
    assert breakers.rest_of(SPENDER.tenant_id, "a", fingerprint=1, now=61) == 59


async def test_bad_answers_of_a_provider_that_works_open_no_breaker() -> None:
    desk = Desk({"a": [failing("malformed")]}, breakers=Breakers(failures=1))
    await desk.ask()
    assert outcomes(await desk.ask()) == [("a", "malformed")]


async def test_every_try_is_held_for_and_settled() -> None:
    used = Usage(requests=1, input_tokens=10, output_tokens=5)
    desk = Desk({"a": [failing("server_error"), failing("truncated", usage=used)], "b": [GOOD]})
    asked = await desk.ask()
    budgets = desk.budgets
    assert (budgets.reserved, budgets.held) == (3, {})
    assert [call.outcome for call in budgets.calls] == ["server_error", "truncated", "answered"]
    assert [call.cost.microunits for call in budgets.calls] == [0, 20, 2000]
    assert budgets.calls[-1].usage == USED
    assert budgets.calls[-1].model_answered == "b-model-1"
    assert asked.cost_microunits == budgets.spent == 2020


async def test_the_most_a_try_can_cost_is_held_before_it() -> None:
    held: list[int] = []

    class Watching(MemoryBudgets):
        async def reserve(self, spender: Any, *, microunits: int) -> str:
            held.append(microunits)
            return await super().reserve(spender, microunits=microunits)

    await Desk({"a": [GOOD]}, budgets=Watching()).ask(most_tokens=700)
    assert held[0] >= len(PROMPT.system + PROMPT.user) + 2 * 700


async def test_an_exhausted_budget_passes_over_to_a_provider_that_costs_nothing() -> None:
    own = provider("own", kind=ProviderKind.COMPATIBLE, base_url="http://own/v1", input_price=None, output_price=None)
    desk = Desk({"a": [GOOD], "own": [GOOD]}, budgets=MemoryBudgets(limit=1), providers=[provider("a"), own])
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "budget"), ("own", "answered")]
    assert desk.budgets.reserved == 0
    assert [call.provider for call in desk.budgets.calls] == ["own"]
    assert "limit of today" in asked.attempts[0].reason


async def test_no_money_is_spent_when_the_budget_cannot_be_asked() -> None:
    desk = Desk({"a": [GOOD]}, budgets=MemoryBudgets(broken=True))
    asked = await desk.ask()
    assert outcomes(asked) == [("a", "budget")]
    assert desk.models.calls == []


@pytest.mark.parametrize("slow", [0.0, 0.05])
async def test_a_cancelled_question_gives_its_money_back(slow: float) -> None:
    class Hanging(ScriptedModels):
        def __call__(self, provider: Provider, **_: Any) -> Any:
            model = super().__call__(provider, key="", effort=next(iter(provider.models)))
            model.answer = lambda *_, **__: asyncio.Event().wait()  # type: ignore[method-assign, assignment]
            return model

    for after in (0.01, 0.03, 0.08):
        desk = Desk({"a": [GOOD]}, budgets=MemoryBudgets(slow=slow))
        desk.desks.models = Hanging(desk.models.scripts)
        task = asyncio.create_task(desk.open().ask(question()))
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert desk.budgets.held == {}
        assert [call.outcome for call in desk.budgets.calls] == ["timeout"]
