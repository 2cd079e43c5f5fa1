"""Sources of signals: feeds that are fetched by the clock, and webhooks that others call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.feeds import canonical
from nexusplanner.domain.shared import BrandId, FieldErrors, RunId, SourceId, TenantId, UserId


class SourceType(StrEnum):
    """How signals come: we fetch a feed, or somebody calls a webhook."""

    FEED = "feed"
    WEBHOOK = "webhook"


class Trust(StrEnum):
    """Who vouches for what is said: the workspace, a named publication, or nobody in particular."""

    OWN = "own"
    PUBLISHED = "published"
    UNVERIFIED = "unverified"


class SourceState(StrEnum):
    """How a source does."""

    WAITING = "waiting"
    FRESH = "fresh"
    LATE = "late"
    BROKEN = "broken"


LEAST_MINUTES = 15
MOST_MINUTES = 7 * 24 * 60
LONGEST_NAME = 200
LONGEST_URL = 2000
LONGEST_REGION = 200
FAILURES_OF_A_BROKEN_ONE = 3
KNOWN_TIMES = 20
"""Of how many items the times are remembered."""
FETCHES_BEFORE_LATE = 3
SILENCE = 3
"""A source is late after this many of its usual gaps without an item."""
OVERDUE_PERIODS = 2
LONGEST_PAUSE = timedelta(days=1)
"""Between two tries at a feed that fails."""
LONGEST_REQUESTED_PAUSE = timedelta(days=7)
"""The most that a server's Retry-After is believed."""
SHORTEST_GAP = timedelta(days=1)
"""Nights and the hours between two items say nothing."""
USUAL = 0.9
"""The share of gaps that are no longer than the usual one, so that weekends count as usual."""
ENDED = "This feed has ended: its server says that it is gone for good. Look for a new address or delete the source."


