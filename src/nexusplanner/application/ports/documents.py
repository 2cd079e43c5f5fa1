"""What documents need from the world: a place to keep them, and a reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nexusplanner.domain.documents import Document, DocumentKind, DocumentState, Parsed, Piece
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import BrandId, DocumentId, Page, RunId, ServiceId
from nexusplanner.domain.sources import Trust

PAGE_SIZE = 20


class DocumentReader(Protocol):
    """Turns bytes into text."""

    async def parse(self, data: bytes, *, kind: DocumentKind, url: str = "") -> Parsed:
        """The document's text. url: where a page was read. Raises Unreadable, which says why and what to do."""
        ...


class Documents(Protocol):
    """Documents of the actor's tenant."""

    async def get(self, document_id: DocumentId, *, lock: bool = False) -> Document:
        """The document; locked until the transaction ends when asked. Raises NotFound."""
        ...

    async def twin(self, document: Document) -> Document | None:
        """Another one for the same brand and service that was made of the same file or address.

        Whoever else asks for that file waits until this transaction ends, and then sees what it did.
        """
        ...

    async def ids(self, *, service_id: ServiceId | None = None) -> Sequence[DocumentId]:
        """Of every document, or of those about a service."""
        ...

    async def content(self, document_id: DocumentId) -> bytes:
        """The file as it was uploaded, or the page as it was fetched last. Raises NotFound before that."""
        ...

    async def pieces(self, document_id: DocumentId) -> Sequence[Piece]:
        """What may be cited of it; nothing before it was read."""
        ...

    async def add(self, document: Document, *, content: bytes | None) -> None:
        """Keep a new document. content: of a file."""
        ...

    async def keep_content(self, document_id: DocumentId, content: bytes) -> None:
        """Keep what a page answered."""
        ...

    async def keep_pieces(self, document_id: DocumentId, pieces: Sequence[Piece]) -> None:
        """Keep these as all that may be cited of it; its passages follow when they are asked to."""
        ...

    def index(self, document_id: DocumentId) -> None:
        """Let its passages follow at the end of this transaction."""
        ...

    async def remove(self, document: Document) -> None:
        """Delete it with its file, its text and its passages."""
        ...


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """A document in a list. run_state, run_error: of the run that read it last, None and empty when it is gone.

    deleted_service: name of the service it is about, when that was deleted.
    """

    id: DocumentId
    name: str
    kind: DocumentKind
    url: str
    trust: Trust
    bytes: int
    pages: int | None
    remark: str
    passages: int
    brand_id: BrandId | None
    service_id: ServiceId | None
    run_id: RunId | None
    run_state: RunState | None
    run_error: str
    created_at: datetime
    updated_at: datetime
    version: int
    deleted_service: str | None = None

    @property
    def state(self) -> DocumentState:
        """Where reading it stands."""
        return DocumentState.of(self.run_state or RunState.SUCCEEDED)

    @property
    def problem(self) -> str:
        """What is wrong with it and what to do, in words; what is missing of one that was read."""
        if self.deleted_service is not None:
            return f"Nothing of it is cited, because its service {self.deleted_service} was deleted. Delete it, too, or restore that."
        if self.run_state is RunState.CANCELLED:
            return "Reading it was cancelled. Read it again."
        if self.state is DocumentState.FAILED:
            return self.run_error
        return self.remark if self.state is DocumentState.INDEXED else ""


class DocumentReads(Protocol):
    """Lists of documents."""

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        service_id: ServiceId | None = None,
        sort: str = "-created_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DocumentRow]:
        """Sorts: created_at, name, size."""
        ...

    async def row(self, document_id: DocumentId) -> DocumentRow:
        """One of them. Raises NotFound."""
        ...
