"""Lists of documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.documents import PAGE_SIZE, DocumentRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, DocumentId, NotFound, Page, ServiceId
from nexusplanner.infrastructure.db.catalog import services
from nexusplanner.infrastructure.db.documents import documents
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.runs import runs

_D = documents.c


class DocumentQueries:
    """Lists of documents."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

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
        rows = self._rows()
        if brand_id is not None:
            rows = rows.where(_D.brand_id == brand_id)
        if service_id is not None:
            rows = rows.where(_D.service_id == service_id)
        found = containing(query, _D.name, _D.url)
        if found is not None:
            rows = rows.where(found)
        return await page(
            self._session,
            rows,
            sorts={"created_at": _D.created_at, "name": lowered(_D.name), "size": _D.size},
            key=_D.id,
            wanted=PageOf(sort=sort, cursor=cursor, limit=limit),
            make=_row,
        )

    async def row(self, document_id: DocumentId) -> DocumentRow:
        """One of them. Raises NotFound."""
        found = (await self._session.execute(self._rows().where(_D.id == document_id))).first()
        if found is None:
            raise NotFound.of("document", document_id)
        return _row(found)

    def _rows(self) -> Select[Any]:
        of_run = (runs.c.tenant_id == _D.tenant_id) & (runs.c.id == _D.run_id)
        state = (runs.c.state.label("run_state"), runs.c.error.label("run_error"))
        about_deleted = (
            (services.c.tenant_id == _D.tenant_id)
            & (services.c.id == _D.service_id)
            & services.c.deleted_at.is_not(None)
        )
        return (
            select(documents, *state, services.c.name.label("deleted_service"))
            .outerjoin(runs, of_run)
            .outerjoin(services, about_deleted)
            .where(_D.tenant_id == self._tenant)
        )


def _row(row: Row[Any]) -> DocumentRow:
    return DocumentRow(
        id=row.id,
        name=row.name,
        kind=row.kind,
        url=row.url,
        trust=row.trust,
        bytes=row.size,
        pages=row.pages,
        remark=row.remark,
        passages=row.passages,
        brand_id=row.brand_id,
        service_id=row.service_id,
        run_id=row.run_id,
        run_state=row.run_state,
        run_error=row.run_error or "",
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        deleted_service=row.deleted_service,
    )
