"""Each protocol against a local server that answers well, badly, or not at all."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.factories.questions import Ideas, question
from tests.fakes.wire import Behaviour, Reply, WireServer, in_turn

from nexusplanner.application.ports.models import Answer, FailureKind, ModelFailure
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm import ProviderModels
from nexusplanner.infrastructure.llm.failures import seconds_to_wait
from nexusplanner.infrastructure.llm.wire import MOST_BYTES

KEYS = {
    ProviderKind.OPENAI: "sk-test",
    ProviderKind.BEDROCK: "AKIATEST:secret",
    ProviderKind.COMPATIBLE: "",
}
SECONDS = 30.0
SHORT = 0.6
"""For servers that would never end."""
EXPECTED: dict[Behaviour, FailureKind | None] = {
    Behaviour.VALID: None,
    Behaviour.PROSE: None,
    Behaviour.MALFORMED: FailureKind.MALFORMED,
    Behaviour.SCHEMA_INVALID: FailureKind.INVALID,
    Behaviour.UNKNOWN_EVIDENCE: FailureKind.UNKNOWN_EVIDENCE,
    Behaviour.EMPTY: FailureKind.EMPTY,
    Behaviour.REFUSAL: FailureKind.REFUSED,
    Behaviour.TRUNCATED: FailureKind.TRUNCATED,
    Behaviour.WRONG_TYPES: FailureKind.INVALID,
    Behaviour.NUMBERS: FailureKind.INVALID,
    Behaviour.STATUS_400: FailureKind.BAD_REQUEST,
    Behaviour.STATUS_401: FailureKind.UNAUTHORISED,
    Behaviour.STATUS_429: FailureKind.RATE_LIMITED,
    Behaviour.STATUS_500: FailureKind.SERVER_ERROR,
    Behaviour.RESET: FailureKind.CONNECTION,
    Behaviour.HANG: FailureKind.TIMEOUT,
    Behaviour.DRIP: FailureKind.TIMEOUT,
    Behaviour.HTML: FailureKind.MALFORMED,
}
SPOKEN = set(Behaviour) - {
    Behaviour.STATUS_400,
    Behaviour.STATUS_401,
    Behaviour.STATUS_429,
    Behaviour.STATUS_500,
    Behaviour.RESET,
    Behaviour.HANG,
    Behaviour.DRIP,
    Behaviour.HTML,
}
kinds = pytest.mark.parametrize("kind", list(ProviderKind))
streaming = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])


class Heard:
    """Follows an answer while it comes."""

    def __init__(self) -> None:
        self.parts: list[Ideas] = []

    async def __call__(self, part: Ideas) -> None:
        self.parts.append(part)


async def asked(
    models: ProviderModels, provider: Provider, *, key: str | None = None, seconds: float = SECONDS, **changed: Any
) -> Answer[Any] | ModelFailure:
    model = models(provider, key=KEYS[provider.kind] if key is None else key, effort=Effort.STRONG)
    began = time.monotonic()
    try:
        return await model.answer(question(**changed), seconds=seconds)
    except ModelFailure as failure:
        return failure
    finally:
        assert time.monotonic() - began < seconds + 1


@kinds
@streaming
@pytest.mark.parametrize("behaviour", list(Behaviour))
async def test_every_behaviour_ends_in_an_answer_or_a_named_failure(
    models: ProviderModels, kind: ProviderKind, behaviour: Behaviour, *, streamed: bool
) -> None:
    seconds = SHORT if behaviour in {Behaviour.HANG, Behaviour.DRIP} else SECONDS
    async with WireServer(behaviour, drip=0.1) as server:
        provider = server.provider(kind=kind)
        outcome = await asked(models, provider, seconds=seconds, partial=Heard() if streamed else None)
    expected = EXPECTED[behaviour]
    if expected is None:
        assert isinstance(outcome, Answer)
        assert outcome.repaired == (("code fence removed",) if behaviour is Behaviour.PROSE else ())
        assert outcome.finish_reason == "stop"
    else:
        assert isinstance(outcome, ModelFailure)
        assert outcome.kind is expected
        assert outcome.retry_after == (1.0 if behaviour is Behaviour.STATUS_429 else None)
        assert (outcome.__cause__, outcome.__context__) == (None, None)
    if behaviour in SPOKEN:
        assert outcome.usage.requests == 1
        assert outcome.usage.input_tokens > 0
    assert len(server.requests) == 1


@kinds
async def test_streamed_answers_are_told_of_while_they_come_and_end_the_same(
    models: ProviderModels, kind: ProviderKind
) -> None:
    heard = Heard()
    async with WireServer(Behaviour.VALID) as server:
        provider = server.provider(kind=kind)
        whole = await asked(models, provider)
        streamed = await asked(models, provider, partial=heard)
    assert isinstance(whole, Answer)
    assert isinstance(streamed, Answer)
    assert (streamed.value, streamed.text, streamed.usage) == (whole.value, whole.text, whole.usage)
    counts = [len(part.ideas) for part in heard.parts]
    assert len(counts) >= 3
    assert counts == sorted(counts)
    assert all(part.ideas == whole.value.ideas[: len(part.ideas)] or len(part.ideas) <= 3 for part in heard.parts)


async def test_a_long_answer_is_looked_at_more_rarely_the_longer_it_gets(models: ProviderModels) -> None:
    looks: list[int] = []

    def check(ideas: Ideas) -> Ideas:
        looks.append(len(ideas.ideas))
        return ideas

    one = {"theme": "Calm", "description": "d" * 200, "weight": 1, "quotes": []}
    text = json.dumps({"ideas": [one] * 400})
    async with WireServer(in_turn(Reply(text=text))) as server:
        answer = await asked(models, server.provider(), partial=Heard(), check=check)
    assert isinstance(answer, Answer)
    assert len(looks) < 100 < len(text) / 80


async def test_a_listener_that_fails_does_not_cost_the_answer(models: ProviderModels) -> None:
    async def broken(_: Ideas) -> None:
        raise RuntimeError("away")

    async with WireServer(Behaviour.VALID) as server:
        assert isinstance(await asked(models, server.provider(), partial=broken), Answer)


@kinds
async def test_a_stream_that_breaks_off_is_charged_for_what_came(models: ProviderModels, kind: ProviderKind) -> None:
    async with WireServer(Behaviour.RESET) as server:
        outcome = await asked(models, server.provider(kind=kind), partial=Heard())
    assert isinstance(outcome, ModelFailure)
    assert outcome.usage.output_tokens > 10


@kinds
async def test_the_schema_goes_with_the_question(models: ProviderModels, kind: ProviderKind) -> None:
    async with WireServer(Behaviour.VALID) as server:
        await asked(models, server.provider(kind=kind), most_tokens=123)
    request = server.requests[0]
    assert request.schema_name == "Ideas"
    assert set(request.schema["properties"]) == {"ideas"}
    assert "123" in json.dumps(request.data)
    native = "response_format" in request.data or "outputConfig" in request.data
    assert native is (kind is not ProviderKind.COMPATIBLE)
    if kind is ProviderKind.OPENAI:
        assert request.data["response_format"]["json_schema"]["strict"] is True


async def test_bedrock_keys_of_both_kinds_are_used_and_nothing_of_the_machine(
    models: ProviderModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMACHINE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "machine")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "machine-token")
    async with WireServer(Behaviour.VALID) as server:
        provider = server.provider(kind=ProviderKind.BEDROCK)
        await asked(models, provider, key="AKIAWORKSPACE:secret")
        await asked(models, provider, key="AKIAWORKSPACE:secret:token")
        await asked(models, provider, key="ABSKworkspace")
        none = await asked(models, provider, key="")
    signed, session, bearer = server.requests
    assert "Credential=AKIAWORKSPACE/" in signed.key
    assert session.headers["x-amz-security-token"] == "token"
    assert bearer.key == "ABSKworkspace"
    assert isinstance(none, ModelFailure)
    assert none.kind is FailureKind.UNAUTHORISED
    assert "machine" not in json.dumps([dict(request.headers) for request in server.requests]).lower()


async def test_an_openai_key_of_the_machine_is_not_used(
    models: ProviderModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-machine")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-machine")
    async with WireServer(Behaviour.VALID) as server:
        none = await asked(models, server.provider(), key="")
        await asked(models, server.provider(kind=ProviderKind.COMPATIBLE), key="")
    assert isinstance(none, ModelFailure)
    assert "machine" not in json.dumps(dict(server.requests[0].headers))


@pytest.mark.parametrize("reported", [-(10**6), 10**18])
async def test_impossible_usage_is_brought_within_what_can_be(models: ProviderModels, reported: int) -> None:
    said = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}]}
    usage = {"prompt_tokens": reported, "completion_tokens": reported, "total_tokens": reported}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage} | said
    async with WireServer(in_turn(Reply(body=json.dumps(body).encode()))) as server:
        outcome = await asked(models, server.provider())
    assert 0 <= outcome.usage.input_tokens <= 10_000_000
    assert 0 <= outcome.usage.output_tokens <= 10_000_000


async def test_redirects_are_not_followed(models: ProviderModels) -> None:
    async with WireServer(Behaviour.VALID) as other:
        moved = Reply(status=307, headers={"Location": f"{other.url}/v1/chat/completions"})
        async with WireServer(in_turn(moved)) as server:
            outcome = await asked(models, server.provider())
    assert isinstance(outcome, ModelFailure)
    assert other.requests == []


@kinds
async def test_endless_and_compressed_answers_are_refused(models: ProviderModels, kind: ProviderKind) -> None:
    endless = Reply(body=b" " * (MOST_BYTES + 1))
    packed = Reply(body=b"x", headers={"Content-Encoding": "gzip"})
    for reply in (endless, packed):
        async with WireServer(in_turn(reply)) as server:
            outcome = await asked(models, server.provider(kind=kind), seconds=3)
        assert isinstance(outcome, ModelFailure)
        assert outcome.kind is FailureKind.MALFORMED
        assert "larger" in outcome.reason


async def test_no_thread_outlives_a_try_at_bedrock(models: ProviderModels) -> None:
    async with WireServer(Behaviour.DRIP, drip=0.05) as server:
        provider = server.provider(kind=ProviderKind.BEDROCK)
        before = threading.active_count()
        for partial in (None, Heard(), None, Heard(), None):
            await asyncio.gather(*(asked(models, provider, seconds=0.5, partial=partial) for _ in range(10)))
        server.script = Behaviour.VALID
        assert isinstance(await asked(models, provider), Answer)
        assert threading.active_count() - before < 40  # as many as may wait at once, if they were stuck


async def test_bedrock_requests_arrive_as_they_were_signed(models: ProviderModels) -> None:
    from botocore.auth import SigV4Auth  # noqa: PLC0415 - as everywhere, only where it is used
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    async with WireServer(Behaviour.VALID) as server:
        await asked(models, server.provider(kind=ProviderKind.BEDROCK), key="AKIATEST:secret")
    request = server.requests[0]
    names = request.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    headers = {name: request.headers[name] for name in names}
    again = AWSRequest("POST", f"{server.url}{request.path}", headers=headers, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials("AKIATEST", "secret"), "bedrock", "eu-central-1")
    canonical = signer.canonical_request(again)
    signature = signer.signature(signer.string_to_sign(again, canonical), again)
    assert {"host", "x-amz-date"} <= set(names)
    assert request.headers["authorization"].endswith(f"Signature={signature}")


async def test_a_cancelled_try_ends_at_once(models: ProviderModels) -> None:
    async with WireServer(Behaviour.HANG) as server:
        for kind in ProviderKind:
            model = models(server.provider(kind=kind), key="x:y", effort=Effort.LIGHT)
            task = asyncio.create_task(model.answer(question(), seconds=30))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, timeout=0.5)


async def test_a_check_that_breaks_refuses_the_answer(models: ProviderModels) -> None:
    def broken(_: Ideas) -> Ideas:
        raise KeyError("words of the model")

    async with WireServer(Behaviour.VALID) as server:
        outcome = await asked(models, server.provider(), check=broken)
    assert isinstance(outcome, ModelFailure)
    assert (outcome.kind, outcome.usage.requests) == (FailureKind.INVALID, 1)
    assert "words of the model" not in outcome.reason


async def test_nothing_leaves_unless_a_test_has_opened_a_server(models: ProviderModels) -> None:
    async with WireServer(Behaviour.VALID) as server:
        provider = server.provider()
    outcome = await asked(models, provider)
    assert isinstance(outcome, ModelFailure)
    assert "switched off" in outcome.reason
    for kind in (ProviderKind.OPENAI, ProviderKind.BEDROCK):
        real = Provider(name="real", kind=kind, region="eu-central-1", models={Effort.STRONG: "gpt-4o"})
        outcome = await asked(models, real, seconds=5)
        assert isinstance(outcome, ModelFailure)
        assert "switched off" in outcome.reason


async def test_with_a_server_open_other_addresses_stay_out_of_reach(models: ProviderModels) -> None:
    async with WireServer(Behaviour.VALID):
        real = Provider(name="real", kind=ProviderKind.OPENAI, models={Effort.STRONG: "gpt-4o"})
        outcome = await asked(models, real, seconds=5)
    assert isinstance(outcome, ModelFailure)
    assert outcome.kind is not FailureKind.UNAUTHORISED


def test_starting_imports_no_library_of_a_vendor() -> None:
    heavy = ("pydantic_ai", "openai", "boto3", "botocore", "genai_prices", "httpx2", "tiktoken")
    script = f"import sys, nexusplanner.main, nexusplanner.cli.main\nprint([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, now=NOW) == seconds
