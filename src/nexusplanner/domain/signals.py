"""Signals: single pieces of market news, and what people made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, ClusterId, FieldErrors, SignalId, SourceId, TenantId
from nexusplanner.domain.sources import LONGEST_REGION, Trust

LONGEST_NOTE = 2000


class SignalState(StrEnum):
    """What people made of a signal."""

    NEW = "new"
    WATCHED = "watched"
    DISMISSED = "dismissed"


STANDING = frozenset({SignalState.NEW, SignalState.WATCHED})
"""Signals that plans, searches and assistants may use."""


class DismissalReason(StrEnum):
    """Why a signal was put aside. Only the first says that news of its kind does not matter here."""

    IRRELEVANT = "irrelevant"
    KNOWN = "known"
    UNTRUE = "untrue"
    OTHER = "other"


@dataclass(eq=False, kw_only=True)
class Signal:
    """One piece of market news.

    impact: -1 (bad for us) to 1 (good for us), 0 when nobody judged it. region: the country or region it is about, empty
    when it is about none in particular. url: where it can be read, if anywhere.
    source_id, external_key: the source it came from and its name there, both none when it came by another way.
    edited: whether a person changed it, after which its source may not. trust: who vouches for what it says.
    cluster_id: shared by the signals that tell the same story; its own when it is the first to tell it.
    dismissed_reason: empty unless it was dismissed.
    """

    id: SignalId = field(default_factory=lambda: SignalId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId | None = None
    source: str
    title: str
    content: str
    timestamp: datetime
    impact: float = 0.0
    topics: tuple[str, ...] = ()
    region: str = ""
    url: str = ""
    source_id: SourceId | None = None
    external_key: str | None = None
    edited: bool = False
    trust: Trust = Trust.UNVERIFIED
    state: SignalState = SignalState.NEW
    dismissed_reason: str = ""
    dismissed_note: str = ""
    cluster_id: ClusterId | None = None
    version: int = 1
    created_at: datetime

    def __post_init__(self) -> None:
        if self.cluster_id is None:
            self.cluster_id = ClusterId(self.id)

    @property
    def text(self) -> str:
        """Title and content as one text."""
        title = self.title.strip()
        return self.content if not title or self.content.startswith(title) else f"{title}. {self.content}"

    def check(self) -> None:
        """Raise Invalid unless the fields make a signal."""
        errors = FieldErrors()
        errors.check(bool(self.source.strip()), "source", "Say where the signal comes from.")
        errors.check(bool(self.content.strip()), "content", "A signal needs its content.")
        errors.check(len(self.content) <= 20_000, "content", "Keep the content below 20,000 characters.")
        errors.check(-1 <= self.impact <= 1, "impact", "Impact lies between -1 and 1.")
        errors.check_text(self.region, "region", most=LONGEST_REGION)
        errors.raise_if_any("signal")

    def watch(self) -> None:
        """Keep an eye on it: news like it counts for more from now on."""
        self._judge(SignalState.WATCHED)

    def dismiss(self, reason: DismissalReason, *, note: str = "") -> None:
        """Put it aside: no plan uses it any more. Raises Invalid on a note that is too long."""
        errors = FieldErrors()
        errors.check_text(note, "note", most=LONGEST_NOTE)
        errors.raise_if_any("dismissal")
        self._judge(SignalState.DISMISSED, reason=reason.value, note=note.strip())

    def restore(self) -> None:
        """Take back what was made of it."""
        self._judge(SignalState.NEW)

    def _judge(self, state: SignalState, *, reason: str = "", note: str = "") -> None:
        self.state, self.dismissed_reason, self.dismissed_note = state, reason, note
