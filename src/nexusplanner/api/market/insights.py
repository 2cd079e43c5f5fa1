"""What is worked out from signals: bursts, what else was told like one, and how a plan could take it up."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from nexusplanner.api.errors import problems
from nexusplanner.api.market.signals import Signal, signal_shape
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Reading
from nexusplanner.api.shapes import Shape
from nexusplanner.application import signals as use_cases
from nexusplanner.application.signals.angles import find_angles
from nexusplanner.domain.shared import BrandId, SignalId

router = APIRouter(route_class=GuardedRoute, tags=["Signals"])


class SpikeDay(Shape):
    """How many stories a day brought."""

    day: date
    count: int


class Spike(Shape):
    """A topic or service that is suddenly spoken of. now, usual: stories a day. days: oldest first."""

    topic: str
    now: int
    usual: float
    factor: float
    days: list[SpikeDay]
    signal_ids: list[UUID]
    text: str


class Spikes(Shape):
    """Largest first."""

    items: list[Spike]


class CitingCampaign(Shape):
    """A campaign that cited a signal. outcome: what happened while it ran, in words."""

    id: UUID
    name: str
    outcome: str


class SimilarSignal(Shape):
    """similarity: 0 to 1. same_cluster: whether both tell the same story."""

    signal: Signal
    similarity: float
    same_cluster: bool
    campaigns: list[CitingCampaign]


class SimilarSignals(Shape):
    """Those of the same story first, then the most alike."""

    items: list[SimilarSignal]


class SignalAngle(Shape):
    """One way to take a signal up. quote: its words. confidence_words: how strong the evidence is."""

    text: str
    framework: str
    service_id: UUID
    service_name: str
    confidence_words: str
    quote: str


class SignalAngles(Shape):
    """Best matching service first."""

    items: list[SignalAngle]


@router.get("/signals/spikes", responses=problems(401, 403, 404, 422, 429), summary="See what is suddenly spoken of")
async def list_spikes(*, uow: Reading, edge: EdgeParts, brand_id: UUID | None = None) -> Spikes:
    """Topics and services with far more stories than such a weekday usually brings; none before four weeks are known."""
    found = await use_cases.find_spikes(uow, brand_id=BrandId(brand_id) if brand_id else None, now=edge.clock.now())
    return Spikes(items=[Spike.model_validate(each) for each in found])


@router.get(
    "/signals/{signal_id}/similar", responses=problems(401, 403, 404, 429), summary="See what was told like a signal"
)
async def list_similar_signals(*, uow: Reading, edge: EdgeParts, signal_id: UUID) -> SimilarSignals:
    """With the campaigns that cited them, and what happened while those ran."""
    now = edge.clock.now()
    found = await use_cases.find_similar(uow, signal_id=SignalId(signal_id), today=now.date())
    items = [
        SimilarSignal(
            signal=signal_shape(each.signal, now=now),
            similarity=each.similarity,
            same_cluster=each.same_cluster,
            campaigns=[CitingCampaign.model_validate(campaign) for campaign in each.campaigns],
        )
        for each in found
    ]
    return SimilarSignals(items=items)


@router.get(
    "/signals/{signal_id}/angles", responses=problems(401, 403, 404, 429), summary="See how to take a signal up"
)
async def list_signal_angles(*, uow: Reading, edge: EdgeParts, signal_id: UUID) -> SignalAngles:
    """By rules, for the services it speaks of; none when it speaks of none."""
    found = await find_angles(
        uow,
        signal_id=SignalId(signal_id),
        today=edge.clock.now().date(),
        rules=edge.angles,
        reference=edge.reference,
        almanac=edge.almanac,
    )
    return SignalAngles(items=[SignalAngle.model_validate(each) for each in found])
