"""Keep sources, and what the clock is told of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from nexusplanner.application.editing import edit
from nexusplanner.application.ports.schedules import Scheduled
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import Conflict, Invalid, SourceId
from nexusplanner.domain.sources import Source, SourceType

SECRET_BYTES = 32


class SourceExists(Conflict):
    """A source reads the feed already; `details["source_id"]` says which."""

    code = "SOURCE_EXISTS"


async def get_source(uow: UnitOfWork, *, source_id: SourceId) -> Source:
    """The source. Raises: NotFound, Forbidden."""
    uow.actor.require(Permission.READ)
    return await uow.sources.get(source_id)


async def create_source(uow: UnitOfWork, *, source: Source, now: datetime) -> str | None:
    """Keep a new source; a feed is fetched at once. The secret of a webhook, which is shown this once.

    Raises: Invalid, NotFound (unknown brand), SourceExists, Forbidden.
    """
    uow.actor.require(Permission.PLAN)
    source.check()
    await _check_brand(uow, source)
    await _require_new(uow, source)
    uow.sources.add(source)
    if source.kind is SourceType.FEED:
        source.next_fetch_at = now
        await uow.flush()
        await schedule(uow, source)
        return None
    await uow.flush()
    return await _new_secret(uow, source, now=now)


async def edit_source(
    uow: UnitOfWork, *, source_id: SourceId, changes: Mapping[str, object], version: int, now: datetime
) -> Source:
    """Change a source; a feed at another address is fetched at once.

    Raises: NotFound, VersionConflict, Invalid, SourceExists, Forbidden.
    """
    uow.actor.require(Permission.PLAN)
    source = await uow.sources.get(source_id, lock=True)
    address, period = source.url, source.period
    edit(source, changes=changes, version=version, now=now)
    await _check_brand(uow, source)
    if source.kind is SourceType.FEED and source.url != address:
        await _require_new(uow, source)
        source.changed_address()
        source.next_fetch_at = now
    elif source.next_fetch_at is not None and source.period != period:
        source.next_fetch_at = max(now, (source.last_fetched_at or now) + source.period)
    await uow.flush()
    await schedule(uow, source)
    return source


async def delete_source(uow: UnitOfWork, *, source_id: SourceId) -> None:
    """Delete a source; the signals it brought stay. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    source = await uow.sources.get(source_id, lock=True)
    await uow.signals.hold()
    await uow.schedules.drop(Scheduled.SOURCE, source_id)
    await uow.sources.remove(source)


async def renew_secret(uow: UnitOfWork, *, source_id: SourceId, now: datetime) -> tuple[Source, str]:
    """A new secret for a webhook, which is shown this once; the old one ends. Raises NotFound, Invalid (a feed)."""
    uow.actor.require(Permission.PLAN)
    source = await uow.sources.get(source_id)
    if source.kind is not SourceType.WEBHOOK:
        raise Invalid("Only webhooks have a secret. This source is a feed, which is fetched.", code="NO_WEBHOOK")
    return source, await _new_secret(uow, source, now=now)


async def schedule(uow: UnitOfWork, source: Source) -> None:
    """Tell the clock when the source is fetched next."""
    if source.next_fetch_at is None:
        await uow.schedules.drop(Scheduled.SOURCE, source.id)
    else:
        await uow.schedules.put(Scheduled.SOURCE, source.id, due_at=source.next_fetch_at)


async def _new_secret(uow: UnitOfWork, source: Source, *, now: datetime) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    await uow.sources.set_secret(source.id, secret=secret, at=now)
    return secret


async def _require_new(uow: UnitOfWork, source: Source) -> None:
    if source.kind is not SourceType.FEED:
        return
    await uow.sources.hold()
    for other in await uow.sources.feeds():
        if other.id != source.id and other.reads(source.url):
            raise SourceExists(
                f"This feed is read already, as “{other.name}”. Change that source instead.",
                details={"source_id": str(other.id), "name": other.name},
            )


async def _check_brand(uow: UnitOfWork, source: Source) -> None:
    if source.brand_id is not None:
        await uow.brands.get(source.brand_id)
