"""Spans of decisions and model calls: what they tell, and what they never tell."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.trace import SpanKind, StatusCode
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.durable import KEY, make_workspace
from tests.fakes.spans import RememberedSpans
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.ports.models import CallMade, Cost, Spender, Usage
from nexusplanner.domain.ai import ProviderKind, TextStep
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.shared import CampaignId, RunId, TenantId, UserId
from nexusplanner.infrastructure.db.audit import SqlLedger
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.telemetry import (
    Telemetry,
    TelemetryUnavailable,
    TracedBudgets,
    call_attributes,
    decision_attributes,
    sending_to,
)

RUN = RunId(UUID("0197a3b2-0000-7000-8000-00000000c0de"))
CANARY = "canary of a text that stays here"
SPENDER = Spender(tenant_id=TenantId(UUID(int=1)), user_id=UserId(UUID(int=2)), run_id=RUN)
CALL = CallMade(
    step=TextStep.IDEATE,
    provider="house",
    kind=ProviderKind.BEDROCK,
    model="large",
    model_answered="large-2026",
    outcome="answered",
    usage=Usage(requests=1, input_tokens=900, output_tokens=100, cached_tokens=40),
    cost=Cost(microunits=1234, version="2026-11"),
    latency_ms=800,
)
BY_MODEL: dict[str, Any] = {
    "run_id": RUN,
    "campaign_id": CampaignId(UUID(int=3)),
    "author": Author.AI,
    "provider": "house",
    "model": "large",
    "model_answered": "large-2026",
    "prompt": "ideate",
    "prompt_version": "3",
    "prompt_sha256": "ab" * 32,
    "parameters": {"temperature": 0.4, "max_tokens": 4000, "schema": CANARY},
    "seed": 7,
    "usage": {"requests": 1, "input_tokens": 900, "output_tokens": 100, "cached_tokens": 40},
    "cost_microunits": 1234,
    "price_version": "2026-11",
    "latency_ms": 900,
    "finish_reason": "stop",
    "attempts": (f"cheap (small) timeout: {CANARY}", "house (large) answered"),
}


def decision(**changes: Any) -> Decision:
    return records.decision(TenantId(UUID(int=1)), **changes)


def test_a_decision_is_told_in_the_words_of_the_conventions() -> None:
    told = decision_attributes(decision(**BY_MODEL))
    assert {name: value for name, value in told.items() if name.startswith("gen_ai.")} == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "creative",
        "gen_ai.agent.version": "1",
        "gen_ai.provider.name": "house",
        "gen_ai.request.model": "large",
        "gen_ai.response.model": "large-2026",
        "gen_ai.request.seed": 7,
        "gen_ai.request.temperature": 0.4,
        "gen_ai.request.max_tokens": 4000,
        "gen_ai.prompt.name": "ideate",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 900,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 40,
    }
    assert told["nexusplanner.run.id"] == str(RUN)
    assert told["nexusplanner.cost_microunits"] == 1234
    assert told["nexusplanner.attempts"] == 2
    assert told["nexusplanner.fallback"] is False


def test_what_rules_and_mathematics_decide_names_no_model() -> None:
    told = decision_attributes(decision(seed=3))
    assert told["nexusplanner.author"] == "rules"
    assert not {"gen_ai.provider.name", "gen_ai.request.model", "gen_ai.request.seed"} & told.keys()


def test_no_text_of_a_decision_is_told() -> None:
    texts: dict[str, Any] = {}
    for each in fields(Decision):
        known = getattr(decision(**BY_MODEL), each.name)
        if each.name in {"summary", "fallback_reason", "finish_reason", "confidence", "model_answered"}:
            texts[each.name] = CANARY
        elif each.name in {"evidence", "alternatives", "attempts", "removed"}:
            texts[each.name] = (CANARY,)
        elif each.name in {"inputs", "output", "parameters", "personal", "usage"}:
            texts[each.name] = {**known, CANARY: CANARY, "input_tokens": CANARY, "temperature": CANARY}
    told = decision_attributes(decision(**(BY_MODEL | texts)))
    assert "canary" not in str(told)
    assert "gen_ai.usage.input_tokens" not in told


def test_calls_are_told_with_what_went_wrong() -> None:
    told = call_attributes(SPENDER, CALL)
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.provider.name"] == "aws.bedrock"
    assert told["gen_ai.usage.output_tokens"] == 100
    assert "error.type" not in told
    failed = replace(CALL, kind=ProviderKind.COMPATIBLE, outcome="timeout", model_answered=CANARY)
    told = call_attributes(SPENDER, failed)
    assert told["gen_ai.provider.name"] == "house"
    assert told["error.type"] == "timeout"
    assert "canary" not in str(told)


@pytest.mark.parametrize("echoed", ["sk-canary-0123456789abcdef", "AKIACANARY0123456789:canary-secret-0123456789"])
def test_a_key_that_a_server_gives_for_its_model_is_not_told(echoed: str) -> None:
    told = call_attributes(SPENDER, replace(CALL, model_answered=echoed))
    assert "gen_ai.response.model" not in told
    told = decision_attributes(decision(**(BY_MODEL | {"model_answered": echoed, "finish_reason": echoed})))
    assert "canary" not in str(told).lower()
    named = "eu.anthropic.claude-3-7-sonnet-20250219-v1:0"
    assert call_attributes(SPENDER, replace(CALL, model_answered=named))["gen_ai.response.model"] == named


def test_the_spans_of_a_run_share_a_trace_whose_id_is_the_runs() -> None:
    spans = RememberedSpans()
    telemetry = Telemetry(provider=spans)
    telemetry.decision(decision(**BY_MODEL))
    telemetry.call(SPENDER, replace(CALL, outcome="timeout"))
    telemetry.decision(decision())
    step, call, alone = spans.spans
    assert step.trace_id == call.trace_id == RUN.int
    assert alone.trace_id == 0, "a trace of its own"
    assert (step.name, step.kind) == ("invoke_agent creative", SpanKind.INTERNAL)
    assert (call.name, call.kind) == ("chat large", SpanKind.CLIENT)
    assert step.start is not None
    assert step.ended is not None
    assert step.ended - step.start == 900_000_000
    assert datetime.fromtimestamp(step.ended / 1e9, tz=UTC).replace(microsecond=0) == records.NOW.replace(microsecond=0)
    assert call.status is not None
    assert call.status.status_code is StatusCode.ERROR
    assert step.status is None


def test_a_provider_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(RememberedSpans):
        def get_tracer(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError(CANARY)

    Telemetry(provider=Broken()).decision(decision())
    assert "A span could not be made: RuntimeError" in caplog.text
    assert "canary" not in caplog.text


async def test_budgets_tell_of_every_call_and_settle_it() -> None:
    class Noted:
        def __init__(self) -> None:
            self.settled: list[tuple[str | None, CallMade]] = []

        async def reserve(self, spender: Spender, *, microunits: int) -> str:
            return f"reservation of {microunits}"

        async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
            self.settled.append((reservation, call))

    spans, inner = RememberedSpans(), Noted()
    budgets = TracedBudgets(inner=inner, telemetry=Telemetry(provider=spans))
    assert await budgets.reserve(SPENDER, microunits=5) == "reservation of 5"
    await budgets.settle(SPENDER, reservation="r", call=CALL)
    assert inner.settled == [("r", CALL)]
    assert [span.name for span in spans.spans] == ["chat large"]


async def test_an_entry_is_told_once_it_is_committed_and_never_when_it_is_rolled_back(database: TestDatabase) -> None:
    spans = RememberedSpans()
    engine = make_engine(database.app_url)

    def ledger(session: Any, *, actor: Any) -> SqlLedger:
        return SqlLedger(session, actor=actor, encryption_key=KEY, watches=[Telemetry(provider=spans).decision])

    def workflows(session: Any, *, actor: Any) -> RememberedWorkflows:
        return RememberedWorkflows()

    units = SqlUnitsOfWork(engine, ledger=ledger, workflows=workflows, sealer=Sealer(KEY))
    try:
        workspace = await make_workspace(engine)
        entry = records.decision(workspace.tenant_id)

        async def append(*, fail: bool) -> None:
            async with units.for_actor(workspace.actor) as uow:
                await uow.ledger.append(entry)
                assert spans.spans == []
                if fail:
                    raise RuntimeError

        with pytest.raises(RuntimeError):
            await append(fail=True)
        assert spans.spans == []
        await append(fail=False)
    finally:
        await engine.dispose()
    assert [span.attributes["nexusplanner.decision.id"] for span in spans.spans] == [str(entry.id)]


def test_sending_without_its_packages_is_refused_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(TelemetryUnavailable, match="opentelemetry-exporter-otlp-proto-http"):
        sending_to("http://127.0.0.1:4318/v1/traces")
