"""How a workspace's passages are compared by meaning: what makes their vectors, and how far that is."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nexusplanner.domain.ai import Provider, ProviderKind
from nexusplanner.domain.shared import FieldErrors, TenantId, UserId

_MODEL = re.compile(r"[!-~]{1,200}")
_HASH = re.compile(r"[0-9a-f]{64}")
LONGEST_DIRECTORY = 200


class EmbedderKind(StrEnum):
    """What makes vectors beside the space that is learned from the texts themselves. OPENAI: any server of its protocol."""

    NONE = "none"
    OPENAI = "openai"
    BEDROCK = "bedrock"
    DIRECTORY = "directory"


PROVIDERS = {
    EmbedderKind.OPENAI: frozenset({ProviderKind.OPENAI, ProviderKind.COMPATIBLE}),
    EmbedderKind.BEDROCK: frozenset({ProviderKind.BEDROCK}),
}
"""Which kinds of provider an embedder can be reached through; the others need none."""


class FillingState(StrEnum):
    """How far the vectors are."""

    READY = "ready"
    FILLING = "filling"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class EmbedderChoice:
    """What a workspace chose. provider: its name in the AI settings. directory: below the installation's models.

    sha256: of the directory's files, which must not change unseen.
    """

    kind: EmbedderKind = EmbedderKind.NONE
    provider: str = ""
    model: str = ""
    directory: str = ""
    sha256: str = ""

    def check(self, errors: FieldErrors) -> None:
        """Note in `errors`, by field, what is missing."""
        if self.kind in PROVIDERS:
            errors.check(bool(self.provider), "provider_id", "Choose a provider of the AI settings.")
            fits = _MODEL.fullmatch(self.model) is not None
            errors.check(fits, "model", "Name the embedding model: up to 200 characters, no spaces.")
        elif self.kind is EmbedderKind.DIRECTORY:
            named = 0 < len(self.directory) <= LONGEST_DIRECTORY
            errors.check(named, "directory", "Name the folder of the model.")
            known = not self.sha256 or _HASH.fullmatch(self.sha256) is not None
            errors.check(known, "sha256", "A SHA-256 has 64 digits from 0 to f.")

    def needed(self) -> EmbedderChoice:
        """Only what this kind needs."""
        if self.kind in PROVIDERS:
            return EmbedderChoice(kind=self.kind, provider=self.provider, model=self.model)
        if self.kind is EmbedderKind.DIRECTORY:
            return EmbedderChoice(kind=self.kind, directory=self.directory, sha256=self.sha256)
        return EmbedderChoice()

    def fingerprint(self, provider: Provider | None) -> str:
        """What vectors that may be compared have in common, hexadecimal. provider: through which it is reached."""
        where = provider.destination if provider else ()
        base = provider.base_url if provider else ""
        told = [self.kind.value, [str(part) for part in where], base, self.model, self.sha256]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(eq=False, kw_only=True)
class RetrievalSettings:
    """How one workspace compares passages by meaning.

    dimensions: of its vectors, known from the first on. problem: why vectors could not be made the last time, in words;
    empty when they could. set_by: who chose; what vectors cost counts as theirs.
    """

    tenant_id: TenantId
    choice: EmbedderChoice
    dimensions: int | None = None
    problem: str = ""
    set_by: UserId | None = None
    version: int = 0
    updated_at: datetime

    @property
    def on(self) -> bool:
        """Whether there is an embedder at all."""
        return self.choice.kind is not EmbedderKind.NONE


@dataclass(frozen=True, kw_only=True)
class Filling:
    """How many passages there are, and how many of them have a vector. spent: on vectors so far, in microunits."""

    passages: int
    embedded: int
    spent: int

    def state(self, settings: RetrievalSettings) -> FillingState:
        """How far it is."""
        if not settings.on or (self.embedded >= self.passages and not settings.problem):
            return FillingState.READY
        return FillingState.FAILED if settings.problem else FillingState.FILLING
