"""Documents with their files and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.documents import Document, DocumentKind, Piece
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import DocumentId, NotFound, ServiceId
from nexusplanner.domain.sources import Trust
from nexusplanner.infrastructure.db.holding import held_anew
from nexusplanner.infrastructure.db.touching import touch_documents
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

documents = Table(
    "documents",
    metadata,
    *tenant_key(),
    uuid_column("brand_id", nullable=True),
    uuid_column("service_id", nullable=True),
    Column("name", Text, nullable=False),
    Column("kind", words(DocumentKind), nullable=False),
    Column("url", Text, nullable=False),
    Column("trust", words(Trust), nullable=False),
    Column("size", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("pages", Integer),
    Column("said_on", Date),
    Column("remark", Text, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("numbered", Integer, nullable=False),
    uuid_column("run_id", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    in_tenant(),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("service_id", "services", ondelete="CASCADE"),
    of_tenant("run_id", "runs", ondelete="SET NULL (run_id)"),
    Index(None, "tenant_id", "created_at"),
)
_D = documents.c
Index(
    "uq_documents_fingerprint",
    _D.tenant_id,
    _D.brand_id,
    _D.service_id,
    _D.fingerprint,
    unique=True,
    postgresql_nulls_not_distinct=True,
)

document_files = Table(
    "document_files",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("document_id"),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "document_id"),
    of_tenant("document_id", "documents", ondelete="CASCADE"),
)

document_texts = Table(
    "document_texts",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("document_id"),
    Column("pieces", Jsonb[tuple[Piece, ...]](tuple[Piece, ...]), nullable=False),
    PrimaryKeyConstraint("tenant_id", "document_id"),
    of_tenant("document_id", "documents", ondelete="CASCADE"),
)

mapper_registry.map_imperatively(Document, documents, version_id_col=_D.version, properties={"on": _D.said_on})


class SqlDocuments:
    """Documents of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, document_id: DocumentId, *, lock: bool = False) -> Document:
        """The document; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        key = (self._tenant, document_id)
        found = await (held_anew(self._session, Document, key) if lock else self._session.get(Document, key))
        if found is None:
            raise NotFound.of("document", document_id)
        return found

    async def twin(self, document: Document) -> Document | None:
        """Another one for the same brand and service that was made of the same file or address.

        Whoever else asks for that file waits until this transaction ends, and then sees what it did.
        """
        key = func.hashtextextended(f"{self._tenant}/documents/{document.fingerprint}", 0)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))
        query = select(Document).where(
            _D.tenant_id == self._tenant,
            _D.brand_id.is_not_distinct_from(document.brand_id),
            _D.service_id.is_not_distinct_from(document.service_id),
            _D.fingerprint == document.fingerprint,
        )
        found: Document | None = await self._session.scalar(query)
        return found

    async def ids(self, *, service_id: ServiceId | None = None) -> Sequence[DocumentId]:
        """Of every document, or of those about a service."""
        query = select(_D.id).where(_D.tenant_id == self._tenant)
        if service_id is not None:
            query = query.where(_D.service_id == service_id)
        return (await self._session.scalars(query)).all()

    async def content(self, document_id: DocumentId) -> bytes:
        """The file as it was uploaded, or the page as it was fetched last. Raises NotFound before that."""
        found: bytes | None = await self._session.scalar(self._of(document_files, document_id, "content"))
        if found is None:
            raise NotFound.of("file of the document", document_id)
        return found

    async def pieces(self, document_id: DocumentId) -> Sequence[Piece]:
        """What may be cited of it; nothing before it was read."""
        found: tuple[Piece, ...] | None = await self._session.scalar(self._of(document_texts, document_id, "pieces"))
        return found or ()

    async def add(self, document: Document, *, content: bytes | None) -> None:
        """Keep a new document. content: of a file."""
        self._session.add(document)
        if content is not None:
            await self._session.flush()
            await self.keep_content(document.id, content)

    async def keep_content(self, document_id: DocumentId, content: bytes) -> None:
        """Keep what a page answered."""
        await self._put(document_files, document_id, {"content": content})

    async def keep_pieces(self, document_id: DocumentId, pieces: Sequence[Piece]) -> None:
        """Keep these as all that may be cited of it; its passages follow when they are asked to."""
        await self._put(document_texts, document_id, {"pieces": tuple(pieces)})

    def index(self, document_id: DocumentId) -> None:
        """Let its passages follow at the end of this transaction."""
        touch_documents(self._session, document_ids={document_id})

    async def remove(self, document: Document) -> None:
        """Delete it with its file, its text and its passages."""
        await self._session.delete(document)
        await self._session.flush()
        self.index(document.id)

    def _of(self, table: Table, document_id: DocumentId, column: str) -> Any:
        return select(table.c[column]).where(table.c.tenant_id == self._tenant, table.c.document_id == document_id)

    async def _put(self, table: Table, document_id: DocumentId, values: dict[str, Any]) -> None:
        adding = insert(table).values(tenant_id=self._tenant, document_id=document_id, **values)
        new = {name: adding.excluded[name] for name in values}
        await self._session.execute(adding.on_conflict_do_update(index_elements=["tenant_id", "document_id"], set_=new))
