"""Documents: files and web pages whose text may be cited."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading
from nexusplanner.api.shapes import Input, Page, Shape
from nexusplanner.application.documents import use_cases
from nexusplanner.application.documents.use_cases import About
from nexusplanner.application.ports.documents import DocumentRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import documents
from nexusplanner.domain.documents import MEDIA_TYPES, DocumentKind, DocumentState
from nexusplanner.domain.shared import BrandId, DocumentId, ServiceId
from nexusplanner.domain.sources import Trust

router = APIRouter(route_class=GuardedRoute, tags=["Documents"])


class Document(Shape):
    """A file or a web page. bytes: its size. pages: null where there are none. passages: how many may be cited.

    problem: why it could not be read and what to do, or what is missing of one that was. trust: whose word it is.
    """

    id: UUID
    name: str
    kind: DocumentKind
    url: str
    trust: Trust
    bytes: int
    pages: int | None
    state: DocumentState
    problem: str
    passages: int
    run_id: UUID | None
    brand_id: UUID | None
    service_id: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


class DocumentPassage(Shape):
    """A part of a document that may be cited. page: from 1, null where there are no pages."""

    id: str
    title: str
    text: str
    page: int | None


class DocumentDetail(Document):
    """A document with its first passages."""

    shown: list[DocumentPassage]


class PageInput(Input):
    """A web page to read. trust: "own" when it is your own site."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    brand_id: UUID | None = None
    service_id: UUID | None = None
    trust: Trust = Trust.UNVERIFIED


def _about(brand_id: UUID | None, service_id: UUID | None) -> About:
    return About(
        brand_id=BrandId(brand_id) if brand_id else None, service_id=ServiceId(service_id) if service_id else None
    )


def _document(row: DocumentRow) -> Document:
    return Document.model_validate(row)


@router.get(
    "/documents", response_model=Page[Document], responses=problems(401, 403, 422, 429), summary="List documents"
)
async def list_documents(
    *,
    uow: Reading,
    paging: Paging,
    query: Annotated[str, Query(max_length=200, description="Words in the name or the address.")] = "",
    brand_id: UUID | None = None,
    service_id: UUID | None = None,
    sort: Annotated[str, Query(max_length=50)] = "-created_at",
) -> Page[Document] | Response:
    """Newest first. Sorts: created_at, name, size."""
    page = await uow.read.documents.page(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        service_id=ServiceId(service_id) if service_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Document, request=paging, make=_document)


@router.post(
    "/documents",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429),
    summary="Upload a document",
)
async def upload_document(
    *,
    uow: Planning,
    edge: EdgeParts,
    file: Annotated[UploadFile, File(description="PDF, Word (DOCX), plain text, Markdown or HTML.")],
    brand_id: Annotated[UUID | None, Form()] = None,
    service_id: Annotated[UUID | None, Form()] = None,
    trust: Annotated[Trust, Form()] = Trust.OWN,
    _: IdempotencyKey = None,
) -> Document:
    """The file is kept and read by a run. What it is, is seen from what it holds."""
    row = await use_cases.upload_document(
        uow,
        name=file.filename or "",
        content=await file.read(),
        about=_about(brand_id, service_id),
        trust=trust,
        now=edge.clock.now(),
    )
    return _document(row)


@router.post(
    "/documents/page",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Read a web page",
)
async def read_page_document(*, uow: Planning, edge: EdgeParts, body: PageInput, _: IdempotencyKey = None) -> Document:
    """The page is fetched and read by a run; only addresses that are public are called."""
    row = await use_cases.add_page(
        uow, url=body.url, about=_about(body.brand_id, body.service_id), trust=body.trust, now=edge.clock.now()
    )
    return _document(row)


@router.get("/documents/{document_id}", responses=problems(401, 403, 404, 429), summary="Read a document")
async def get_document(*, uow: Reading, document_id: UUID) -> DocumentDetail:
    """One document with its first passages."""
    return await _detail(uow, document_id)


async def _detail(uow: UnitOfWork, document_id: UUID) -> DocumentDetail:
    shown = await use_cases.show_document(uow, document_id=DocumentId(document_id))
    passages = [_passage(shown.document, piece) for piece in shown.pieces]
    return DocumentDetail(**_document(shown.row).model_dump(), shown=passages)


def _passage(document: documents.Document, piece: documents.Piece) -> DocumentPassage:
    passage = document.passage(piece)
    return DocumentPassage(id=passage.id, title=passage.title, text=passage.text, page=piece.page)


@router.post(
    "/documents/{document_id}/read", responses=problems(401, 403, 404, 409, 429), summary="Read a document again"
)
async def reread_document(*, uow: Planning, edge: EdgeParts, document_id: UUID) -> Document:
    """A page is fetched again. What may be cited stays until the run has read it."""
    row = await use_cases.reread_document(uow, document_id=DocumentId(document_id), now=edge.clock.now())
    return _document(row)


@router.get(
    "/documents/{document_id}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(401, 403, 404, 429),
    },
    summary="Download a document",
)
async def download_document(*, uow: Reading, document_id: UUID) -> Response:
    """The file as it was uploaded, or the page as it was fetched last; never shown in place."""
    document, content = await use_cases.document_file(uow, document_id=DocumentId(document_id))
    disposition = f"attachment; filename*=UTF-8''{quote(_saved_as(document), safe='')}"
    headers = {"Content-Type": MEDIA_TYPES[document.kind], "Content-Disposition": disposition}
    return Response(content, headers=headers)


def _saved_as(document: documents.Document) -> str:
    """A name to save it under."""
    return document.name if document.kind is not DocumentKind.PAGE else f"{document.name.replace('/', '-')}.html"


@router.delete(
    "/documents/{document_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a document"
)
async def delete_document(*, uow: Planning, edge: EdgeParts, document_id: UUID) -> None:
    """It goes with everything made of it; plans that cite it keep the words they cited."""
    await use_cases.delete_document(uow, document_id=DocumentId(document_id), now=edge.clock.now())
