"""The steps of reading a document: fetch it, read its text, make passages of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.durable.carrying import Loaded, Work
from nexusplanner.application.ports.documents import DocumentReader
from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher, FetchFailed
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.documents import MOST_PIECES, Document, DocumentKind, Parsed, Unreadable, number, pieces_of
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import Conflict, DocumentId, NotFound

ACCEPTED = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.1"
SIGN_IN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED})
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, kw_only=True)
class FoundText:
    """What a reader found, in figures; the text itself is kept with the document."""

    pages: int | None
    passages: int
    characters: int


class ReadingBook:
    """What the steps of reading a document do. fetcher: for pages."""

    def __init__(self, *, fetcher: Fetcher, reader: DocumentReader) -> None:
        self._fetcher = fetcher
        self._reader = reader
        self._work: Mapping[str, Callable[[UnitOfWork, Document], Awaitable[Work]]] = {
            "fetch": self._fetch,
            "parse": self._parse,
            "index": self._index,
        }

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | None:
        """What the step works on."""
        del tell
        return Loaded(work=await self._work[step](uow, await _document(uow, run)))

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """Keep what was fetched and read with the document, and only figures of it with the run."""
        document = await _document(uow, run)
        worked = worked or Worked(output=None, detail="")
        document.updated_at = now
        if step == "fetch" and isinstance(worked.output, Fetched):
            document.size = len(worked.output.body)
            await uow.documents.keep_content(document.id, worked.output.body)
        if step == "parse":
            return await _keep_text(uow, document, parsed=cast("Parsed", worked.output), now=now)
        if step == "index":
            pieces = await uow.documents.pieces(document.id)
            document.passages = len(pieces)
            uow.documents.index(document.id)
            run.succeed(at=now)
        return Worked(output=None, detail=worked.detail)

    async def _fetch(self, uow: UnitOfWork, document: Document) -> Work:
        del uow
        url, size = document.url, document.size

        async def uploaded() -> Worked[object]:
            return Worked(output=None, detail=f"Uploaded, {size_words(size)}.")

        async def work() -> Worked[object]:
            try:
                answer = await self._fetcher.ask(Asked(url=url, headers={"Accept": ACCEPTED}))
            except FetchFailed as error:
                raise Unreadable(error.message, code=error.code) from error
            _require_page(answer)
            host = urlsplit(answer.url).hostname
            return Worked(output=answer, detail=f"{size_words(len(answer.body))} from {host}.")

        return work if document.kind is DocumentKind.PAGE else uploaded

    async def _parse(self, uow: UnitOfWork, document: Document) -> Work:
        content = await uow.documents.content(document.id)
        kind, url = document.kind, document.url

        async def work() -> Worked[object]:
            return Worked(output=await self._reader.parse(content, kind=kind, url=url), detail="")

        return work

    async def _index(self, uow: UnitOfWork, document: Document) -> Work:
        count = len(await uow.documents.pieces(document.id))

        async def work() -> Worked[object]:
            return Worked(output=None, detail=f"{_counted(count, 'passage')} can be cited.")

        return work


async def _keep_text(uow: UnitOfWork, document: Document, *, parsed: Parsed, now: datetime) -> Worked[object]:
    """The document with what was read of it. Passages that say what they said before keep their numbers."""
    found = pieces_of(parsed.sections)
    if not found:
        raise Unreadable("There is no sentence in it. Upload a document that holds text.", code="DOCUMENT_NO_TEXT")
    earlier = await uow.documents.pieces(document.id)
    numbered = number(found[:MOST_PIECES], earlier=earlier, last=document.numbered)
    document.take(parsed, pieces=numbered, cut=len(found) > MOST_PIECES, now=now)
    await uow.documents.keep_pieces(document.id, numbered)
    characters = sum(len(piece.text) for piece in numbered)
    pages = f"{_counted(parsed.pages, 'page')}, " if parsed.pages else ""
    return Worked(
        output=FoundText(pages=parsed.pages, passages=len(numbered), characters=characters),
        detail=f"{pages}{characters:,} characters of text. {document.remark}".rstrip(),
    )


async def _document(uow: UnitOfWork, run: Run) -> Document:
    """The document the run reads. Raises NotFound when it was deleted, Conflict when a later run reads it."""
    try:
        document = await uow.documents.get(DocumentId(UUID(run.request["document_id"])), lock=True)
    except NotFound:
        raise NotFound("The document was deleted while it was read.", code="DOCUMENT_NOT_FOUND") from None
    if document.run_id != run.id:
        raise Conflict("The document was read again since; look at that run.", code="READ_AGAIN")
    return document


def _require_page(answer: Fetched) -> None:
    """Raise Unreadable unless the server answered with a page."""
    if answer.status in SIGN_IN:
        message = "The page asks for a sign-in or keeps programs out. Save it as PDF and upload that."
    elif answer.status in GONE:
        message = f"There is no page at this address any more (HTTP {answer.status})."
    elif not HTTPStatus(200) <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        message = f"The server answered with an error (HTTP {answer.status}). Read it again later."
    elif not answer.body.strip():
        message = "The page is empty. Open it in a browser, save it as PDF and upload that."
    else:
        return
    raise Unreadable(message, code="PAGE_NOT_READ")


def size_words(size: int) -> str:
    """Bytes as people write them."""
    if size < 1_000:
        return _counted(size, "byte")
    return f"{size / 1_000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
