"""A link that somebody pastes becomes a signal: what the page says, by whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, time

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.ports.web_pages import Page
from nexusplanner.application.signals import create_signal
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId, Conflict, plausible
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Trust

LONGEST_CONTENT = 20_000
LONGEST_WORDS = 200


class SignalExists(Conflict):
    """What the link leads to is a signal already; `details["signal_id"]` says which."""

    code = "SIGNAL_EXISTS"


async def check_link(uow: UnitOfWork, *, url: str, brand_id: BrandId | None) -> None:
    """Look before the page is fetched. Raises: SignalExists, Forbidden, and NotFound for an unknown brand."""
    uow.actor.require(Permission.PLAN)
    if brand_id is not None:
        await uow.brands.get(brand_id)
    await _require_new(uow, url)


async def keep_link(uow: UnitOfWork, *, page: Page, url: str, brand_id: BrandId | None, now: datetime) -> Signal:
    """Keep what the page says; nobody vouches for it. url: that was pasted.

    Raises: SignalExists, Forbidden, and NotFound for an unknown brand.
    """
    uow.actor.require(Permission.PLAN)
    await uow.signals.hold()
    await _require_new(uow, url, page.url)
    signal = Signal(
        tenant_id=uow.actor.tenant_id,
        brand_id=brand_id,
        source=page.site[:LONGEST_WORDS],
        title=page.title[:LONGEST_WORDS],
        content=page.text[:LONGEST_CONTENT].strip(),
        timestamp=_published(page, now=now),
        url=page.url,
        trust=Trust.UNVERIFIED,
        created_at=now,
    )
    return await create_signal(uow, signal=signal)


async def _require_new(uow: UnitOfWork, *urls: str) -> None:
    known = await uow.signals.at_url(urls)
    if known is not None:
        raise SignalExists(
            f"This page is a signal already: {known.title or known.source}. Open that one instead.",
            details={"signal_id": str(known.id)},
        )


def _published(page: Page, *, now: datetime) -> datetime:
    """The start of the day the page names; now when it names none, or one that cannot be meant."""
    if page.published is None or not plausible(page.published):
        return now
    return min(datetime.combine(page.published, time(), tzinfo=UTC), now)
