from __future__ import annotations

from typing import Any

import pytest

from nexusplanner.application.ports.models import Cost, Usage
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm import ListPrices

USED = Usage(requests=1, input_tokens=1000, output_tokens=500)


def cost(kind: ProviderKind, model: str, usage: Usage = USED, **prices: Any) -> Cost:
    provider = Provider(name="one", kind=kind, models={Effort.STRONG: model}, **prices)
    return ListPrices().cost(provider, model=model, usage=usage)


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        (ProviderKind.OPENAI, "gpt-4o"),
        (ProviderKind.OPENAI, "gpt-4o-2024-08-06"),
        (ProviderKind.BEDROCK, "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        (ProviderKind.BEDROCK, "amazon.nova-pro-v1:0"),
    ],
)
def test_listed_models_cost_what_the_list_says_and_name_the_list(kind: ProviderKind, model: str) -> None:
    found = cost(kind, model)
    assert found.known
    assert found.version.startswith("genai-prices ")
    assert 0 < found.microunits < 50_000
    twice = cost(kind, model, USED + USED)
    assert abs(twice.microunits - 2 * found.microunits) <= 1


def test_gpt_4o_costs_two_and_a_half_and_ten_dollars_per_million() -> None:
    assert cost(ProviderKind.OPENAI, "gpt-4o").microunits == 1000 * 2.5 + 500 * 10


def test_cached_tokens_cost_less() -> None:
    cached = Usage(requests=1, input_tokens=1000, output_tokens=500, cached_tokens=1000)
    assert cost(ProviderKind.OPENAI, "gpt-4o", cached).microunits < cost(ProviderKind.OPENAI, "gpt-4o").microunits


@pytest.mark.parametrize("model", ["a-model-of-tomorrow", "tts-1", "", "gpt-9 with spaces"])
def test_models_without_a_price_for_text_are_taken_at_the_dearest_and_it_is_said(model: str) -> None:
    found = cost(ProviderKind.OPENAI, model)
    assert not found.known
    assert found.version.endswith(", dearest listed")
    assert found.microunits >= cost(ProviderKind.OPENAI, "o1-pro").microunits > 0


def test_prices_of_the_workspace_win_over_the_list() -> None:
    found = cost(ProviderKind.OPENAI, "gpt-4o", input_price=0.1, output_price=0.7)
    assert found == Cost(microunits=450, version="workspace", known=True)


def test_parts_of_a_millionth_are_rounded_up() -> None:
    least = Usage(requests=1, input_tokens=1, output_tokens=0)
    assert cost(ProviderKind.COMPATIBLE, "m", least, input_price=0.01, output_price=0).microunits == 1


def test_a_server_of_ones_own_costs_nothing() -> None:
    assert cost(ProviderKind.COMPATIBLE, "gpt-4o") == Cost(version="workspace")
    assert cost(ProviderKind.OPENAI, "gpt-4o", Usage()).microunits == 0
