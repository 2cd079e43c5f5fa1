"""Takes personal data and secrets out of what is shown of the ledger; the ledger itself keeps what was recorded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nexusplanner.application.agents.checking.redaction import in_words, redact

_DIGEST = re.compile(r"(?:[0-9a-f]{64}|[0-9a-f]{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""Hashes and ids, which look like secrets and are none."""


@dataclass(frozen=True, kw_only=True)
class Masked:
    """What may be shown. found: how often each kind of data was taken out."""

    value: Any
    found: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """What was taken out: "2 e-mail addresses"."""
        return in_words(self.found)


def masked(value: Any) -> Masked:
    """JSON data with a placeholder in every text for what names or identifies a person, and for secrets."""
    found: Counter[str] = Counter()
    return Masked(value=_masked(value, found), found=found)


def _masked(value: Any, found: Counter[str]) -> Any:
    if isinstance(value, str):
        if _DIGEST.fullmatch(value):
            return value
        shown = redact(value)
        found.update(shown.found)
        return shown.text
    if isinstance(value, Mapping):
        return {name: _masked(item, found) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, found) for item in value]
    return value
