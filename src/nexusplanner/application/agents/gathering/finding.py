"""Finding the signals and documents that speak of a brief: by words, by meaning, and by vectors where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from nexusplanner.application.ports.retrieval import Compared, Hit, Point, Wanted
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.catalog import Service
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.retrieval.few import near_enough
from nexusplanner.domain.shared import BrandId, SignalId
from nexusplanner.domain.signals import STANDING, Signal

RECENT_SIGNALS = 100
FOUND_SIGNALS = 100
"""The newest signals, and those of any age that speak of the brief."""
RECORDS = frozenset({SourceKind.SEGMENT, SourceKind.PAST_CAMPAIGN, SourceKind.FEEDBACK})
COMPARED_RECORDS = 100
DOCUMENTS = 6
"""Passages of documents; more would crowd out what else is known."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What speaks of a brief. documents: best first. near: cosines of signals' given vectors to the brief.

    nearness: the same of every passage that was compared, by its id.
    """

    signals: tuple[Signal, ...]
    documents: tuple[Passage, ...]
    near: tuple[tuple[SignalId, float], ...]
    nearness: tuple[tuple[str, float], ...]


def about(brief: Brief, service: Service) -> str:
    """The words a brief and its offer are about: what is looked up for them."""
    return " ".join(
        (
            brief.theme,
            brief.target_audience,
            *brief.key_objectives,
            *brief.regions,
            service.name,
            service.category,
            service.description,
            service.target_audience,
        )
    )


async def find_spoken(
    uow: UnitOfWork, *, brief: Brief, service: Service, brand_id: BrandId, compared: Compared
) -> Spoken:
    """Look both up. compared: what the workspace's embedder makes of the words the brief is about."""
    query, point = about(brief, service), compared.point
    wanted = Wanted(brand_id=brand_id, kinds=frozenset({SourceKind.SIGNAL}))
    hits = await uow.passages.find(query, wanted=wanted, limit=FOUND_SIGNALS, point=point)
    found = {_signal_id(hit): hit.given for hit in hits}
    told = Wanted(brand_id=brand_id, service_id=service.id, kinds=frozenset({SourceKind.DOCUMENT}))
    documents = await uow.passages.find(query, wanted=told, limit=2 * DOCUMENTS, point=point)
    records = await _records(uow, query=query, brand_id=brand_id, point=point) if point else ()
    return Spoken(
        signals=tuple(await _signals(uow, brief=brief, brand_id=brand_id, found=tuple(found))),
        documents=_fitting(documents),
        near=tuple(sorted((signal_id, given) for signal_id, given in found.items() if given > 0)),
        nearness=tuple(sorted((hit.passage.id, hit.given) for hit in (*hits, *documents, *records) if hit.given > 0)),
    )


async def _records(uow: UnitOfWork, *, query: str, brand_id: BrandId, point: Point) -> Sequence[Hit]:
    """How near the brand's own records are; a plan knows of all of them, but a prompt may have no room for all."""
    return await uow.passages.find(
        query, wanted=Wanted(brand_id=brand_id, kinds=RECORDS), limit=COMPARED_RECORDS, point=point
    )


def _signal_id(hit: Hit) -> SignalId:
    return SignalId(UUID(hit.passage.id.removeprefix("signal:")))


async def _signals(uow: UnitOfWork, *, brief: Brief, brand_id: BrandId, found: Sequence[SignalId]) -> Sequence[Signal]:
    """Signals nobody dismissed: the newest, those found for the brief, and those that it starts from."""
    recent = await uow.signals.recent(brand_id=brand_id, limit=RECENT_SIGNALS, dismissed=False)
    known = {signal.id for signal in recent}
    more = [each for each in dict.fromkeys((*brief.signal_ids, *found)) if each not in known]
    return [*recent, *(signal for signal in await uow.signals.some(more) if signal.state in STANDING)]


def _fitting(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """What says something of the brief in some of its words, or is as near by its vector as what does."""
    enough = near_enough(hit.given for hit in hits if hit.lexical > 0)
    fitting = [hit for hit in hits if hit.lexical > 0 or hit.given >= enough]
    fitting.sort(key=lambda hit: (-hit.score, hit.passage.title, hit.passage.text))
    return tuple(hit.passage for hit in fitting[:DOCUMENTS])