@dataclass(eq=False, kw_only=True)
class Source:
    """Where signals come from. url: of the feed; empty for a webhook. created_by: who its runs are started for.

    region: what its news is about; empty when that is no one country or region. led_to: where redirects from the address
    led the last time; empty when there were none.

    etag, last_modified: of the last answer, sent back so that an unchanged feed costs nothing. fetches, failures: tries
    that went well in all, and those that failed since. items: signals received. item_times: of the newest items, oldest
    first. ended: the server said that the feed is gone. next_fetch_at: none for webhooks and for what has ended.
    run_id: the last run that fetched it.
    """

    id: SourceId = field(default_factory=lambda: SourceId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId | None = None
    created_by: UserId
    name: str
    kind: SourceType
    url: str = ""
    led_to: str = ""
    region: str = ""
    trust: Trust = Trust.PUBLISHED
    every_minutes: int = 60
    etag: str = ""
    last_modified: str = ""
    fetches: int = 0
    failures: int = 0
    problem: str = ""
    ended: bool = False
    items: int = 0
    item_times: tuple[datetime, ...] = ()
    run_id: RunId | None = None
    last_fetched_at: datetime | None = None
    last_item_at: datetime | None = None
    next_fetch_at: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def period(self) -> timedelta:
        """How often the feed is fetched."""
        return timedelta(minutes=self.every_minutes)

    def check(self) -> None:
        """Raise Invalid unless the fields make a source."""
        errors = FieldErrors()
        errors.check(bool(self.name.strip()), "name", "Give the source a name.")
        errors.check_text(self.name, "name", most=LONGEST_NAME)
        errors.check_text(self.url, "url", most=LONGEST_URL)
        errors.check_text(self.region, "region", most=LONGEST_REGION)
        if self.kind is SourceType.FEED:
            web = self.url.startswith(("https://", "http://"))
            errors.check(web, "url", "Give the address of the feed, beginning with https:// or http://.")
        else:
            errors.check(not self.url, "url", "A webhook has no address of its own: leave this out.")
        fits = LEAST_MINUTES <= self.every_minutes <= MOST_MINUTES
        errors.check(fits, "every_minutes", f"Between {LEAST_MINUTES} minutes and {MOST_MINUTES} (a week).")
        errors.raise_if_any("source")

    def state(self, *, now: datetime) -> SourceState:
        """How it does, from what happened so far."""
        if self.ended or self.failures >= FAILURES_OF_A_BROKEN_ONE:
            return SourceState.BROKEN
        if self.overdue(now=now):
            return SourceState.LATE
        if not self.fetches:
            return SourceState.WAITING
        return SourceState.LATE if self.silent(now=now) else SourceState.FRESH

    def overdue(self, *, now: datetime) -> bool:
        """Whether nobody fetched it although its time was two periods ago."""
        return self.next_fetch_at is not None and now - self.next_fetch_at > OVERDUE_PERIODS * self.period

    def silent(self, *, now: datetime) -> bool:
        """Whether it brought nothing for three times its usual gap."""
        gap = self.usual_gap
        if gap is None or self.last_item_at is None or self.fetches < FETCHES_BEFORE_LATE:
            return False
        return now - self.last_item_at > SILENCE * gap

    @property
    def usual_gap(self) -> timedelta | None:
        """How long it is usually quiet, at least a day; None while too few items are known."""
        gaps = sorted(later - earlier for earlier, later in zip(self.item_times, self.item_times[1:], strict=False))
        if len(gaps) < FETCHES_BEFORE_LATE - 1:
            return None
        return max(gaps[int(USUAL * (len(gaps) - 1))], SHORTEST_GAP)

    def reads(self, url: str) -> bool:
        """Whether it is the feed at this address, or redirects lead from its own to it."""
        return same_feed(url) in {same_feed(address) for address in (self.url, self.led_to) if address}

    def changed_address(self) -> None:
        """Forget what was learnt of the feed at the old address."""
        self.etag, self.last_modified, self.problem, self.failures, self.ended = "", "", "", 0, False
        self.led_to = ""

    def fetched(self, *, at: datetime, etag: str, last_modified: str, problem: str = "", led_to: str = "") -> None:
        """The server answered. problem: what could not be read although something could. led_to: by redirects."""
        self.etag, self.last_modified, self.led_to = etag, last_modified, led_to
        self._went_well(at=at, problem=problem)

    def unchanged(self, *, at: datetime) -> None:
        """The server said that nothing changed since the last answer."""
        self._went_well(at=at, problem=self.problem)

    def _went_well(self, *, at: datetime, problem: str) -> None:
        self.fetches, self.failures, self.problem, self.ended = self.fetches + 1, 0, problem, False
        self.last_fetched_at, self.next_fetch_at = at, at + self.period

    def failed(self, problem: str, *, at: datetime, retry_after: timedelta = timedelta(0)) -> None:
        """The server was not reached or gave nothing usable. retry_after: what it asked for."""
        self.failures, self.problem = self.failures + 1, problem
        self.next_fetch_at = at + pause_after(self.failures, period=self.period, retry_after=retry_after)

    def end(self, *, at: datetime, problem: str = ENDED) -> None:
        """The feed is gone for good, or brings what another source brings: by the clock it is not asked again."""
        self.failures, self.problem, self.ended = self.failures + 1, problem, True
        self.etag, self.last_modified = "", ""
        self.last_fetched_at, self.next_fetch_at = at, None

    def received(self, times: Sequence[datetime], *, at: datetime) -> None:
        """New items came, with the times they carry; a time in the future counts as now.

        The first ones may be old: a feed that stopped years ago is late from the start.
        """
        if not times:
            return
        told = [min(time, at) for time in times]
        self.last_item_at = at if self.items else max(told)
        self.items += len(times)
        self.item_times = newest_times((*self.item_times, *told))

    def delivered(self, times: Sequence[datetime], *, at: datetime) -> None:
        """Somebody called the webhook."""
        self.fetches, self.failures, self.problem, self.last_fetched_at = self.fetches + 1, 0, "", at
        self.received(times, at=at)


def same_feed(url: str) -> str:
    """What addresses of one feed have in common: encryption, a last slash and what follows readers tell nothing."""
    return canonical(url).partition("://")[2].rstrip("/")


def pause_after(failures: int, *, period: timedelta, retry_after: timedelta = timedelta(0)) -> timedelta:
    """How long to wait after so many failures in a row (at least 1): doubling from `period`, a day at most.

    retry_after: what the server asked for; it is believed up to a week.
    """
    doublings = min(failures - 1, 16)
    return max(min(period * (1 << doublings), LONGEST_PAUSE), min(retry_after, LONGEST_REQUESTED_PAUSE))


def newest_times(times: Iterable[datetime]) -> tuple[datetime, ...]:
    """The newest of `times` that are worth remembering, each once, oldest first."""
    return tuple(sorted(set(times))[-KNOWN_TIMES:])
