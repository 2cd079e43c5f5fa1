"""Feeds fetched from a local server: what is new is kept once, what changed follows, what fails says why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.feeds import Entry, atom_10, encoded, rss_20
from tests.factories.sources import Newsroom, make_newsroom
from tests.factories.waiting import until_waiting
from tests.fakes.web import Answer, WebRequest, WebServer, redirect

from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.signals import delete_signal, edit_signal
from nexusplanner.application.signals.judging import dismiss_signal
from nexusplanner.application.sources import SourceExists, delete_source, edit_source, preview, start_fetch
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import Conflict, Invalid
from nexusplanner.domain.signals import DismissalReason
from nexusplanner.domain.sources import ENDED, SourceState

ON = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIRST = Entry(title="Prices rise", text="Gas is dearer than in spring.", url="https://t.example/1", guid="1", on=ON)
SECOND = Entry(title="Shop opens", text="A new shop opens downtown.", url="https://t.example/2", guid="2", on=ON)
XML = "application/rss+xml"


def feed(*entries: Entry, **more: object) -> Answer:
    return Answer(encoded(rss_20(entries), "utf-8"), content_type=XML, **more)  # type: ignore[arg-type]


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer({"/feed": feed(FIRST, SECOND)}) as server:
        yield server


@pytest.fixture
async def room(shared_engine: AsyncEngine, web: WebServer) -> Newsroom:
    return await make_newsroom(shared_engine, web.fetcher(seconds=2))


async def test_new_items_become_signals_that_name_their_source(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    assert await room.fetch(source_id) == "Two new signals."
    found = await room.signals(source_id)
    assert [(each.title, each.content, each.url, each.timestamp) for each in found] == [
        (each.title, each.text, each.url, ON) for each in (FIRST, SECOND)
    ]
    assert {(each.source, each.source_id, each.trust) for each in found} == {("Trade weekly", source_id, "published")}
    source = await room.source(source_id)
    assert (source.state(now=room.clock.now()), source.items, source.fetches) == (SourceState.FRESH, 2, 1)
    assert source.next_fetch_at == room.clock.now() + timedelta(hours=1)
    assert source.last_item_at == ON


async def test_asking_again_while_a_step_of_the_fetch_begins_waits_for_nobody(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    async with room.units.for_actor(room.actor) as uow:
        run = await start_fetch(uow, source_id=source_id, now=room.clock.now())
    async with room.units.for_actor(room.actor) as step:
        await step.runs.get(run.id, lock=True)
        with pytest.raises(Conflict, match="already"):
            async with asyncio.timeout(5), room.units.for_actor(room.actor) as uow:
                await start_fetch(uow, source_id=source_id, now=room.clock.now())
        await step.sources.get(source_id, lock=True)


async def test_what_was_brought_before_is_not_brought_again(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    third = Entry(title="Third", text="A third piece.", url="https://t.example/3", guid="3")
    web.routes["/feed"] = feed(third, third, FIRST, SECOND)
    assert await room.fetch(source_id) == "One new signal."
    assert await room.fetch(source_id) == "No new signals."
    assert len(await room.signals(source_id)) == 3
    assert (await room.source(source_id)).items == 3


async def test_an_item_without_a_date_is_of_now_and_so_is_one_of_the_future(room: Newsroom, web: WebServer) -> None:
    web.routes["/feed"] = feed(replace(FIRST, on=None), replace(SECOND, on=ON + timedelta(days=4000)))
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    assert {each.timestamp for each in await room.signals(source_id)} == {room.clock.now()}


async def test_a_changed_item_changes_its_signal_unless_a_person_did(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    second = (await room.signals(source_id))[1]
    async with room.units.for_actor(room.actor) as uow:
        mine = {"content": "What matters to us."}
        await edit_signal(uow, signal_id=second.id, changes=mine, version=second.version, now=room.clock.now())
    web.routes["/feed"] = feed(
        replace(FIRST, title="Prices rise again"), replace(SECOND, text="The shop has been opened.")
    )
    assert await room.fetch(source_id) == "No new signals, 1 changed."
    first, second = sorted(await room.signals(source_id), key=lambda signal: signal.url)
    assert first.title == "Prices rise again"
    assert (second.title, second.content) == ("Shop opens", "What matters to us.")


async def test_a_deleted_signal_does_not_come_back(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    async with room.units.for_actor(room.actor) as uow:
        await delete_signal(uow, signal_id=(await room.signals(source_id))[0].id)
    assert await room.fetch(source_id) == "No new signals."
    assert [each.title for each in await room.signals(source_id)] == ["Shop opens"]


async def test_an_unchanged_feed_is_asked_for_with_what_is_known_of_it(room: Newsroom, web: WebServer) -> None:
    def answer(request: WebRequest) -> Answer:
        if request.headers.get("if-none-match") == '"v1"' and "if-modified-since" in request.headers:
            return Answer(status=304)
        return feed(FIRST, headers={"ETag": '"v1"', "Last-Modified": "Sun, 01 Mar 2026 08:00:00 GMT"})

    web.routes["/feed"] = answer
    source_id = await room.follow(web.url("/feed"))
    assert await room.fetch(source_id) == "One new signal."
    room.clock.move(hours=1)
    assert await room.fetch(source_id) == "No new signals."
    assert web.requests[1].headers["if-modified-since"] == "Sun, 01 Mar 2026 08:00:00 GMT"
    source = await room.source(source_id)
    assert (source.fetches, source.failures, source.last_fetched_at) == (2, 0, room.clock.now())


FAILURES = {
    "not found": (Answer("x", status=404), "nothing at this address"),
    "forbidden": (Answer("x", status=403), "does not let us"),
    "out of order": (Answer("x", status=503), "out of order"),
    "too often": (Answer("x", status=429), "less often"),
    "a web page": (Answer("<!doctype html><html></html>"), "web page"),
    "nothing": (Answer(b""), "nothing"),
    "never ends": (Answer(b"", endless=b"x" * 100_000), "holds more than"),
    "drips": (Answer(b"x" * 1000, drip=0.1), "within 2 seconds"),
    "round and round": (redirect("/feed"), "more than 3 times"),
    "inwards": (redirect("http://169.254.169.254/latest"), "169.254.169.254"),
    "bomb": (Answer('<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss>&b;</rss>'), "unfold"),
}


@pytest.mark.parametrize("kind", FAILURES)
async def test_a_feed_that_fails_says_why_and_is_asked_again_later(room: Newsroom, web: WebServer, kind: str) -> None:
    web.routes["/feed"], words = FAILURES[kind]
    source_id = await room.follow(web.url("/feed"))
    said = await room.fetch(source_id)
    source = await room.source(source_id)
    assert words in said
    assert (source.problem, source.failures, source.fetches) == (said, 1, 0)
    assert source.next_fetch_at == room.clock.now() + timedelta(hours=1)
    web.routes["/feed"] = feed(FIRST)
    assert await room.fetch(source_id) == "One new signal."
    source = await room.source(source_id)
    assert (source.problem, source.failures) == ("", 0)


async def test_three_failures_break_a_source_and_retry_after_is_kept(room: Newsroom, web: WebServer) -> None:
    web.routes["/feed"] = Answer(status=503, headers={"Retry-After": "90000"})
    source_id = await room.follow(web.url("/feed"))
    for _ in range(3):
        assert (await room.source(source_id)).state(now=room.clock.now()) is not SourceState.BROKEN
        await room.fetch(source_id)
    source = await room.source(source_id)
    assert source.state(now=room.clock.now()) is SourceState.BROKEN
    assert source.next_fetch_at == room.clock.now() + timedelta(seconds=90_000)
    web.routes["/feed"] = Answer(status=429, headers={"Retry-After": "Wed, 04 Mar 2026 09:30:15 GMT"})
    await room.fetch(source_id)
    waiting = (await room.source(source_id)).next_fetch_at
    assert waiting == datetime(2026, 3, 4, 9, 30, 15, tzinfo=UTC)


async def test_a_feed_that_is_gone_is_not_asked_again(room: Newsroom, web: WebServer) -> None:
    web.routes["/feed"] = Answer(status=410)
    source_id = await room.follow(web.url("/feed"))
    assert await room.fetch(source_id) == ENDED
    source = await room.source(source_id)
    assert (source.state(now=room.clock.now()), source.next_fetch_at) == (SourceState.BROKEN, None)


async def test_broken_xml_brings_its_items_and_a_remark(room: Newsroom, web: WebServer) -> None:
    web.routes["/feed"] = Answer(rss_20([FIRST, SECOND]).replace("</item>", "", 1))
    source_id = await room.follow(web.url("/feed"))
    assert await room.fetch(source_id) == "Two new signals."
    source = await room.source(source_id)
    assert "well-formed" in source.problem
    assert source.state(now=room.clock.now()) is SourceState.FRESH


async def test_a_worker_that_dies_between_the_steps_brings_nothing_twice(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    async with room.units.for_actor(room.actor) as uow:
        run = await start_fetch(uow, source_id=source_id, now=room.clock.now())
    steps = room.steps()
    ref = RunRef(tenant_id=run.tenant_id, run_id=run.id)
    started = await steps.begin(ref)
    await steps.perform(ref, step="fetch", token=started.token)
    assert await room.signals(source_id) == []
    web.routes["/feed"] = Answer(status=500)
    assert (await room.work(run)).state is RunState.SUCCEEDED
    assert len(await room.signals(source_id)) == 2
    assert len(web.requests) == 1


async def test_a_source_deleted_or_moved_meanwhile_ends_the_run_plainly(room: Newsroom, web: WebServer) -> None:
    deleted, moved = await room.follow(web.url("/feed")), await room.follow(web.url("/moved"))
    runs = []
    for source_id in (deleted, moved):
        async with room.units.for_actor(room.actor) as uow:
            runs.append(await start_fetch(uow, source_id=source_id, now=room.clock.now()))
    room_later = replace(room, fetcher=_Moving(room, moved, web))
    async with room.units.for_actor(room.actor) as uow:
        await delete_source(uow, source_id=deleted)
    ended = [await room_later.work(run) for run in runs]
    assert [run.state for run in ended] == [RunState.SUCCEEDED] * 2
    assert "deleted" in ended[0].step("sort_in").detail
    assert "changed meanwhile" in ended[1].step("sort_in").detail
    assert await room.signals() == []
    assert (await room.source(moved)).next_fetch_at == room.clock.now()


class _Moving:
    """Gives the source another address while the old one is being asked."""

    def __init__(self, room: Newsroom, source_id: object, web: WebServer) -> None:
        self._room, self._source_id, self._web = room, source_id, web

    async def ask(self, asked: object) -> object:
        async with self._room.units.for_actor(self._room.actor) as uow:
            source = await uow.sources.get(self._source_id)  # type: ignore[arg-type]
            changes = {"url": self._web.url("/other")}
            now = self._room.clock.now()
            await edit_source(uow, source_id=source.id, changes=changes, version=source.version, now=now)
        return await self._room.fetcher.ask(asked)  # type: ignore[arg-type]


async def test_only_one_run_fetches_a_source_at_a_time(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    async with room.units.for_actor(room.actor) as uow:
        await start_fetch(uow, source_id=source_id, now=room.clock.now())
    with pytest.raises(Conflict, match="already"):
        async with room.units.for_actor(room.actor) as uow:
            await start_fetch(uow, source_id=source_id, now=room.clock.now())


async def test_runs_that_went_well_are_dropped_after_two_days(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"))
    for _ in range(4):
        await room.fetch(source_id)
        room.clock.move(days=1, hours=1)
    async with room.units.for_actor(room.actor) as uow:
        assert (await uow.read.runs.page()).total == 2


async def test_a_preview_shows_a_feed_and_finds_the_one_a_page_names(room: Newsroom, web: WebServer) -> None:
    web.routes["/atom"] = Answer(atom_10([FIRST]))
    web.routes["/"] = Answer(
        "<html><head><link rel=alternate type=application/rss+xml href=/gone>"
        "<link rel=alternate type=application/atom+xml href=/atom></head></html>"
    )
    direct = await preview(room.fetcher, room.reader, url=web.url("/feed"))
    assert direct.feed is not None
    assert (direct.feed.kind, len(direct.feed.items), direct.feed_url) == ("rss", 2, web.url("/feed"))
    found = await preview(room.fetcher, room.reader, url=web.url("/"))
    assert found.feed is not None
    assert (found.feed.kind, found.feed_url) == ("atom", web.url("/atom"))
    web.routes["/"] = Answer("<html></html>")
    none = await preview(room.fetcher, room.reader, url=web.url("/"))
    assert (none.feed, none.feed_url) == (None, "")
    assert "web page" in none.problem
    assert "status 404" in (await preview(room.fetcher, room.reader, url=web.url("/gone"))).problem
    with pytest.raises(Invalid) as refused:
        await preview(room.fetcher, room.reader, url="http://127.0.0.1:1/feed")
    assert "url" in refused.value.fields


async def test_what_a_source_brings_is_about_its_region(room: Newsroom, web: WebServer) -> None:
    source_id = await room.follow(web.url("/feed"), region="DE")
    await room.fetch(source_id)
    assert {each.region for each in await room.signals(source_id)} == {"DE"}


async def test_a_feed_is_known_by_where_redirects_lead(room: Newsroom, web: WebServer) -> None:
    web.routes["/old"] = redirect(web.url("/feed"), status=301)
    source_id = await room.follow(web.url("/old"))
    await room.fetch(source_id)
    assert (await room.source(source_id)).led_to == web.url("/feed")
    with pytest.raises(SourceExists, match="Trade weekly") as refused:
        await room.follow(web.url("/feed"))
    assert refused.value.details["source_id"] == str(source_id)


async def test_a_source_that_leads_to_the_feed_of_another_brings_nothing_twice(room: Newsroom, web: WebServer) -> None:
    first, moved = await room.follow(web.url("/feed")), await room.follow(web.url("/old"), name="Moved")
    web.routes["/old"] = redirect(web.url("/feed"), status=308)
    await room.fetch(first)
    assert "Trade weekly" in await room.fetch(moved)
    source = await room.source(moved)
    assert (source.state(now=room.clock.now()), source.next_fetch_at) == (SourceState.BROKEN, None)
    assert await room.signals(moved) == []
    assert await room.fetch(first) == "No new signals."
    async with room.units.for_actor(room.actor) as uow:
        await delete_source(uow, source_id=first)
    assert await room.fetch(moved) == "Two new signals.", "now it is the only one"


async def test_of_two_sources_that_are_led_to_one_feed_one_goes_on(room: Newsroom, web: WebServer) -> None:
    both = [await room.follow(web.url(f"/{name}"), name=name) for name in ("one", "two")]
    for name in ("one", "two"):
        web.routes[f"/{name}"] = redirect(web.url("/feed"), status=301)
    async with room.units.for_actor(room.actor) as uow:
        for source_id in both:
            (await uow.sources.get(source_id)).led_to = web.url("/feed")
    older, younger = sorted(
        [await room.source(source_id) for source_id in both], key=lambda each: (each.created_at, str(each.id))
    )
    assert await room.fetch(older.id) == "Two new signals."
    assert older.name in await room.fetch(younger.id)
    assert [(await room.source(each.id)).ended for each in (older, younger)] == [False, True]


@pytest.mark.parametrize("what", ["signal", "source"])
async def test_what_a_fetch_changes_just_now_can_be_deleted(
    room: Newsroom, web: WebServer, shared_engine: AsyncEngine, what: str
) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    first, second = await room.signals(source_id)

    async def delete() -> None:
        async with room.units.for_actor(room.actor) as uow:
            if what == "signal":
                await delete_signal(uow, signal_id=first.id)
            else:
                await delete_source(uow, source_id=source_id)

    async with room.units.for_actor(room.actor) as step:
        (await step.sources.get(source_id, lock=True)).unchanged(at=room.clock.now())
        (await step.signals.get(first.id)).title = "Prices rise again"
        await step.flush()
        deleting = asyncio.create_task(delete())
        await until_waiting(shared_engine, deleting)
    await deleting
    left = [second.id] if what == "signal" else []
    assert [each.id for each in await room.signals(source_id)] == left


async def test_a_signal_can_be_judged_while_its_source_is_fetched(
    room: Newsroom, web: WebServer, shared_engine: AsyncEngine
) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    first, _ = await room.signals(source_id)

    async def judge() -> None:
        async with room.units.for_actor(room.actor) as uow:
            await dismiss_signal(uow, signal_id=first.id, reason=DismissalReason.IRRELEVANT)
            await uow.flush()
            # Only what a transaction writes once more is looked at again for its source.
            (await uow.signals.get(first.id)).title = "Prices rise again"

    async with room.units.for_actor(room.actor) as step:
        await step.sources.get(source_id, lock=True)
        judging = asyncio.create_task(judge())
        await until_waiting(shared_engine, judging)
        await step.signals.hold()
    await judging


async def test_a_source_can_be_deleted_while_its_signal_is_edited(
    room: Newsroom, web: WebServer, shared_engine: AsyncEngine
) -> None:
    source_id = await room.follow(web.url("/feed"))
    await room.fetch(source_id)
    first, _ = await room.signals(source_id)

    async def delete() -> None:
        async with room.units.for_actor(room.actor) as uow:
            await delete_source(uow, source_id=source_id)

    async with room.units.for_actor(room.actor) as editor:
        signal = await editor.signals.get(first.id)
        signal.title = "Prices rise again"
        await editor.flush()
        deleting = asyncio.create_task(delete())
        await until_waiting(shared_engine, deleting)
        signal.title = "Prices rise for the third time"
    await deleting
    async with room.units.for_actor(room.actor) as uow:
        assert (await uow.signals.get(first.id)).source_id is None
