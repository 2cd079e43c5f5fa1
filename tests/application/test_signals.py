"""How market news arrives, what opinions on it teach, and what plans make of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.application.test_campaigns import brief_of, plan_of
from tests.factories import records
from tests.factories.news_corpus import news_corpus
from tests.factories.planned import REFERENCE, Planner, make_planner

from nexusplanner.application.agents.gathering.context import build_context
from nexusplanner.application.agents.gathering.facts import load_facts
from nexusplanner.application.campaigns import create_campaign
from nexusplanner.application.knowledge.retrieval import retrieve
from nexusplanner.application.ports.signal_rows import SignalFilter, SignalRow
from nexusplanner.application.signals import (
    dismiss_signal,
    edit_signal,
    find_similar,
    find_spikes,
    list_signals,
    read_signal,
    restore_signal,
    take_in,
    watch_signal,
)
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.identity import Role
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import Forbidden, Invalid, NotFound, SignalId
from nexusplanner.domain.signals import DismissalReason, Signal, SignalState
from nexusplanner.infrastructure.db.canonical import canonical

PUMPS = (
    "Heat pump prices fell by 12 percent in February, the trade association of Kassel said. "
    "Installers expect more heating orders before the grants end in June."
)
TRAINS = "Night trains between Porto and Lyon are booked out until autumn, the railway of the south reports."
LIKE_TRAINS = "Night trains between Porto and Lyon get two more carriages, the railway of the south reports."


def news(planner: Planner, content: str, **changes: object) -> Signal:
    brand = records.brand(planner.service.tenant_id)
    brand.id = planner.service.brand_id
    values = {"title": "", "impact": 0.0, "topics": (), "content": content, **changes}
    return records.signal(brand, **values)


async def taken(planner: Planner, *signals: Signal) -> int:
    async with planner.units.for_actor(planner.actor) as uow:
        return await take_in(uow, signals)


async def listed(planner: Planner, *, sort: str = "-score", limit: int = 100, **only: object) -> tuple[SignalRow, ...]:
    async with planner.units.for_actor(planner.actor) as uow:
        return (await list_signals(uow, only=SignalFilter(**only), sort=sort, limit=limit)).items  # type: ignore[arg-type]


async def row_of(planner: Planner, signal: Signal) -> SignalRow:
    async with planner.units.for_actor(planner.actor) as uow:
        return await read_signal(uow, signal.id)


async def context_of(planner: Planner, brief: Brief) -> BriefContext:
    async with planner.units.for_actor(planner.actor) as uow:
        facts = await load_facts(uow, brief=brief, brand_id=planner.service.brand_id)
    return build_context(facts, reference=REFERENCE)


def signal_ids(context: BriefContext) -> list[str]:
    return [passage.id for passage in context.of_kind(SourceKind.SIGNAL)]


async def test_three_reports_of_one_story_become_one_row_told_by_three_sources(planner: Planner) -> None:
    first = news(planner, PUMPS, source="Daily", timestamp=records.NOW - timedelta(hours=3))
    agency = news(planner, f"KASSEL (an) - {PUMPS}", source="Agency", timestamp=records.NOW - timedelta(hours=2))
    await taken(planner, first, agency)
    teaser = news(planner, f"{PUMPS[:100]} \u2026", source="Blog", title="Cheaper heating ahead")
    other = news(planner, PUMPS.replace("12 percent", "7 percent").replace("Kassel", "Graz"), source="Daily")
    assert await taken(planner, teaser, other) == 2

    rows = {row.id: row for row in await listed(planner)}
    assert {rows[each.id].cluster_id for each in (first, agency, teaser)} == {first.id}
    assert (rows[first.id].cluster_size, rows[first.id].cluster_sources) == (3, 3)
    assert rows[other.id].cluster_id == other.id
    assert "Three sources tell it" in rows[first.id].score(records.NOW).reasons
    assert rows[first.id].worth.standing.novelty > rows[agency.id].worth.standing.novelty
    told_once = await listed(planner, clusters=True)
    assert {row.cluster_id for row in told_once} == {first.id, other.id}
    assert [row.id for row in told_once if row.cluster_id == first.id] == [first.id]


async def test_the_whole_corpus_is_clustered_in_the_order_of_arrival(planner: Planner) -> None:
    pieces = news_corpus()
    made = {
        piece.key: news(planner, piece.content, source=piece.source, title=piece.title, timestamp=piece.published)
        for piece in pieces
    }
    for at in range(0, len(pieces), 50):
        await taken(planner, *(made[piece.key] for piece in pieces[at : at + 50]))
    stories = {piece.story for piece in pieces}
    rows = await listed(planner, clusters=True)
    async with planner.units.for_actor(planner.actor) as uow:
        total = (await list_signals(uow, only=SignalFilter(clusters=True), limit=1)).total
    assert len(rows) == 100
    assert abs(total - len(stories)) <= 2


async def test_what_a_source_brought_before_is_left_out(planner: Planner) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        user = await uow.identity.user(planner.actor.user_id)
        source = records.source(user)
        uow.sources.add(source)
    kept = {"source_id": source.id, "external_key": "a"}
    assert await taken(planner, news(planner, PUMPS, **kept), news(planner, TRAINS, **kept)) == 1
    again = (news(planner, PUMPS, **kept), news(planner, TRAINS, source_id=source.id, external_key="b"))
    assert await taken(planner, *again) == 1
    assert len(await listed(planner)) == 2


async def test_bad_signals_and_unknown_brands_keep_nothing(planner: Planner) -> None:
    with pytest.raises(Invalid):
        await taken(planner, news(planner, PUMPS), news(planner, " "))
    with pytest.raises(NotFound):
        await taken(planner, news(planner, PUMPS, brand_id=uuid4()))
    assert await listed(planner) == ()


async def test_news_on_a_service_ranks_first_and_follows_changes_of_the_service(planner: Planner) -> None:
    pumps, trains = news(planner, PUMPS), news(planner, TRAINS)
    await taken(planner, pumps, trains)
    first, second = await listed(planner)
    assert (first.id, second.id) == (pumps.id, trains.id)
    assert first.services[0].name == "Heat pump"
    assert second.services == ()
    async with planner.units.for_actor(planner.actor) as uow:
        service = await uow.services.get(planner.service.id)
        service.name, service.category = "Night trains", "Railway travel"
    first, second = await listed(planner)
    assert (first.id, second.id) == (trains.id, pumps.id)
    assert first.services[0].name == "Night trains"


async def test_dismissing_as_irrelevant_teaches_and_restoring_takes_it_back(planner: Planner) -> None:
    dismissed, alike, other = news(planner, TRAINS), news(planner, LIKE_TRAINS), news(planner, PUMPS)
    await taken(planner, dismissed, alike, other)
    async with planner.units.for_actor(planner.actor) as uow:
        service = await uow.services.get(planner.service.id)
        service.benefits = (*service.benefits, "Night trains to Porto and Lyon for holidays.")
    before, untouched = await row_of(planner, alike), await row_of(planner, other)
    assert before.worth.standing.relevance > 0

    async with planner.units.for_actor(planner.actor) as uow:
        await dismiss_signal(uow, signal_id=dismissed.id, reason=DismissalReason.IRRELEVANT, note="  Not our trade. ")
    after = await row_of(planner, alike)
    assert after.worth.standing.relevance < before.worth.standing.relevance
    assert "Like 1 you dismissed as irrelevant" in after.score(records.NOW).reasons
    assert after.version == before.version
    assert (await row_of(planner, other)).worth == untouched.worth
    gone = await row_of(planner, dismissed)
    assert (gone.state, gone.dismissed_reason, gone.dismissed_note) == ("dismissed", "irrelevant", "Not our trade.")
    assert [row.id for row in await listed(planner, states=frozenset({SignalState.DISMISSED}))] == [dismissed.id]

    async with planner.units.for_actor(planner.actor) as uow:
        await restore_signal(uow, signal_id=dismissed.id)
    assert (await row_of(planner, alike)).worth == before.worth
    back = await row_of(planner, dismissed)
    assert (back.state, back.dismissed_reason, back.dismissed_note) == ("new", "", "")


async def test_dismissals_for_another_reason_teach_nothing_and_watching_lifts(planner: Planner) -> None:
    one, alike = news(planner, TRAINS), news(planner, LIKE_TRAINS)
    await taken(planner, one, alike)
    before = await row_of(planner, alike)
    async with planner.units.for_actor(planner.actor) as uow:
        await dismiss_signal(uow, signal_id=one.id, reason=DismissalReason.KNOWN)
    assert (await row_of(planner, alike)).worth == before.worth
    async with planner.units.for_actor(planner.actor) as uow:
        await watch_signal(uow, signal_id=one.id)
    after = await row_of(planner, alike)
    assert after.worth.standing.relevance > before.worth.standing.relevance
    assert "Like 1 you watch" in after.score(records.NOW).reasons


async def test_opinions_given_at_the_same_time_all_count(planner: Planner) -> None:
    signals = [news(planner, f"{LIKE_TRAINS} Part {number}.") for number in range(6)]
    await taken(planner, *signals)

    async def judged(signal: Signal) -> None:
        async with planner.units.for_actor(planner.actor) as uow:
            await watch_signal(uow, signal_id=signal.id)

    await asyncio.gather(*(judged(signal) for signal in signals))

    rows = await listed(planner)
    assert {row.state for row in rows} == {SignalState.WATCHED}
    for row in rows:
        assert f"Like {len(signals) - 1} you watch" in row.score(records.NOW).reasons


async def test_what_one_tenant_makes_of_news_is_nothing_to_another(planner: Planner) -> None:
    bob = await make_planner(planner.units._engine)
    for each in (planner, bob):
        await taken(each, news(each, TRAINS), news(each, LIKE_TRAINS, source="Post"))
    (mine, *_), before = await listed(planner, sort="title"), await listed(bob)
    async with planner.units.for_actor(planner.actor) as uow:
        await dismiss_signal(uow, signal_id=mine.id, reason=DismissalReason.IRRELEVANT)
    assert await listed(bob) == before
    async with bob.units.for_actor(bob.actor) as uow:
        for act in (watch_signal, restore_signal, find_similar_today):
            with pytest.raises(NotFound):
                await act(uow, signal_id=mine.id)
        assert (await uow.read.signals.some([mine.id]), await uow.signals.some([mine.id])) == ((), [])
        assert await uow.market.contents([mine.id]) == {}
        assert mine.id not in {one.id for one in await uow.market.known(limit=100)}
        assert await uow.market.judged(limit=100) == []
        with pytest.raises(NotFound):
            await create_campaign(uow, brief=brief_of(bob, signal_ids=(mine.id,)), now=records.NOW)


async def find_similar_today(uow: object, *, signal_id: SignalId) -> object:
    return await find_similar(uow, signal_id=signal_id, today=records.NOW.date())  # type: ignore[arg-type]


async def test_viewers_read_and_judge_nothing(planner: Planner) -> None:
    signal = news(planner, PUMPS)
    await taken(planner, signal)
    viewer = planner.actor.__class__(tenant_id=planner.actor.tenant_id, user_id=planner.actor.user_id, role=Role.VIEWER)
    async with planner.units.for_actor(viewer) as uow:
        assert (await read_signal(uow, signal.id)).id == signal.id
        for act in (watch_signal, restore_signal):
            with pytest.raises(Forbidden):
                await act(uow, signal_id=signal.id)


async def test_an_edited_signal_is_worked_out_anew(planner: Planner) -> None:
    signal = news(planner, TRAINS)
    await taken(planner, signal)
    before = await row_of(planner, signal)
    async with planner.units.for_actor(planner.actor) as uow:
        await edit_signal(uow, signal_id=signal.id, changes={"content": PUMPS}, version=1, now=records.NOW)
    after = await row_of(planner, signal)
    assert (before.services, after.services[0].name) == ((), "Heat pump")


async def test_dismissed_news_leaves_searches_and_plans_at_once_and_comes_back(planner: Planner) -> None:
    signal = news(planner, PUMPS)
    await taken(planner, signal)

    async def found() -> tuple[bool, bool]:
        async with planner.units.for_actor(planner.actor) as uow:
            hits = await retrieve(uow, query="grants end in June")
        context = await context_of(planner, brief_of(planner, theme="Heat pump prices"))
        name = f"signal:{signal.id}"
        return name in {each.hit.passage.id for each in hits}, name in signal_ids(context)

    assert await found() == (True, True)
    async with planner.units.for_actor(planner.actor) as uow:
        await dismiss_signal(uow, signal_id=signal.id, reason=DismissalReason.UNTRUE)
    assert await found() == (False, False)
    async with planner.units.for_actor(planner.actor) as uow:
        await restore_signal(uow, signal_id=signal.id)
    assert await found() == (True, True)


async def test_a_plan_sees_each_story_once_with_how_many_tell_it_and_the_watched_first(planner: Planner) -> None:
    first = news(planner, PUMPS, source="Daily", timestamp=records.NOW - timedelta(hours=3))
    copy = news(planner, f"KASSEL (an) - {PUMPS}", source="Agency")
    watched = news(planner, "Heating grants for a heat pump in Kassel need a form from May.", source="Office")
    await taken(planner, first, copy, watched)
    async with planner.units.for_actor(planner.actor) as uow:
        await watch_signal(uow, signal_id=watched.id)
    context = await context_of(planner, brief_of(planner, theme="Heat pump heating grants"))
    passages = {passage.id: passage for passage in context.of_kind(SourceKind.SIGNAL)}
    assert len(passages) == 2
    (story,) = [each for each in passages.values() if each.id != f"signal:{watched.id}"]
    assert story.origin in {"Daily and one other source", "Agency and one other source"}
    assert signal_ids(context)[0] == f"signal:{watched.id}"


async def test_a_plan_starts_from_the_news_its_brief_names(planner: Planner) -> None:
    old = news(planner, TRAINS, timestamp=records.NOW - timedelta(days=300))
    await taken(planner, old, *(news(planner, PUMPS.replace("12", str(number))) for number in range(20, 24)))
    campaign = await planner.planned(brief_of(planner, signal_ids=(old.id,)))
    plan = plan_of(campaign)
    first = plan.ideas[0]
    cited = {citation.passage_id for claim in first.claims for citation in claim.citations}
    assert f"signal:{old.id}" in cited
    assert f"signal:{old.id}" in {passage.id for passage in plan.evidence}
    assert campaign.brief.signal_ids == (old.id,)


async def test_a_brief_names_at_most_five_signals_that_exist(planner: Planner) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        for ids in ((SignalId(uuid4()),), tuple(SignalId(uuid4()) for _ in range(6))):
            with pytest.raises((NotFound, Invalid)):
                await create_campaign(uow, brief=brief_of(planner, signal_ids=ids), now=records.NOW)


def test_a_brief_without_named_signals_has_the_seal_it_had_before() -> None:
    brief = records.brief(records.service(records.brand(records.person()[1].id)))
    assert b"signal_ids" not in canonical(brief)
    named = records.brief(records.service(records.brand(records.person()[1].id)), signal_ids=(SignalId(UUID(int=1)),))
    assert b"signal_ids" in canonical(named)


async def test_a_topic_that_is_suddenly_told_is_found_with_its_signals(planner: Planner) -> None:
    usual = [
        news(planner, f"{word} {TRAINS}", topics=("Rail",), timestamp=records.NOW - timedelta(days=day))
        for day, word in enumerate(_numbered(40), start=1)
    ]
    assert await spikes(planner) == ()
    await taken(planner, *usual)
    burst = [news(planner, f"{word} opens a depot.", topics=("rail",)) for word in _numbered(9)]
    await taken(planner, *burst)
    (found,) = await spikes(planner)
    assert (found.topic, found.now, found.days[-1].count) == ("rail", 9, 9)
    assert set(found.signal_ids) == {signal.id for signal in burst}
    assert found.text.startswith("9 stories on rail on Monday, 2 March")
    async with planner.units.for_actor(planner.actor) as uow:
        for signal in burst[2:]:
            await dismiss_signal(uow, signal_id=signal.id, reason=DismissalReason.OTHER)
    assert await spikes(planner) == ()


async def spikes(planner: Planner) -> tuple[object, ...]:
    async with planner.units.for_actor(planner.actor) as uow:
        return await find_spikes(uow, brand_id=None, now=records.NOW)


def _numbered(count: int) -> Iterable[str]:
    """Names that have nothing in common."""
    return (f"{chr(65 + at % 26)}{chr(97 + at // 26)}{'xyzquv'[at % 6] * 4}" for at in range(count))
