"""Passages the workspace knows, found by words and by meaning."""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, Following, GuardedRoute
from nexusplanner.api.shapes import Shape
from nexusplanner.application.knowledge import retrieval as use_cases
from nexusplanner.application.ports.retrieval import Wanted
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import BrandId, ServiceId

router = APIRouter(route_class=GuardedRoute, tags=["Knowledge"])


class FoundPassage(Shape):
    """A text one may cite. trust: "own", "published" or "unverified"."""

    id: str
    kind: SourceKind
    title: str
    text: str
    origin: str
    on: date | None
    trust: str
    url: str


class PassageScores(Shape):
    """What the score is made of. lexical: BM25. vector: cosine, 0 where meaning was not compared."""

    lexical: float
    vector: float


class PassageQuote(Shape):
    """Words of the passage: text[start:end] == quote."""

    quote: str
    start: int
    end: int


class RetrievedPassage(Shape):
    """A passage found. score: 0 to 1, by its ranks. quotes: its sentences that answer, best first."""

    passage: FoundPassage
    score: float
    parts: PassageScores
    quotes: list[PassageQuote]


class RetrievedPassages(Shape):
    """What was found, best first. problem: why the workspace's embedder took no part, empty when nothing is wrong."""

    items: list[RetrievedPassage]
    took_ms: float
    problem: str


@router.get("/retrieve", responses=problems(401, 403, 404, 422, 429), summary="Find passages to cite")
async def retrieve_passages(
    *,
    caller: Following,
    edge: EdgeParts,
    q: Annotated[str, Query(min_length=1, max_length=use_cases.LONGEST_QUERY)],
    brand_id: UUID | None = None,
    service_id: UUID | None = None,
    kinds: Annotated[list[SourceKind] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=use_cases.LIMIT_MAX)] = use_cases.LIMIT,
) -> RetrievedPassages:
    """The best passages of the workspace, with the sentences that answer."""
    began = time.perf_counter()
    wanted = Wanted(
        brand_id=BrandId(brand_id) if brand_id else None,
        service_id=ServiceId(service_id) if service_id else None,
        kinds=frozenset(kinds or ()),
    )
    compared = await edge.embedding.compare(caller.actor, q)
    async with edge.units.for_actor(caller.actor) as uow:
        found = await use_cases.retrieve(uow, query=q, wanted=wanted, limit=limit, point=compared.point)
    took = 1000 * (time.perf_counter() - began)
    return RetrievedPassages(items=[_item(each) for each in found], took_ms=round(took, 1), problem=compared.problem)


def _item(found: use_cases.Retrieved) -> RetrievedPassage:
    hit = found.hit
    return RetrievedPassage(
        passage=FoundPassage.model_validate(hit.passage),
        score=round(hit.score, 4),
        parts=PassageScores(lexical=round(hit.lexical, 4), vector=round(hit.vector, 4)),
        quotes=[PassageQuote.model_validate(quote) for quote in found.quotes],
    )
