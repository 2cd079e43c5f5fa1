"""Signals: single pieces of market news."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, FieldErrors, SignalId, TenantId


@dataclass(eq=False, kw_only=True)
class Signal:
    """One piece of market news. impact: -1 (bad for us) to 1 (good for us). url: where it can be read, if anywhere."""

    id: SignalId = field(default_factory=lambda: SignalId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId | None = None
    source: str
    title: str
    content: str
    timestamp: datetime
    impact: float = 0.0
    topics: tuple[str, ...] = ()
    url: str = ""
    version: int = 1
    created_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a signal."""
        errors = FieldErrors()
        errors.check(bool(self.source.strip()), "source", "Say where the signal comes from.")
        errors.check(bool(self.content.strip()), "content", "A signal needs its content.")
        errors.check(len(self.content) <= 20_000, "content", "Keep the content below 20,000 characters.")
        errors.check(-1 <= self.impact <= 1, "impact", "Impact lies between -1 and 1.")
        errors.raise_if_any("signal")
