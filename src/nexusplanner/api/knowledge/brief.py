"""What is known for a brief, and the reference data behind it."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, Following, GuardedRoute, Reading
from nexusplanner.api.shapes import Money, Page, Shape
from nexusplanner.application.knowledge import brief as use_cases
from nexusplanner.domain.campaigns import MOST_SIGNALS
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import ServiceId, SignalId

router = APIRouter(route_class=GuardedRoute, tags=["Knowledge"])

Words = Annotated[str, Query(max_length=2000)]
Lines = Annotated[list[Annotated[str, Query(max_length=400)]] | None, Query(max_length=50)]


class Fact(Shape):
    """Something the plan can build on. count: of the records behind it."""

    kind: str
    text: str
    count: int


class KnownSegment(Shape):
    """A segment one can aim at."""

    id: UUID
    name: str
    customers: int


class KnownChannel(Shape):
    """A channel and how well its response is known. weeks: of history."""

    channel: str
    name: str
    quality: QualityClass
    reason: str
    weeks: int


class Suggested(Shape):
    """What to start the brief from."""

    start_date: date
    end_date: date
    total_budget: Money


class RunEstimate(Shape):
    """What a generation will take. cost: of model calls."""

    seconds: float
    cost: str
    provider: str


class Knowledge(Shape):
    """What is known before anything is generated."""

    facts: list[Fact]
    segments: list[KnownSegment]
    channels: list[KnownChannel]
    suggested: Suggested
    warnings: list[str]
    estimate: RunEstimate


class Channel(Shape):
    """A channel one can plan for."""

    channel: str
    name: str
    kind: str
    formats: list[str]


@router.get("/knowledge", responses=problems(401, 403, 404, 422, 429), summary="See what is known for a brief")
async def get_knowledge(
    *,
    caller: Following,
    edge: EdgeParts,
    service_id: UUID,
    start_date: date | None = None,
    end_date: date | None = None,
    theme: Words = "",
    target_audience: Words = "",
    key_objectives: Lines = None,
    regions: Lines = None,
    signal_ids: Annotated[list[UUID] | None, Query(max_length=MOST_SIGNALS)] = None,
) -> Knowledge:
    """Facts, segments, channels, a suggestion to start from, and what a generation will take.

    The brief as far as it is written; what is left out stands as in a plan for the service in the next quarter.
    """
    known = await use_cases.known_for(
        edge.units,
        actor=caller.actor,
        outline=use_cases.Outline(
            service_id=ServiceId(service_id),
            theme=theme,
            target_audience=target_audience,
            key_objectives=tuple(key_objectives or ()),
            regions=tuple(regions or ()),
            signal_ids=tuple(SignalId(each) for each in signal_ids or ()),
            start_date=start_date,
            end_date=end_date,
        ),
        compare=edge.embedding.compare,
        reference=edge.reference,
        almanac=edge.almanac,
        now=edge.clock.now(),
    )
    return Knowledge.model_validate(known)


@router.get(
    "/reference/channels",
    response_model=Page[Channel],
    responses={304: {"description": "Not changed."}, **problems(401, 403, 429)},
    summary="List the channels",
)
async def list_channels(
    *, _: Reading, edge: EdgeParts, response: Response, if_none_match: Annotated[str | None, Header()] = None
) -> Page[Channel] | Response:
    """The same for every workspace; changes with a release only."""
    page = _channels(edge)
    tag = f'"{hashlib.sha256(page.model_dump_json().encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=3600"}
    if if_none_match is not None and tag in {part.strip().removeprefix("W/") for part in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return page


def _channels(edge: Edge) -> Page[Channel]:
    items = [
        Channel(channel=channel.key, name=channel.name, kind=channel.kind, formats=list(channel.formats))
        for channel in edge.reference.channels
    ]
    return Page(items=items, total=len(items), next_cursor=None)
