"""Embedders of servers that speak OpenAI's protocol, their own or any compatible one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from nexusplanner.application.ports.embedding import Embedded, Purpose
from nexusplanner.application.ports.models import Usage
from nexusplanner.domain.ai import ProviderKind
from nexusplanner.infrastructure.embedders.answers import posted, tokens_of, way_out
from nexusplanner.infrastructure.embedders.asked import SHORTENED, AskedEmbedder
from nexusplanner.infrastructure.embedders.vectors import checked

OPENAI_URL: Final = "https://api.openai.com/v1"
_SHORTENS: Final = "text-embedding-3-"


class OpenAiEmbedder(AskedEmbedder):
    """One embedding model of one provider."""

    async def embed(self, texts: Sequence[str], *, purpose: Purpose, seconds: float) -> Embedded:
        """A vector for each text, over within `seconds` whatever happens. Raises EmbeddingFailed."""
        del purpose
        if self._provider.kind is ProviderKind.OPENAI:
            self.require_key()
        async with way_out(seconds=seconds) as way:
            found, _ = await way.again(
                lambda: posted(way.http, self._url, content=self._body(texts), headers=self._headers)
            )
        used = found.get("usage")
        reported = used.get("prompt_tokens") if isinstance(used, dict) else None
        usage = Usage(requests=1, input_tokens=tokens_of(reported, texts=texts))
        return Embedded(vectors=checked(_rows(found), count=len(texts), usage=usage), usage=usage)

    @property
    def _url(self) -> str:
        return f"{(self._provider.base_url or OPENAI_URL).rstrip('/')}/embeddings"

    @property
    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _body(self, texts: Sequence[str]) -> bytes:
        asked: dict[str, Any] = {"model": self.name, "input": list(texts), "encoding_format": "float"}
        if self._provider.kind is ProviderKind.OPENAI and self.name.startswith(_SHORTENS):
            asked["dimensions"] = SHORTENED
        return json.dumps(asked).encode()


def _rows(found: Mapping[str, Any]) -> list[object] | None:
    """The vectors in the order of the texts, which servers are free not to keep."""
    data = found.get("data")
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        return None
    places = [each.get("index", place) for place, each in enumerate(data)]
    if sorted(places, key=str) != sorted(range(len(data)), key=str):
        return None
    ordered = sorted(zip(places, data, strict=True), key=lambda pair: int(pair[0]))
    return [each.get("embedding") for _, each in ordered]
