"""What embedders that are asked over the network have in common."""

from __future__ import annotations

from typing import Final

from nexusplanner.application.ports.embedding import EmbeddingFailed
from nexusplanner.domain.ai import Provider
from nexusplanner.domain.embedding import EmbedderChoice

SHORTENED: Final = 512
"""Dimensions asked of models that can shorten theirs: a third of the memory for hardly worse neighbours."""
_NO_KEY: Final = "No key is set for this provider; add one in the AI settings."


class AskedEmbedder:
    """One embedding model of one provider."""

    def __init__(self, provider: Provider, *, key: str, choice: EmbedderChoice) -> None:
        self._provider = provider
        self._key = key
        self._choice = choice

    @property
    def name(self) -> str:
        """The model, as asked for."""
        return self._choice.model

    @property
    def fingerprint(self) -> str:
        """What vectors that may be compared have in common."""
        return self._choice.fingerprint(self._provider)

    @property
    def provider(self) -> Provider | None:
        """Whom it is asked of, and paid."""
        return self._provider

    def require_key(self) -> None:
        """Raise EmbeddingFailed when there is none."""
        if not self._key:
            raise EmbeddingFailed(_NO_KEY, again=False)
