"""Embedders over the wire: what they send, and that whatever a server does ends in vectors or in words, in time."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from tests.fakes.wire.vectors import DIMENSIONS, Fault, VectorServer, by_words

from nexusplanner.application.ports.embedding import Embedder, EmbeddingFailed
from nexusplanner.application.ports.models import Usage
from nexusplanner.domain.ai import ProviderKind
from nexusplanner.domain.embedding import EmbedderChoice, EmbedderKind
from nexusplanner.infrastructure.embedders import WorkspaceEmbedders, answers
from nexusplanner.infrastructure.embedders.prices import VectorPrices

KEY = "sk-canary-of-vectors"
TEXTS = ["A heat pump saves gas.", "Bread rises at night.", "Rents rose by 7 %."]
MODELS = {
    "openai": (ProviderKind.OPENAI, EmbedderKind.OPENAI, "text-embedding-3-small"),
    "compatible": (ProviderKind.COMPATIBLE, EmbedderKind.OPENAI, "nomic-embed-text"),
    "titan": (ProviderKind.BEDROCK, EmbedderKind.BEDROCK, "amazon.titan-embed-text-v2:0"),
    "cohere": (ProviderKind.BEDROCK, EmbedderKind.BEDROCK, "cohere.embed-multilingual-v3"),
}


def embedder(server: VectorServer, named: str, *, key: str = KEY, model: str = "") -> Embedder:
    kind, chosen, usual = MODELS[named]
    provider = server.provider(kind=kind)
    choice = EmbedderChoice(kind=chosen, provider=provider.name, model=model or usual)
    return WorkspaceEmbedders(models=Path("/nowhere"))(choice, provider=provider, key=key)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize("named", MODELS)
async def test_every_format_gives_unit_vectors_in_the_order_of_the_texts(named: str) -> None:
    async with VectorServer(backwards=True) as server:
        made = await embedder(server, named).embed(TEXTS, purpose="passage", seconds=30)
    wanted = np.array([by_words(text) for text in TEXTS])
    np.testing.assert_allclose(made.vectors, wanted / np.linalg.norm(wanted, axis=1, keepdims=True), atol=1e-6)
    assert made.vectors.dtype == np.float32
    assert server.texts == TEXTS or sorted(server.texts) == sorted(TEXTS)
    assert made.usage.requests == len(server.requests) == (len(TEXTS) if named == "titan" else 1)
    counted = sum(len(text.split()) for text in TEXTS)
    assert made.usage.input_tokens == (-(-22 // 4) + -(-21 // 4) + -(-18 // 4) if named == "cohere" else counted)


async def test_what_is_asked_for_is_what_the_model_understands() -> None:
    async with VectorServer() as server:
        for named in MODELS:
            await embedder(server, named).embed(["A question?"], purpose="query", seconds=10)
    openai, compatible, titan, cohere = server.requests
    assert openai.path == compatible.path == "/v1/embeddings"
    assert (openai.data["dimensions"], "dimensions" in compatible.data) == (512, False)
    assert openai.headers["authorization"] == f"Bearer {KEY}"
    assert (titan.model, titan.data["dimensions"]) == ("amazon.titan-embed-text-v2:0", 512)
    assert (cohere.purpose, cohere.data["truncate"]) == ("search_query", "END")


async def test_an_access_key_signs_and_does_not_travel() -> None:
    async with VectorServer() as server:
        await embedder(server, "titan", key="AKIAEXAMPLE:very-secret").embed(["x"], purpose="query", seconds=10)
    sent = server.requests[0].headers
    assert sent["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "very-secret" not in str(sent)


@pytest.mark.parametrize("named", MODELS)
@pytest.mark.parametrize(
    "fault",
    [Fault.REFUSED, Fault.UNKNOWN, Fault.HTML, Fault.WORDS, Fault.NAN, Fault.EMPTY],
)
async def test_what_cannot_be_used_is_said_at_once_and_without_the_servers_words(named: str, fault: Fault) -> None:
    async with VectorServer(fault) as server:
        with pytest.raises(EmbeddingFailed) as caught:
            await embedder(server, named).embed(TEXTS, purpose="passage", seconds=10)
    assert not caught.value.again
    assert caught.value.reason.endswith(".")
    assert KEY not in caught.value.reason
    assert len(server.requests) <= len(TEXTS)


@pytest.mark.parametrize("fault", [Fault.FEWER, Fault.MORE, Fault.UNEVEN, Fault.TWICE])
async def test_a_wrong_number_of_vectors_is_refused_and_paid_for(fault: Fault) -> None:
    async with VectorServer(fault) as server:
        with pytest.raises(EmbeddingFailed) as caught:
            await embedder(server, "openai").embed(TEXTS, purpose="passage", seconds=10)
    assert caught.value.usage.input_tokens == sum(len(text.split()) for text in TEXTS)


@pytest.mark.parametrize("named", MODELS)
@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.FAILING, Fault.RESETS])
async def test_a_passing_fault_is_tried_again(named: str, fault: Fault) -> None:
    async with VectorServer(fault, Fault.NONE) as server:
        made = await embedder(server, named).embed(TEXTS, purpose="passage", seconds=10)
    assert made.vectors.shape == (3, DIMENSIONS)


@pytest.mark.parametrize("named", MODELS)
@pytest.mark.parametrize("fault", [Fault.HANGS, Fault.BUSY, Fault.FAILING])
async def test_it_is_over_in_time_whatever_the_server_does(named: str, fault: Fault) -> None:
    async with VectorServer(fault) as server:
        began = time.monotonic()
        with pytest.raises(EmbeddingFailed) as caught:
            await embedder(server, named).embed(TEXTS, purpose="query", seconds=0.3)
    assert caught.value.again
    assert time.monotonic() - began < 5


async def test_what_lacks_a_key_or_makes_no_vectors_is_not_asked() -> None:
    async with VectorServer() as server:
        for made in (
            embedder(server, "openai", key=""),
            embedder(server, "titan", key=""),
            embedder(server, "titan", model="anthropic.claude"),
        ):
            with pytest.raises(EmbeddingFailed):
                await made.embed(["x"], purpose="query", seconds=5)
        await embedder(server, "compatible", key="").embed(["x"], purpose="query", seconds=5)
    assert len(server.requests) == 1
    assert "authorization" not in server.requests[0].headers


def test_vectors_cost_what_the_list_says_and_unknown_models_as_much_as_the_dearest() -> None:
    million, prices = Usage(requests=1, input_tokens=1_000_000), VectorPrices()
    server = VectorServer()
    server._port = 1
    listed = prices.cost(server.provider(), model="text-embedding-3-small", usage=million)
    assert (listed.microunits, listed.known) == (20_000, True)
    unknown = prices.cost(server.provider(kind=ProviderKind.BEDROCK), model="cohere.embed-english-v3", usage=million)
    assert (unknown.microunits, unknown.known) == (130_000, False)
    assert prices.cost(server.provider(kind=ProviderKind.COMPATIBLE), model="x", usage=million).microunits == 0
