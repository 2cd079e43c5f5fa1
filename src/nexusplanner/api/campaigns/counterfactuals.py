"""What a plan would be without a signal, a segment or another of its sources."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, model_validator

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import Access, EdgeParts, GuardedRoute, SignedIn
from nexusplanner.api.shapes import Estimate, Input, Money, Shape
from nexusplanner.application.access.identity import Caller
from nexusplanner.application.counterfactuals import asking as use_cases
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import CampaignId

router = APIRouter(route_class=GuardedRoute, tags=["Campaigns"])

Asking = Annotated[Caller, Depends(SignedIn(access=Access(permission=Permission.READ, transaction=False, costly=True)))]
Looking = Annotated[Caller, Depends(SignedIn(access=Access(permission=Permission.READ, transaction=False)))]


class RemovableSource(Shape):
    """Something the plan can be made without. id: of the passage."""

    id: str
    title: str
    kind: SourceKind


class RemovableSources(Shape):
    """All of them, what the plan cites first."""

    items: list[RemovableSource]


class Without(Input):
    """What to leave out: passages by id, or a segment by name."""

    without: Annotated[list[Annotated[str, Field(max_length=200)]], Field(default_factory=list, max_length=50)]
    segment: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _names_one(self) -> Without:
        if not self.without and not self.segment:
            message = "Name passages or a segment to leave out."
            raise ValueError(message)
        return self


class ExpectedOutcome(Shape):
    """The expected outcome with everything, and without."""

    before: Estimate
    after: Estimate


class ChannelMove(Shape):
    """What a channel gets with everything, and without."""

    channel: str
    channel_name: str
    before: Money
    after: Money


class IdeaDifference(Shape):
    """Themes of ideas. moved: those of `kept` that would rest on other sources."""

    kept: list[str]
    moved: list[str]
    gone: list[str]
    new: list[str]


class Counterfactual(Shape):
    """The plan without some sources, held against the plan with all of them. made_by: who wrote both sides."""

    without: list[RemovableSource]
    text: str
    outcome: ExpectedOutcome
    channels: list[ChannelMove]
    ideas: IdeaDifference
    opportunities_lost: list[str]
    made_by: str


@router.get(
    "/campaigns/{campaign_id}/counterfactuals/candidates",
    responses=problems(401, 403, 404, 409, 429),
    summary="List what a plan can be made without",
)
async def list_without(*, caller: Looking, edge: EdgeParts, campaign_id: UUID) -> RemovableSources:
    """Signals, segments, past campaigns and feedback that the run gathered, what the plan cites first."""
    found = await edge.counterfactuals.candidates(caller.actor, campaign_id=CampaignId(campaign_id))
    return RemovableSources(items=[RemovableSource.model_validate(each) for each in found])


@router.post(
    "/campaigns/{campaign_id}/counterfactuals",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Ask what the plan would be without a source",
)
async def ask_without(*, caller: Asking, edge: EdgeParts, campaign_id: UUID, body: Without) -> Counterfactual:
    """The steps are done again without it, from what the run was given; nothing is changed."""
    found = await edge.counterfactuals.ask(
        caller.actor, campaign_id=CampaignId(campaign_id), without=body.without, segment=body.segment
    )
    return shape_counterfactual(found, edge=edge)


def shape_counterfactual(found: use_cases.Counterfactual, *, edge: Edge) -> Counterfactual:
    """What callers see of the comparison."""
    return Counterfactual(
        without=[RemovableSource.model_validate(each) for each in found.without],
        text=found.text,
        outcome=ExpectedOutcome(
            before=Estimate.model_validate(found.before), after=Estimate.model_validate(found.after)
        ),
        channels=[
            ChannelMove(
                channel=each.channel,
                channel_name=edge.channel_name(each.channel),
                before=Money.model_validate(each.before),
                after=Money.model_validate(each.after),
            )
            for each in found.channels
        ],
        ideas=IdeaDifference(
            kept=list(found.ideas.kept),
            moved=list(found.ideas.moved),
            gone=list(found.ideas.gone),
            new=list(found.ideas.new),
        ),
        opportunities_lost=list(found.ideas.lost),
        made_by=found.made_by,
    )
