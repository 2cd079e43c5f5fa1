"""Keys and prompts appear nowhere: not in logs at any level, errors, tracebacks, attempts, or what a question became."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest
from tests.factories.questions import KNOWN, SPENDER, ai_settings, question
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.wire import Behaviour, WireServer, hostile

from nexusplanner.application.models.desk import DeskRules, Desks
from nexusplanner.application.ports.models import ModelFailure, Prompt
from nexusplanner.domain.ai import Effort, ProviderKind, TextStep
from nexusplanner.infrastructure.llm import ListPrices, ProviderModels
from nexusplanner.infrastructure.logging import configure

KEYS = {
    ProviderKind.OPENAI: "sk-canary-0123456789abcdef",
    ProviderKind.BEDROCK: "AKIACANARY0123456789:canary-secret-0123456789",
    ProviderKind.COMPATIBLE: "canary-of-a-server-0123456789",
}
BEARER = "ABSKcanary0123456789"
PRIVATE = "canary of the prompt"
PROMPT = Prompt(name="ideate", version="1", sha256="0", system="Write.", user=f"Data: {PRIVATE}.")
FORMS = ("canary", "CANARY")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything any logger says at DEBUG, without our redaction."""
    monkeypatch.setenv("OPENAI_LOG", "debug")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(level="DEBUG", stream=io.StringIO())
    stream = io.StringIO()
    raw = logging.StreamHandler(stream)
    raw.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root.addHandler(raw)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def clean(text: str) -> bool:
    return not any(form in text for form in FORMS)


@pytest.mark.parametrize("behaviour", [each for each in Behaviour if each is not Behaviour.DRIP])
async def test_no_failure_gives_a_key_or_a_prompt_away(
    models: ProviderModels, written: io.StringIO, behaviour: Behaviour
) -> None:
    async def partial(_: object) -> None:
        """Follow."""

    said: list[str] = []
    keys = [*KEYS.items(), (ProviderKind.BEDROCK, BEARER)]
    seconds = 1.0 if behaviour is Behaviour.HANG else 10.0
    async with WireServer(behaviour) as server:
        for kind, key in keys:
            for listener in (None, partial):
                model = models(server.provider(kind=kind), key=key, effort=Effort.STRONG)
                said += [repr(model), repr(vars(server.provider(kind=kind)))]
                try:
                    answer = await model.answer(question(prompt=PROMPT, partial=listener), seconds=seconds)
                    said.append(repr(answer.value))
                except ModelFailure as failure:
                    said += [repr(failure), failure.reason, *traceback.format_exception(failure, chain=True)]
                    said.append(repr(failure.__dict__))
        sent = [request.headers["authorization"] for request in server.requests]
    assert all("canary" in header.lower() for header in sent)
    assert len(sent) == 8 or (behaviour is Behaviour.HANG and sent)  # a busy machine sends late
    assert clean("\n".join(said))
    assert clean(written.getvalue())


@pytest.mark.parametrize("behaviour", [Behaviour.STATUS_401, Behaviour.STATUS_400, Behaviour.HTML, Behaviour.RESET])
async def test_what_becomes_of_a_question_names_no_key(
    models: ProviderModels, written: io.StringIO, behaviour: Behaviour
) -> None:
    budgets = MemoryBudgets()
    desks = Desks(
        models=models, prices=ListPrices(), budgets=budgets, rules=DeskRules(deadline_seconds=10, pause_seconds=0.01)
    )
    async with WireServer(behaviour) as server:
        settings = ai_settings(*(server.provider(kind.value, kind=kind) for kind in ProviderKind))
        keys = {kind.value: key for kind, key in KEYS.items()}
        asked = await desks.open(settings, keys=keys, spender=SPENDER).ask(question(prompt=PROMPT))
    assert asked.answer is None
    assert {attempt.provider for attempt in asked.attempts} == {kind.value for kind in ProviderKind}
    assert clean(repr(asked))
    assert clean(" ".join(attempt.in_words for attempt in asked.attempts))
    assert clean(repr(budgets.calls))
    assert clean(written.getvalue())


async def test_the_step_is_named_in_the_log_of_a_broken_check_and_nothing_else(
    models: ProviderModels, written: io.StringIO
) -> None:
    def broken(_: object) -> object:
        raise ValueError(PRIVATE)

    async with WireServer(Behaviour.VALID) as server:
        model = models(server.provider(), key=KEYS[ProviderKind.OPENAI], effort=Effort.STRONG)
        with pytest.raises(ModelFailure):
            await model.answer(question(check=broken), seconds=10)
    assert TextStep.IDEATE in written.getvalue()
    assert clean(written.getvalue())


@pytest.mark.parametrize("kind", list(ProviderKind))
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_server_that_gives_the_key_back_is_not_quoted(
    models: ProviderModels, kind: ProviderKind, *, streamed: bool
) -> None:
    parts: list[object] = []

    async def partial(part: object) -> None:
        parts.append(part)

    for key in {KEYS[kind], KEYS[kind].split(":")[-1]}:
        async with WireServer(hostile(f"The key is {key}.", cite=KNOWN, number=1)) as server:
            asked = question(partial=partial if streamed else None)
            model = models(server.provider(kind=kind), key=KEYS[kind], effort=Effort.STRONG)
            with pytest.raises(ModelFailure) as caught:
                await model.answer(asked, seconds=10)
        assert caught.value.reason == "The server gave back the key it was sent."
        assert clean(repr(parts))


async def test_a_server_that_calls_its_model_by_the_key_is_not_believed(models: ProviderModels) -> None:
    key = KEYS[ProviderKind.OPENAI]
    async with WireServer(Behaviour.VALID) as server:
        for name in (key, f"gpt {key}", "<b>gpt</b>", "x" * 500):
            provider = server.provider(model=name)
            answer = await models(provider, key=key, effort=Effort.STRONG).answer(question(), seconds=10)
            assert answer.model_answered == ""
