"""Take in what a webhook delivers, once it is clear who sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.application.durable.carrying import worker_actor
from nexusplanner.application.ports.sources import Hooks
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.application.sources.signatures import WINDOW, verified
from nexusplanner.application.sources.sorting import sort_in
from nexusplanner.domain.feeds import FeedItem
from nexusplanner.domain.shared import NotFound, SourceId, Unauthenticated

UNSIGNED = (
    "The signature is missing, wrong or older than five minutes, or there is no such webhook. Send X-Nexus-Signature: "
    "t=<seconds since 1970>,v1=<HMAC-SHA256 of '<t>.<body>' with the webhook's secret>."
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What somebody sent. read: makes items of the body, once it is verified."""

    source_id: SourceId
    signature: str
    body: bytes
    read: Callable[[bytes], Sequence[FeedItem]]


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of a delivery. received: items in it. new: those that were not there before."""

    received: int
    new: int


async def receive(units: UnitsOfWork, hooks: Hooks, delivery: Delivery, *, now: datetime) -> Received:
    """Keep what was sent; a delivery that is sent again brings nothing new.

    Raises: Unauthenticated, always in the same words; Invalid for items that are none.
    """
    tenant_id = await hooks.tenant_of(delivery.source_id)
    if tenant_id is None:
        raise Unauthenticated(UNSIGNED, code="WRONG_SIGNATURE")
    async with units.for_actor(worker_actor(tenant_id)) as uow:
        return await _take(uow, delivery, now=now)


async def _take(uow: UnitOfWork, delivery: Delivery, *, now: datetime) -> Received:
    secret = await uow.sources.secret(delivery.source_id)
    signature = verified(delivery.signature, delivery.body, secret=secret, now=now) if secret else None
    if signature is None:
        raise Unauthenticated(UNSIGNED, code="WRONG_SIGNATURE")
    items = await asyncio.to_thread(delivery.read, delivery.body)
    try:
        source = await uow.sources.get(delivery.source_id, lock=True)
    except NotFound:
        raise Unauthenticated(UNSIGNED, code="WRONG_SIGNATURE") from None
    forget = now - 3 * WINDOW
    if not await uow.sources.first_delivery(source.id, signature=signature, at=now, forget=forget):
        return Received(received=len(items), new=0)
    taken = await sort_in(uow, source, items, now=now)
    source.delivered(taken.times, at=now)
    return Received(received=len(items), new=taken.new)
