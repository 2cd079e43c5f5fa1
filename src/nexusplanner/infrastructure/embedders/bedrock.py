"""Embedders of Amazon Bedrock: Titan, which takes one text at a time, and Cohere, which takes many."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from nexusplanner.application.ports.embedding import Embedded, EmbeddingFailed, Purpose
from nexusplanner.application.ports.models import Usage
from nexusplanner.infrastructure.embedders.answers import Way, posted, tokens_of, way_out
from nexusplanner.infrastructure.embedders.asked import SHORTENED, AskedEmbedder
from nexusplanner.infrastructure.embedders.vectors import checked

AT_ONCE: Final = 8
"""Requests on their way at the same time."""
COHERE_CHARACTERS: Final = 2048
"""Of one text; a longer one is refused as a whole."""
_TITAN, _COHERE = "titan-embed-text", "cohere.embed"
_TOKENS: Final = "x-amzn-bedrock-input-token-count"


class BedrockEmbedder(AskedEmbedder):
    """One embedding model in one region."""

    async def embed(self, texts: Sequence[str], *, purpose: Purpose, seconds: float) -> Embedded:
        """A vector for each text, over within `seconds` whatever happens. Raises EmbeddingFailed."""
        self.require_key()
        async with way_out(seconds=seconds) as way:
            if _COHERE in self.name:
                return await self._many(way, texts, purpose=purpose)
            if _TITAN in self.name:
                return await self._one_by_one(way, texts)
        raise EmbeddingFailed(
            "This Bedrock model is not known to make vectors. Use amazon.titan-embed-text-v2:0 or a cohere.embed model.",
            again=False,
        )

    async def _many(self, way: Way, texts: Sequence[str], *, purpose: Purpose) -> Embedded:
        cut = [text[:COHERE_CHARACTERS] for text in texts]
        kind = "search_query" if purpose == "query" else "search_document"
        found, headers = await self._invoked(way, {"texts": cut, "input_type": kind, "truncate": "END"})
        rows = found.get("embeddings")
        rows = rows.get("float") if isinstance(rows, dict) else rows
        counted = headers.get(_TOKENS, "")
        tokens = tokens_of(int(counted) if counted.isdigit() and len(counted) < 10 else None, texts=cut)
        usage = Usage(requests=1, input_tokens=tokens)
        return Embedded(vectors=checked(rows, count=len(texts), usage=usage), usage=usage)

    async def _one_by_one(self, way: Way, texts: Sequence[str]) -> Embedded:
        gate = asyncio.Semaphore(AT_ONCE)
        shorter = {"dimensions": SHORTENED, "normalize": True} if "v2" in self.name else {}

        async def one(text: str) -> Mapping[str, Any]:
            async with gate:
                return (await self._invoked(way, {"inputText": text, **shorter}))[0]

        try:
            async with asyncio.TaskGroup() as together:
                asked = [together.create_task(one(text)) for text in texts]
        except* EmbeddingFailed as failed:
            raise failed.exceptions[0] from None
        found = [task.result() for task in asked]
        tokens = sum(
            tokens_of(each.get("inputTextTokenCount"), texts=[text]) for each, text in zip(found, texts, strict=True)
        )
        usage = Usage(requests=len(texts), input_tokens=tokens)
        return Embedded(
            vectors=checked([each.get("embedding") for each in found], count=len(texts), usage=usage), usage=usage
        )

    async def _invoked(self, way: Way, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        from nexusplanner.infrastructure.llm.bedrock import authorised  # noqa: PLC0415 - loads what only AWS needs

        region = self._provider.region
        base = self._provider.base_url.rstrip("/") or f"https://bedrock-runtime.{region}.amazonaws.com"
        url, content = f"{base}/model/{quote(self.name, safe='')}/invoke", json.dumps(body).encode()
        plain = {"Content-Type": "application/json", "Accept": "application/json"}

        def ask() -> Awaitable[tuple[Mapping[str, Any], Mapping[str, str]]]:
            signed = authorised("POST", url, headers=plain, content=content, key=self._key, region=region)
            return posted(way.http, url, content=content, headers=signed)

        return await way.again(ask)
