"""Take documents in, have them read, and let them go."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit, urlunsplit

from nexusplanner.application.ports.documents import DocumentRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.documents import LONGEST_NAME, Document, DocumentKind, Piece, kind_of
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import BrandId, Conflict, DocumentId, Invalid, NotFound, ServiceId
from nexusplanner.domain.sources import Trust

SHOWN = 50
"""Passages that are shown with their document."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What a document belongs to; nothing for one that concerns every brand."""

    brand_id: BrandId | None = None
    service_id: ServiceId | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A document with its first passages."""

    row: DocumentRow
    document: Document
    pieces: tuple[Piece, ...]


async def upload_document(
    uow: UnitOfWork, *, name: str, content: bytes, about: About, now: datetime, trust: Trust = Trust.OWN
) -> DocumentRow:
    """Keep a file and start reading it.

    Raises: Forbidden, NotFound (brand, service), Invalid, UnknownKind, Conflict (DOCUMENT_EXISTS: it is there already).
    """
    uow.actor.require(Permission.PLAN)
    name = file_name(name)
    document = Document(
        tenant_id=uow.actor.tenant_id,
        brand_id=await _brand(uow, about),
        service_id=about.service_id,
        name=name,
        kind=kind_of(content, name=name),
        trust=trust,
        size=len(content),
        fingerprint=hashlib.sha256(content).hexdigest(),
        created_at=now,
        updated_at=now,
    )
    return await _take(uow, document, content=content, now=now)


async def add_page(
    uow: UnitOfWork, *, url: str, about: About, now: datetime, trust: Trust = Trust.UNVERIFIED
) -> DocumentRow:
    """Keep the address of a page and start reading it.

    Raises: Forbidden, NotFound (brand, service), Invalid, Conflict (DOCUMENT_EXISTS: it is there already).
    """
    uow.actor.require(Permission.PLAN)
    url = page_address(url)
    parts = urlsplit(url)
    document = Document(
        tenant_id=uow.actor.tenant_id,
        brand_id=await _brand(uow, about),
        service_id=about.service_id,
        name=f"{parts.hostname}{parts.path.rstrip('/')}"[:LONGEST_NAME],
        kind=DocumentKind.PAGE,
        url=url,
        trust=trust,
        fingerprint=hashlib.sha256(url.encode()).hexdigest(),
        created_at=now,
        updated_at=now,
    )
    return await _take(uow, document, content=None, now=now)


async def reread_document(uow: UnitOfWork, *, document_id: DocumentId, now: datetime) -> DocumentRow:
    """Read it again; a page is fetched again. What may be cited of it stays until then.

    Raises: Forbidden, NotFound, Conflict (RUN_ACTIVE: it is being read).
    """
    uow.actor.require(Permission.PLAN)
    document = await uow.documents.get(document_id, lock=True)
    if document.run_id is not None and (await uow.runs.get(document.run_id)).active:
        raise Conflict(
            "It is being read already. Wait for that or cancel it.",
            code="RUN_ACTIVE",
            details={"run_id": str(document.run_id)},
        )
    await _start(uow, document, now=now)
    return await uow.read.documents.row(document.id)


async def show_document(uow: UnitOfWork, *, document_id: DocumentId) -> Shown:
    """The document with its first passages. Raises: Forbidden, NotFound."""
    uow.actor.require(Permission.READ)
    row = await uow.read.documents.row(document_id)
    pieces = tuple(await uow.documents.pieces(document_id))
    return Shown(row=row, document=await uow.documents.get(document_id), pieces=pieces[:SHOWN])


async def document_file(uow: UnitOfWork, *, document_id: DocumentId) -> tuple[Document, bytes]:
    """The document with its file, or with the page as it was fetched last. Raises: Forbidden, NotFound."""
    uow.actor.require(Permission.READ)
    return await uow.documents.get(document_id), await uow.documents.content(document_id)


async def delete_document(uow: UnitOfWork, *, document_id: DocumentId, now: datetime) -> None:
    """Delete it with everything that was made of it; plans that cite it keep the words they cited.

    Raises: Forbidden, NotFound.
    """
    uow.actor.require(Permission.PLAN)
    document = await uow.documents.get(document_id)
    if document.run_id is not None:
        run = await uow.runs.get(document.run_id, lock=True)  # before the document, as the run's own steps do
        if run.active:
            run.cancel(at=now)
            await uow.workflows.cancel(run)
    await uow.documents.remove(await uow.documents.get(document_id, lock=True))


def file_name(name: str) -> str:
    """The name without folders, however the caller's system writes them, of a length that can be kept."""
    plain = PurePosixPath(PureWindowsPath(name).name).name.strip()
    printed = "".join(character for character in plain if character.isprintable())
    stem, dot, ending = printed.rpartition(".")
    if len(printed) > LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return printed[:LONGEST_NAME]


def page_address(url: str) -> str:
    """The address as it is kept: without the mark of a place on the page. Raises Invalid unless it is one of the web."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        usable = False
    if not usable:
        message = "Give the address of a web page, such as https://example.com/about, without a user name."
        raise Invalid(message, fields={"url": message})
    return urlunsplit(parts._replace(fragment="", path=parts.path or "/"))


async def _brand(uow: UnitOfWork, about: About) -> BrandId | None:
    """The brand it belongs to, that of its service where it has one. Raises NotFound."""
    if about.service_id is not None:
        service = await uow.services.get(about.service_id)
        if about.brand_id not in {None, service.brand_id}:
            raise NotFound.of("service", f"{about.service_id} of this brand")
        return service.brand_id
    if about.brand_id is not None:
        await uow.brands.get(about.brand_id)
    return about.brand_id


async def _take(uow: UnitOfWork, document: Document, *, content: bytes | None, now: datetime) -> DocumentRow:
    document.check()
    twin = await uow.documents.twin(document)
    if twin is not None:
        raise Conflict(
            f"{twin.name} is there already. Read it again instead, or delete it first.",
            code="DOCUMENT_EXISTS",
            details={"id": str(twin.id)},
        )
    await uow.documents.add(document, content=content)
    await _start(uow, document, now=now)
    return await uow.read.documents.row(document.id)


async def _start(uow: UnitOfWork, document: Document, *, now: datetime) -> None:
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=document.brand_id,
        user_id=uow.actor.user_id,
        kind=RunKind.READ_DOCUMENT,
        request={"document_id": str(document.id), "name": document.name},
        created_at=now,
    )
    uow.runs.add(run)
    await uow.flush()
    await uow.workflows.start(run)
    document.run_id, document.updated_at = run.id, now
    await uow.flush()
