"""Makes the embedder that a workspace chose."""

from __future__ import annotations

import asyncio
from pathlib import Path

from nexusplanner.application.ports.embedding import Embedder, EmbeddingFailed, Pinned
from nexusplanner.domain.ai import Provider, ProviderKind
from nexusplanner.domain.embedding import EmbedderChoice
from nexusplanner.infrastructure.embedders.directory import DirectoryEmbedder, LocalModels


class WorkspaceEmbedders:
    """Embedders of workspaces. models: the folder below which models on this machine lie."""

    def __init__(self, *, models: Path) -> None:
        self._local = LocalModels(models)

    def __call__(self, choice: EmbedderChoice, *, provider: Provider | None, key: str) -> Embedder:
        """The embedder of this choice. key: the provider's secret, empty where none is needed."""
        if provider is None:
            return DirectoryEmbedder(self._local, choice=choice)
        if provider.kind is ProviderKind.BEDROCK:
            from nexusplanner.infrastructure.embedders.bedrock import BedrockEmbedder  # noqa: PLC0415 - few need HTTP here

            return BedrockEmbedder(provider, key=key, choice=choice)
        from nexusplanner.infrastructure.embedders.openai import OpenAiEmbedder  # noqa: PLC0415 - as above

        return OpenAiEmbedder(provider, key=key, choice=choice)

    async def pin(self, choice: EmbedderChoice) -> Pinned:
        """What stands in the directory of this choice. Raises EmbeddingFailed when it is no model, or cannot be used."""
        loaded = await asyncio.to_thread(self._local.load, choice.directory, sha256="")
        if not loaded.dimensions:
            raise EmbeddingFailed("This model has no dimensions.", again=False)
        return Pinned(sha256=loaded.sha256, dimensions=loaded.dimensions)
