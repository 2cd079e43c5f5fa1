"""A workspace whose documents are read as a worker reads them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.documents import use_cases
from nexusplanner.application.documents.reading import ReadingBook
from nexusplanner.application.documents.use_cases import About
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.documents import DocumentRow
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.documents import Document
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import Passage
from nexusplanner.domain.runs import RunKind
from nexusplanner.domain.shared import DocumentId
from nexusplanner.infrastructure.bounded import BoundedWorker, Limits
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.documents import BoundedReader
from nexusplanner.infrastructure.egress import PinnedFetcher
from nexusplanner.worker import PatientRunShell, Policy


@dataclass(frozen=True, kw_only=True)
class Library:
    """A brand with a service, and a shell that carries runs to their end."""

    actor: Actor
    brand: Brand
    service: Service
    units: SqlUnitsOfWork
    workflows: RememberedWorkflows
    shell: PatientRunShell
    clock: StillClock

    async def upload(self, name: str, content: bytes, *, about: About | None = None) -> DocumentRow:
        about = about or About(brand_id=self.brand.id)
        async with self.units.for_actor(self.actor) as uow:
            return await use_cases.upload_document(uow, name=name, content=content, about=about, now=self.clock.now())

    async def add_page(self, url: str) -> DocumentRow:
        async with self.units.for_actor(self.actor) as uow:
            return await use_cases.add_page(uow, url=url, about=About(brand_id=self.brand.id), now=self.clock.now())

    async def reread(self, document_id: DocumentId) -> DocumentRow:
        async with self.units.for_actor(self.actor) as uow:
            return await use_cases.reread_document(uow, document_id=document_id, now=self.clock.now())

    async def delete(self, document_id: DocumentId) -> None:
        async with self.units.for_actor(self.actor) as uow:
            await use_cases.delete_document(uow, document_id=document_id, now=self.clock.now())

    async def read(self, row: DocumentRow) -> DocumentRow:
        """Carry the document's run to its end; the document then."""
        assert row.run_id is not None
        ref = RunRef(tenant_id=self.actor.tenant_id, run_id=row.run_id)
        assert await self.shell(ref, since=0, stopping=asyncio.Event())
        return await self.row(row.id)

    async def row(self, document_id: DocumentId) -> DocumentRow:
        async with self.units.for_actor(self.actor) as uow:
            return await uow.read.documents.row(document_id)

    async def passages(self, row: DocumentRow) -> list[Passage]:
        """What is kept to be cited of it, by number."""
        async with self.units.for_actor(self.actor) as uow:
            document: Document = await uow.documents.get(row.id)
            ids = [f"{document.owner}:{number}" for number in range(1, document.numbered + 1)]
            found = await uow.passages.read(ids)
        return sorted(found, key=lambda passage: ids.index(passage.id))


async def make_library(
    engine: AsyncEngine, *, limits: Limits | None = None, fetcher: Fetcher | None = None, name: str = "Ada"
) -> Library:
    """A workspace of its own."""
    workflows, clock = RememberedWorkflows(), StillClock()
    units = units_of_work(engine, workflows=workflows)
    _, user = await registered(engine, name)
    brand = records.brand(user.tenant_id)
    service = records.service(brand)
    async with units.for_actor(user.actor()) as uow:
        uow.brands.add(brand)
        uow.services.add(service)
    book = ReadingBook(fetcher=fetcher or PinnedFetcher(), reader=BoundedReader(BoundedWorker(limits=limits)))
    steps = DurableSteps(units=units, clock=clock, books={RunKind.READ_DOCUMENT: book})
    shell = PatientRunShell(steps=steps, policy=Policy(pause=0.01, longest_pause=0.05, tries=2))
    return Library(
        actor=user.actor(),
        brand=brand,
        service=service,
        units=units,
        workflows=workflows,
        shell=shell,
        clock=clock,
    )
