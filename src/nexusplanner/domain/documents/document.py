"""A document of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.documents.kinds import DocumentKind
from nexusplanner.domain.documents.parsed import Parsed
from nexusplanner.domain.documents.pieces import Piece
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import BrandId, DocumentId, FieldErrors, RunId, ServiceId, TenantId, plausible
from nexusplanner.domain.sources import Trust

MOST_BYTES = 9_500_000
"""A file leaves room for the rest of its request, which may hold 10 MB."""
LONGEST_NAME = 200
LONGEST_URL = 2000
_ENDINGS = frozenset({"pdf", "docx", "docm", "txt", "text", "md", "markdown", "html", "htm", "xhtml"})


class DocumentState(StrEnum):
    """Where reading it stands."""

    QUEUED = "queued"
    READING = "reading"
    INDEXED = "indexed"
    FAILED = "failed"

    @classmethod
    def of(cls, run: RunState) -> DocumentState:
        """What the state of the run that reads it says."""
        return _STATES[run]


_STATES = {
    RunState.QUEUED: DocumentState.QUEUED,
    RunState.RUNNING: DocumentState.READING,
    RunState.SUCCEEDED: DocumentState.INDEXED,
    RunState.FAILED: DocumentState.FAILED,
    RunState.CANCELLED: DocumentState.FAILED,
}


@dataclass(eq=False, kw_only=True)
class Document:
    """A file or a web page whose text may be cited.

    name: of the file, or the page's title. url: of a page. size: bytes. fingerprint: of the file or the address, by
    which the same one is known. on: the day it bears. remark: what could not be read of it. passages: how many may be
    cited. numbered: the greatest number ever given to one of them. run_id: the run that read it last.
    """

    id: DocumentId = field(default_factory=lambda: DocumentId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId | None = None
    service_id: ServiceId | None = None
    name: str
    kind: DocumentKind
    url: str = ""
    trust: Trust = Trust.OWN
    size: int = 0
    fingerprint: str = ""
    pages: int | None = None
    on: date | None = None
    remark: str = ""
    passages: int = 0
    numbered: int = 0
    run_id: RunId | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a document."""
        errors = FieldErrors()
        errors.check(bool(self.name.strip()), "file", "The file needs a name.")
        errors.check_text(self.name, "file", most=LONGEST_NAME)
        errors.check_text(self.url, "url", most=LONGEST_URL)
        most = f"Choose a file of at most {MOST_BYTES / 1_000_000:.1f} MB."
        errors.check(self.size <= MOST_BYTES, "file", most)
        errors.raise_if_any("document")

    def take(self, parsed: Parsed, *, pieces: Sequence[Piece], cut: bool, now: datetime) -> None:
        """Note what a reader found. pieces: what may be cited of it, numbered. cut: whether there would be more."""
        if self.kind is DocumentKind.PAGE and parsed.title:
            self.name = parsed.title[:LONGEST_NAME]
        said = f"Only its first {len(pieces):,} passages were kept; split it to have the rest." if cut else ""
        self.remark = " ".join(part for part in (parsed.remark, said) if part)
        self.pages = parsed.pages
        self.on = parsed.on if parsed.on and plausible(parsed.on) and parsed.on <= now.date() else None
        self.numbered = max((self.numbered, *(piece.number for piece in pieces)))
        self.updated_at = now

    @property
    def label(self) -> str:
        """What it is called where it is cited: its name without the ending of a file."""
        stem, _, ending = self.name.rpartition(".")
        return stem if self.kind is not DocumentKind.PAGE and stem and ending.lower() in _ENDINGS else self.name

    @property
    def owner(self) -> str:
        """Under what its passages are kept."""
        return f"document:{self.id}"

    def passage(self, piece: Piece) -> Passage:
        """What may be cited of it."""
        heading = piece.heading.strip()
        page = f", page {piece.page}" if piece.page is not None and self.pages != 1 else ""
        return Passage(
            id=f"{self.owner}:{piece.number}",
            kind=SourceKind.DOCUMENT,
            title=f"{self.label}: {heading}" if heading and heading != self.label else self.label,
            text=piece.text,
            origin=f"{self.label}{page}",
            on=self.on or self.created_at.date(),
            trust=self.trust,
            url=self.url,
        )
