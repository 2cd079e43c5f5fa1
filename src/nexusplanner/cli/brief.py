"""A brief as a YAML file: what to promote, when, with how much, and who promotes it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.cli.brief_parts import FlightingPart, GoalPart, GroupPart, LimitPart, Part, Text, money
from nexusplanner.cli.yaml_files import read_yaml
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.shared import Invalid, Money, ServiceId, SignalId

UNKNOWN_SERVICE = ServiceId(UUID(int=0))


class BrandPart(Part):
    """Who promotes; made when the workspace has no brand of this name."""

    name: str
    industry: str = ""
    region: str = ""
    currency: str = "EUR"
    profile: str = ""
    voice: tuple[str, ...] = ()
    banned_claims: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    outcome_name: str = "conversions"
    outcome_is_money: bool = False


class ServicePart(Part):
    """What is promoted; made when the brand has no service of this name."""

    name: str
    category: str = ""
    description: str = ""
    target_audience: str = ""
    benefits: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    price: Text | None = None


class BriefFile(Part):
    """The whole file. actuals_mapping: a file beside this one that says which column of the actuals is what."""

    name: str = ""
    brand: BrandPart
    service: ServicePart
    theme: str
    start_date: date
    end_date: date
    total_budget: Text
    target_audience: str = ""
    key_objectives: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    limits: tuple[LimitPart, ...] = ()
    groups: tuple[GroupPart, ...] = ()
    goal: GoalPart = GoalPart()
    flighting: FlightingPart = FlightingPart()
    target_outcome: float | None = None
    notes: str = ""
    signal_ids: tuple[UUID, ...] = ()
    actuals_mapping: Path | None = None

    def brief(self, service_id: ServiceId) -> Brief:
        """The same as a domain value. Raises Invalid."""
        currency = self.brand.currency
        return Brief(
            service_id=service_id,
            theme=self.theme,
            start_date=self.start_date,
            end_date=self.end_date,
            total_budget=Money.parse(self.total_budget, currency=currency),
            target_audience=self.target_audience,
            key_objectives=self.key_objectives,
            regions=self.regions,
            channels=self.channels,
            limits=tuple(limit.limit(currency) for limit in self.limits),
            groups=tuple(group.group(currency) for group in self.groups),
            goal=self.goal.goal(),
            flighting=self.flighting.rules(currency),
            target_outcome=self.target_outcome,
            notes=self.notes,
            signal_ids=tuple(SignalId(each) for each in self.signal_ids),
        )


def read_brief(path: Path) -> BriefFile:
    """Raises Invalid, naming every field to correct."""
    try:
        found = BriefFile.model_validate(read_yaml(path))
    except ValidationError as error:
        fields = {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}
        raise Invalid(f"{path} has fields to correct.", fields=fields) from None
    found.brief(UNKNOWN_SERVICE).check()  # told now, before a database is started for it
    return found


async def kept_brand(uow: UnitOfWork, part: BrandPart, *, now: datetime) -> Brand:
    """The brand of this name, made when there is none. Raises Invalid when the known one has another currency."""
    found = await uow.brands.find(name=part.name)
    if found is None:
        found = Brand(tenant_id=uow.actor.tenant_id, created_at=now, updated_at=now, **part.model_dump())
        found.check()
        uow.brands.add(found)
        await uow.flush()
    if found.currency != part.currency:
        raise Invalid(f"{found.name} plans in {found.currency}, the brief is in {part.currency}.")
    return found


async def kept_service(uow: UnitOfWork, part: ServicePart, *, brand: Brand, now: datetime) -> Service:
    """The service of this name, made when there is none."""
    found = await uow.services.find(brand_id=brand.id, name=part.name)
    if found is None:
        given = part.model_dump() | {"price": money(part.price, brand.currency)}
        found = Service(tenant_id=uow.actor.tenant_id, brand_id=brand.id, created_at=now, updated_at=now, **given)
        found.check()
        uow.services.add(found)
        await uow.flush()
    return found
