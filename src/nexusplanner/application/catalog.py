"""Keep the brands and the services they offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from nexusplanner.application.editing import edit
from nexusplanner.application.ports.unit_of_work import Hold, UnitOfWork
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId, Conflict, Invalid, ServiceId


async def create_brand(uow: UnitOfWork, *, brand: Brand) -> Brand:
    """Keep a new brand. Raises Invalid, and Conflict when the name is taken."""
    uow.actor.require(Permission.PLAN)
    brand.check()
    await _require_free_brand_name(uow, brand, name=brand.name)
    uow.brands.add(brand)
    await uow.flush()
    return brand


async def edit_brand(
    uow: UnitOfWork, *, brand_id: BrandId, changes: Mapping[str, object], version: int, now: datetime
) -> Brand:
    """Change a brand. Raises NotFound, VersionConflict, Invalid, and Conflict when the new name is taken."""
    uow.actor.require(Permission.PLAN)
    brand = await uow.brands.get(brand_id)
    await _require_free_brand_name(uow, brand, name=changes.get("name"))
    edit(brand, changes=changes, version=version, now=now)
    await uow.flush()
    return brand


async def delete_brand(uow: UnitOfWork, *, brand_id: BrandId, now: datetime) -> None:
    """Delete a brand with all that is its own, deleted campaigns too; runs that work for it are cancelled.

    Raises NotFound, and Conflict while campaigns use it.
    """
    uow.actor.require(Permission.PLAN)
    for run in await uow.runs.all_active(brand_id=brand_id):
        run.cancel(at=now)
        await uow.workflows.cancel(run)
    await uow.flush()
    await uow.memberships.hold([brand_id])
    await uow.brands.remove(await uow.brands.get(brand_id, lock=True))
    await uow.flush()


async def create_service(uow: UnitOfWork, *, service: Service) -> Service:
    """Keep a new service. Raises NotFound for an unknown brand, Invalid, and Conflict when the name is taken."""
    uow.actor.require(Permission.PLAN)
    service.check()
    await _require_brand_currency(uow, service)
    await _require_free_service_name(uow, service, name=service.name)
    uow.services.add(service)
    await uow.flush()
    return service


async def edit_service(
    uow: UnitOfWork, *, service_id: ServiceId, changes: Mapping[str, object], version: int, now: datetime
) -> Service:
    """Change a service. Raises NotFound, VersionConflict, Invalid, and Conflict when the new name is taken."""
    uow.actor.require(Permission.PLAN)
    service = await uow.services.get(service_id)
    await _require_free_service_name(uow, service, name=changes.get("name"))
    edit(service, changes=changes, version=version, now=now)
    await _require_brand_currency(uow, service)
    await uow.flush()
    return service


async def delete_service(uow: UnitOfWork, *, service_id: ServiceId, now: datetime) -> None:
    """Hide a service with what its documents say, so that nothing is planned for it and nothing of it is cited.

    Raises NotFound, and Conflict while campaigns use it.
    """
    uow.actor.require(Permission.PLAN)
    service = await uow.services.get(service_id, hold=Hold.ALONE)
    if await uow.services.in_use(service):
        raise Conflict("Campaigns use this service. Delete them first.", code="IN_USE")
    service.delete(at=now)
    await _index_documents(uow, service)
    await uow.flush()


async def restore_service(uow: UnitOfWork, *, service_id: ServiceId) -> Service:
    """Undo a delete. Raises NotFound, and Conflict when another service has its name now."""
    uow.actor.require(Permission.PLAN)
    service = await uow.services.get(service_id, deleted=True, hold=Hold.ALONE)
    await _require_free_service_name(uow, service, name=service.name)
    service.restore()
    await _index_documents(uow, service)
    await uow.flush()
    return service


async def _index_documents(uow: UnitOfWork, service: Service) -> None:
    """Let what may be cited of its documents go, or come back, with the service."""
    for document_id in await uow.documents.ids(service_id=service.id):
        uow.documents.index(document_id)


async def _require_free_brand_name(uow: UnitOfWork, brand: Brand, *, name: object) -> None:
    """Asked before the name is set, so that the answer names the field. name: none when it stays."""
    other = await uow.brands.find(name=name) if isinstance(name, str) else None
    if other is not None and other.id != brand.id:
        raise Conflict(
            f"There is a brand called {other.name} already. Choose another name.",
            code="BRAND_EXISTS",
            fields={"name": "This name is taken."},
        )


async def _require_free_service_name(uow: UnitOfWork, service: Service, *, name: object) -> None:
    """Asked before the name is set, so that the answer names the field. name: none when it stays."""
    other = await uow.services.find(brand_id=service.brand_id, name=name) if isinstance(name, str) else None
    if other is not None and other.id != service.id:
        raise Conflict(
            f"The brand has a service called {other.name} already. Choose another name.",
            code="SERVICE_EXISTS",
            fields={"name": "This name is taken."},
        )


async def _require_brand_currency(uow: UnitOfWork, service: Service) -> None:
    """A service belongs to a brand of the workspace and is priced in its currency."""
    brand = await uow.brands.get(service.brand_id)
    if service.price is not None and service.price.currency != brand.currency:
        words = f"Use {brand.currency}, the currency of {brand.name}."
        raise Invalid(f"The price is in {service.price.currency}. {words}", fields={"price": words})
