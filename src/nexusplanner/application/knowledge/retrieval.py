"""Find what the workspace knows, with the words that answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.application.knowledge.passages import everything, keep_passages
from nexusplanner.application.ports.retrieval import Hit, Point, Wanted
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.retrieval.quotes import Quote, best_quotes
from nexusplanner.domain.shared import Invalid

LIMIT = 10
LIMIT_MAX = 50
LONGEST_QUERY = 1000


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """A passage found and the sentences of it that answer, best first; none when only its meaning is near."""

    hit: Hit
    quotes: tuple[Quote, ...]


async def retrieve(
    uow: UnitOfWork, *, query: str, wanted: Wanted | None = None, limit: int = LIMIT, point: Point | None = None
) -> Sequence[Retrieved]:
    """The best passages of the workspace for the query, best first. Raises Invalid, and NotFound for brand or service.

    A workspace whose passages were never made gets them now. point: of the query, where the workspace has an embedder;
    it is made before, since no transaction waits for one.
    """
    uow.actor.require(Permission.READ)
    wanted = wanted or Wanted()
    if not query.strip() or len(query) > LONGEST_QUERY:
        words = f"Ask in 1 to {LONGEST_QUERY:,} characters."
        raise Invalid(words, fields={"q": words})
    if not 1 <= limit <= LIMIT_MAX:
        raise Invalid(f"Ask for 1 to {LIMIT_MAX} passages.", fields={"limit": f"1 to {LIMIT_MAX}."})
    if wanted.brand_id is not None:
        await uow.brands.get(wanted.brand_id)
    if wanted.service_id is not None:
        await uow.services.get(wanted.service_id)
    hits = await uow.passages.find(query, wanted=wanted, limit=limit, point=point)
    if not hits and not await uow.passages.kept():
        await keep_passages(uow, await everything(uow))
        hits = await uow.passages.find(query, wanted=wanted, limit=limit)
    return [Retrieved(hit=hit, quotes=best_quotes(hit.passage.text, query=query)) for hit in hits]
