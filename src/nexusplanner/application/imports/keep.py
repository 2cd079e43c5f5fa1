"""Keeping records: what each kind becomes in the workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from nexusplanner.application.imports.kinds import ImportKind
from nexusplanner.application.imports.records import Record
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals import take_in
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.companies import Company, Deal, ended_as
from nexusplanner.domain.customers import Consent, Customer, Segment
from nexusplanner.domain.shared import CustomerId, DealId, Invalid, SegmentId
from nexusplanner.domain.signals import Signal

Keyed = TypeVar("Keyed", Company, Customer, Deal)

Counts = tuple[int, int]
"""How many records were new, and how many replaced a known one."""


async def keep(
    uow: UnitOfWork,
    *,
    kind: ImportKind,
    brand: Brand,
    records: Sequence[Record],
    channel_of: Callable[[str], str | None],
    now: datetime,
) -> Counts:
    """Add or replace by the key of the kind: a service by name, a customer by its key, an actual by day and channel."""
    if kind is ImportKind.SERVICES:
        return await _services(uow, brand=brand, records=records, now=now)
    if kind is ImportKind.SIGNALS:
        return await _signals(uow, brand=brand, records=records, now=now)
    if kind is ImportKind.COMPANIES:
        return await _companies(uow, brand=brand, records=records, now=now)
    if kind is ImportKind.CUSTOMERS:
        return await _customers(uow, brand=brand, records=records, now=now)
    if kind is ImportKind.DEALS:
        return await _deals(uow, brand=brand, records=records, now=now)
    return await _actuals(uow, brand=brand, records=records, channel_of=channel_of)


async def _services(uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime) -> Counts:
    known = {service.name.casefold(): service for service in await uow.services.of_brand(brand.id)}
    for record in records:
        values = record.values
        service = known.get(values["name"].casefold())
        if service is None:
            service = Service(
                tenant_id=uow.actor.tenant_id, brand_id=brand.id, name=values["name"], created_at=now, updated_at=now
            )
            uow.services.add(service)
        _assign(service, values, now=now)
        service.check()
    replaced = sum(record.values["name"].casefold() in known for record in records)
    return len(records) - replaced, replaced


async def _signals(uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime) -> Counts:
    await uow.signals.hold()
    recent = await uow.signals.recent(brand_id=brand.id, limit=10_000)
    known = {(signal.source, signal.content, signal.timestamp) for signal in recent}
    signals = [
        Signal(
            tenant_id=uow.actor.tenant_id,
            brand_id=brand.id,
            title=values.get("title") or values["content"].split(". ")[0][:120],
            created_at=now,
            **{name: values[name] for name in values if name != "title"},
        )
        for values in (record.values for record in records)
    ]
    fresh = [signal for signal in signals if (signal.source, signal.content, signal.timestamp) not in known]
    await take_in(uow, fresh)
    return len(fresh), len(signals) - len(fresh)


async def _customers(uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime) -> Counts:
    known = await uow.customers.by_external_id(brand_id=brand.id, external_ids=_keys(records))
    segments = await _segments(uow, brand=brand, records=records, now=now)
    fresh: list[Customer] = []
    for record in records:
        values = dict(record.values)
        segment = segments.get(values.pop("segment", "").casefold())
        consent = values.pop("consent", Consent.UNKNOWN)
        customer = known.get(values["external_id"])
        if customer is None:
            customer = _begun(Customer, values, brand=brand, now=now)
            fresh.append(customer)
        _assign(customer, values, now=now)
        customer.segment_id = segment or customer.segment_id
        customer.consent = consent or customer.consent
        customer.check()
    uow.customers.add_all(fresh)
    return len(fresh), len(records) - len(fresh)


async def _companies(uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime) -> Counts:
    known = await uow.companies.by_external_id(brand_id=brand.id, external_ids=_keys(records))
    fresh: list[Company] = []
    for record in records:
        values = record.values
        company = known.get(values["external_id"])
        if company is None:
            company = _begun(Company, values, brand=brand, now=now)
            fresh.append(company)
        _assign(company, values, now=now)
        company.check()
    uow.companies.add_all(fresh)
    return len(fresh), len(records) - len(fresh)


async def _deals(uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime) -> Counts:
    known = await uow.companies.deals_by_external_id(brand_id=brand.id, external_ids=_keys(records))
    fresh: list[Deal] = []
    customers: dict[DealId, Collection[CustomerId]] = {}
    for record in records:
        values = dict(record.values)
        linked = values.pop("customer_ids", None)
        deal = known.get(values["external_id"])
        if deal is None:
            deal = _begun(Deal, values, brand=brand, now=now)
            fresh.append(deal)
        if "won" not in values and values.get("stage", deal.stage) != deal.stage:
            values["won"] = ended_as(values["stage"])
        _assign(deal, values, now=now)
        deal.check()
        if linked is not None:
            customers[deal.id] = linked
    uow.companies.add_deals(fresh)
    await uow.companies.set_customers(customers)
    return len(fresh), len(records) - len(fresh)


def _begun(kind: type[Keyed], values: Mapping[str, Any], *, brand: Brand, now: datetime) -> Keyed:
    """A record of the brand that nobody knew yet, with its key and name alone."""
    return kind(
        tenant_id=brand.tenant_id,
        brand_id=brand.id,
        external_id=values["external_id"],
        name=values["name"],
        created_at=now,
        updated_at=now,
    )


def _keys(records: Sequence[Record]) -> list[str]:
    return [record.values["external_id"] for record in records]


async def _segments(
    uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], now: datetime
) -> Mapping[str, SegmentId]:
    """Segments by lower-case name, those the file names and nobody knows yet made first."""
    found = {segment.name.casefold(): segment.id for segment in await uow.customers.segments(brand_id=brand.id)}
    for record in records:
        name = record.values.get("segment", "")
        if name and name.casefold() not in found:
            segment = Segment(
                tenant_id=uow.actor.tenant_id, brand_id=brand.id, name=name, created_at=now, updated_at=now
            )
            segment.check()
            uow.customers.add_segment(segment)
            found[name.casefold()] = segment.id
    await uow.flush()
    return found


async def _actuals(
    uow: UnitOfWork, *, brand: Brand, records: Sequence[Record], channel_of: Callable[[str], str | None]
) -> Counts:
    channels: dict[tuple[date, str], ChannelActual] = {}
    figures: dict[tuple[object, str], BrandActual] = {}
    for record in records:
        values = record.values
        for actual in _channels_of(values, brand=brand, channel_of=channel_of):
            known_as = actual.day, actual.channel
            channels[known_as] = _sum(channels[known_as], actual) if known_as in channels else actual
        for name, role in _figures_of(values):
            metric = name.removeprefix("control:") if role is ActualRole.CONTROL else brand.outcome_name
            if role is ActualRole.CONTROL and metric == brand.outcome_name:
                raise Invalid(f"{metric!r} is the brand's outcome and cannot be a control too.", code="MAPPED_TWICE")
            figure = BrandActual(brand_id=brand.id, day=values["day"], metric=metric, role=role, value=values[name])
            previous = figures.get((figure.day, metric))
            if previous and role is ActualRole.OUTCOME:  # one row per channel: the day's outcome is their sum
                figure = BrandActual(
                    brand_id=brand.id, day=figure.day, metric=metric, role=role, value=previous.value + figure.value
                )
            figures[figure.day, metric] = figure
    known = {(actual.day, actual.channel) for actual in await uow.actuals.channels(brand_id=brand.id)}
    replaced = sum((actual.day, actual.channel) in known for actual in channels.values())
    written = await uow.actuals.put_channels(tuple(channels.values())) + await uow.actuals.put_brand(
        tuple(figures.values())
    )
    return written - replaced, replaced


def _sum(one: ChannelActual, other: ChannelActual) -> ChannelActual:
    """Two names of one channel on one day ("Google Ads", "Search"): what it cost and brought together."""
    return replace(
        one,
        spend=one.spend + other.spend,
        impressions=_both(one.impressions, other.impressions),
        clicks=_both(one.clicks, other.clicks),
    )


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


def _channels_of(
    values: Mapping[str, Any], *, brand: Brand, channel_of: Callable[[str], str | None]
) -> list[ChannelActual]:
    found = [
        ChannelActual(brand_id=brand.id, day=values["day"], channel=name.removeprefix("spend:"), spend=amount)
        for name, amount in values.items()
        if name.startswith("spend:")
    ]
    if "channel" in values and "spend" in values:
        channel = channel_of(values["channel"]) or values["channel"].strip().lower().replace(" ", "_")
        found.append(
            ChannelActual(
                brand_id=brand.id,
                day=values["day"],
                channel=channel,
                spend=values["spend"],
                impressions=values.get("impressions"),
                clicks=values.get("clicks"),
            )
        )
    return found


def _figures_of(values: Mapping[str, Any]) -> list[tuple[str, ActualRole]]:
    return [
        (name, ActualRole.OUTCOME if name == "outcome" else ActualRole.CONTROL)
        for name in values
        if name == "outcome" or name.startswith("control:")
    ]


def _assign(entity: Service | Company | Customer | Deal, values: Mapping[str, Any], *, now: datetime) -> None:
    for name, value in values.items():
        setattr(entity, name, value)
    entity.updated_at = now
