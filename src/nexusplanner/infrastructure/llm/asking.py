"""Asks one model one thing through pydantic-ai: one request, nothing retried, nothing recorded elsewhere.

The vendors' libraries are imported here and below; whatever is imported at start must not import this.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
from genai_prices.data_snapshot import get_snapshot
from openai import AsyncOpenAI
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import ModelRequest, ModelResponse, PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.bedrock import BedrockProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from nexusplanner.application.ports.models import Prompt, Usage
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm.bedrock import Exchange, bedrock_client, sending
from nexusplanner.infrastructure.llm.failures import explained
from nexusplanner.infrastructure.llm.wire import open_client
from nexusplanner.infrastructure.logging import quieten_model_libraries
from nexusplanner.infrastructure.tls import tls

__all__ = ("Said", "ask", "explained", "warm_up")

OPENAI_URL: Final = "https://api.openai.com/v1"
_SERVERS_OWN: Final = OpenAIModelProfile(
    supports_json_schema_output=False,
    supports_json_object_output=False,
    openai_chat_supports_max_completion_tokens=False,
)
"""What every server that calls itself compatible understands; more would be a 400 from some."""
_CHARACTERS_PER_TOKEN: Final = 4
_NAME: Final = re.compile(r"[\w.:/@+-]{1,120}")
"""What a server calls its model is believed when it looks like a name."""
MOST_TOKENS: Final = 10_000_000
"""More than any model reads or writes in one call."""


@dataclass
class Said:
    """What a model has said so far; kept outside the request, so that it survives its failure."""

    text: str = ""
    model: str = ""
    finish: str = ""
    reported: Usage = field(default_factory=Usage)

    def usage(self, prompt: Prompt) -> Usage:
        """As reported, else counted from the characters when a model did speak."""
        if not self.text or self.reported.output_tokens:
            return self.reported
        sent = len(prompt.system) + len(prompt.user)
        return Usage(
            requests=1,
            input_tokens=self.reported.input_tokens or -(-sent // _CHARACTERS_PER_TOKEN),
            output_tokens=-(-len(self.text) // _CHARACTERS_PER_TOKEN),
        )


def warm_up() -> None:
    """Make what every first question would wait for, and tell the libraries to keep prompts and keys to themselves."""
    quieten_model_libraries()
    tls()
    get_snapshot()
    _ = AsyncOpenAI(api_key="none", http_client=httpx2.AsyncClient(verify=tls())).chat.completions.with_raw_response


async def ask(
    provider: Provider,
    *,
    key: str,
    effort: Effort,
    prompt: Prompt,
    schema: Mapping[str, Any],
    name: str,
    most_tokens: int,
    seconds: float,
    said: Said,
    heard: Callable[[str], Awaitable[None]] | None,
) -> None:
    """Fill `said`. heard: told of the text so far while it comes. Raises whatever the libraries raise."""
    async with _opened(provider, key=key, model=provider.model(effort), seconds=seconds) as model:
        native = bool(model.profile.get("supports_json_schema_output", False))
        messages = [
            ModelRequest.user_text_prompt(
                prompt.user, instructions=prompt.system if native else f"{prompt.system}\n\n{_in_words(schema)}"
            )
        ]
        settings = ModelSettings(max_tokens=most_tokens, request_timeout=seconds)
        parameters = _native(schema, name=name) if native else ModelRequestParameters()
        if heard is None:
            response = await model_request(
                model, messages, model_settings=settings, model_request_parameters=parameters, instrument=False
            )
            _note(said, response)
            return
        async with model_request_stream(
            model, messages, model_settings=settings, model_request_parameters=parameters, instrument=False
        ) as stream:
            await _listen(stream, said=said, heard=heard)


async def _listen(stream: StreamedResponse, *, said: Said, heard: Callable[[str], Awaitable[None]]) -> None:
    try:
        async for event in stream:
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                said.text += event.part.content
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                said.text += event.delta.content_delta
            await heard(said.text)
    finally:
        _note(said, stream.get())


@asynccontextmanager
async def _opened(provider: Provider, *, key: str, model: str, seconds: float) -> AsyncIterator[Model[Any]]:
    """The model, with a connection that lasts as long as the block."""
    async with open_client(seconds=seconds) as http:
        if provider.kind is not ProviderKind.BEDROCK:
            yield _openai(provider, key=key, model=model, http=http)
            return
        async with sending(Exchange(http, key=key, region=provider.region)):
            client = bedrock_client(region=provider.region, base_url=provider.base_url)
            yield BedrockConverseModel(model, provider=BedrockProvider(bedrock_client=client))


def _openai(provider: Provider, *, key: str, model: str, http: Any) -> Model[Any]:
    client = AsyncOpenAI(
        api_key=key or "none",
        base_url=provider.base_url or OPENAI_URL,
        http_client=http,
        max_retries=0,
        organization="",
        project="",
    )
    if provider.kind is ProviderKind.OPENAI:
        return OpenAIChatModel(model, provider=OpenAIProvider(openai_client=client))
    named = OpenAICompatibleProvider(provider.name, openai_client=client)
    return OpenAIChatModel(model, provider=named, profile=_SERVERS_OWN)


def _native(schema: Mapping[str, Any], *, name: str) -> ModelRequestParameters:
    output = OutputObjectDefinition(json_schema=dict(schema), name=name, strict=True)
    return ModelRequestParameters(output_mode="native", output_object=output, allow_text_output=False)


def _in_words(schema: Mapping[str, Any]) -> str:
    return (
        "Answer with one JSON object that fits this JSON schema, and with nothing before or after it.\n"
        f"<json_schema>\n{json.dumps(schema, ensure_ascii=False)}\n</json_schema>"
    )


def _note(said: Said, response: ModelResponse) -> None:
    said.text = _text(response)
    name = response.model_name or ""
    said.model = name if _NAME.fullmatch(name) else ""
    raw = (response.provider_details or {}).get("finish_reason")
    said.finish = response.finish_reason or ("refusal" if raw == "refusal" else "")
    used = response.usage
    said.reported = Usage(
        requests=1 if used.input_tokens or used.output_tokens else 0,
        input_tokens=_possible(used.input_tokens),
        output_tokens=_possible(used.output_tokens),
        cached_tokens=_possible(used.cache_read_tokens),
    )


def _possible(tokens: int) -> int:
    """What a server reports, within what can be: below zero it would give money back."""
    return min(max(tokens, 0), MOST_TOKENS)


def _text(response: ModelResponse) -> str:
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))
