"""The steps of a fetch: ask the feed's server outside of any transaction, then sort in what is new in one."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.durable.carrying import Loaded
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.sources import FeedReader
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.sources.asking import Came, Outcome, ask_feed
from nexusplanner.application.sources.keeping import schedule
from nexusplanner.application.sources.sorting import Sorted, sort_in
from nexusplanner.application.sources.starting import source_of
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import NotFound
from nexusplanner.domain.sources import Source, same_feed

DELETED = "The source was deleted meanwhile."
DOUBLE = "This address leads to the feed that “{name}” reads already, so it is not read twice. Remove this source."


class FetchBook:
    """What the steps of fetching a source do. A feed that fails is no failed run: the source says what is wrong."""

    def __init__(self, *, fetcher: Fetcher, reader: FeedReader) -> None:
        self._fetcher = fetcher
        self._reader = reader

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | None:
        """Asking the server, in the first step; sorting in needs nothing but a transaction."""
        del tell
        if step != "fetch":
            return None
        source = await _found(uow, run)
        if source is None:
            return None
        url, etag, last_modified = source.url, source.etag, source.last_modified

        async def work() -> Worked[object]:
            outcome = await ask_feed(self._fetcher, self._reader, url=url, etag=etag, last_modified=last_modified)
            return Worked(output=outcome, detail=_fetched_words(outcome))

        return Loaded(work=work)

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """Hand on what the server sent; in the second step keep it. What was read is not kept beside its signals."""
        if step == "fetch":
            if worked is None:
                return Worked(output=None, detail=DELETED)
            await uow.runs.keep_output(run, step="fetch", output=worked.output)
            return Worked(output=None, detail=worked.detail)
        source = await _found(uow, run)
        detail = DELETED
        if source is not None:
            outcome = await uow.runs.output(run, step="fetch", kind=Outcome)
            detail = await _take(uow, source, outcome, now=now)
            await uow.runs.keep_output(run, step="fetch", output=Outcome(came=outcome.came, problem=outcome.problem))
        run.succeed(at=now)
        return Worked(output=None, detail=detail)


async def _found(uow: UnitOfWork, run: Run) -> Source | None:
    try:
        return await uow.sources.get(source_of(run), lock=True)
    except NotFound:
        return None


async def _take(uow: UnitOfWork, source: Source, outcome: Outcome, *, now: datetime) -> str:
    """Note on the source what came, keep what is new, and say it in words."""
    taken = Sorted()
    if outcome.url != source.url:
        return "The address was changed meanwhile, so the feed is fetched again."
    if outcome.came is Came.GONE:
        source.end(at=now)
    elif outcome.came is Came.FAILED:
        source.failed(outcome.problem, at=now, retry_after=outcome.pause(now=now))
    elif outcome.feed is None:
        source.unchanged(at=now)
    elif double := await _double(uow, source, outcome):
        source.end(at=now, problem=DOUBLE.format(name=double.name))
    else:
        source.fetched(
            at=now,
            etag=outcome.etag,
            last_modified=outcome.last_modified,
            problem=outcome.problem,
            led_to=outcome.led_to,
        )
        taken = await sort_in(uow, source, outcome.feed.items, now=now)
        source.received(taken.times, at=now)
    await uow.flush()
    await schedule(uow, source)
    return source.problem if source.ended else _kept_words(source, outcome, taken)


async def _double(uow: UnitOfWork, source: Source, outcome: Outcome) -> Source | None:
    """Another source that reads the feed to which the address of this one leads.

    Where both are led there, the older one goes on: of two that are fetched at the same time each may see the other.
    """
    if not outcome.led_to:
        return None
    own = (source.created_at, str(source.id))
    for other in await uow.sources.feeds():
        first = same_feed(other.url) == same_feed(outcome.led_to) or (other.created_at, str(other.id)) < own
        if other.id != source.id and not other.ended and first and other.reads(outcome.led_to):
            return other
    return None


def _fetched_words(outcome: Outcome) -> str:
    if outcome.came is Came.UNCHANGED:
        return "Nothing has changed since the last time."
    if outcome.feed is None:
        return outcome.problem or "The server says that the feed is gone."
    items = counted(len(outcome.feed.items), "item", "items").capitalize()
    return f"{items}. {outcome.problem}".strip()


def _kept_words(source: Source, outcome: Outcome, taken: Sorted) -> str:
    if outcome.came in {Came.GONE, Came.FAILED}:
        return source.problem
    changed = f", {taken.changed} changed" if taken.changed else ""
    return f"{counted(taken.new, 'new signal', 'new signals').capitalize()}{changed}."
