"""Campaigns with the names that lie in other records."""

from __future__ import annotations

from uuid import UUID

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.shaping import CampaignView, shape_campaign
from nexusplanner.api.edge import Edge
from nexusplanner.api.shapes import Estimate, Money
from nexusplanner.application.campaigns.alternatives import open_alternatives
from nexusplanner.application.ports.rows import CampaignRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import campaigns
from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.outcomes import Event
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import CampaignId, RunId


async def campaign_of(uow: UnitOfWork, campaign: campaigns.Campaign, *, edge: Edge) -> schemas.Campaign:
    """What callers see of a campaign."""
    brand = await uow.brands.get(campaign.brand_id)
    service = await uow.services.get(campaign.brief.service_id)
    newest = await uow.read.runs.page(campaign_id=campaign.id, limit=1)
    row = newest.items[0] if newest.items else None
    view = CampaignView(
        campaign=campaign,
        brand_name=brand.name,
        service_name=service.name,
        run_id=row.id if row else campaign.run_id,
        run_state=row.state if row else None,
        alternatives=await open_alternatives(uow, campaign),
        learnt=await learnt_of_ideas(uow),
    )
    return shape_campaign(view, channel_name=edge.channel_name)


async def learnt_of_ideas(uow: UnitOfWork) -> Calibration | None:
    """What the workspace learnt of how ideas fare."""
    return await uow.outcomes.calibration(Event.IDEA)


async def read_campaign(uow: UnitOfWork, campaign_id: UUID, *, edge: Edge) -> schemas.Campaign:
    """The campaign of this id. Raises NotFound."""
    return await campaign_of(uow, await uow.campaigns.get(CampaignId(campaign_id)), edge=edge)


async def runs_going_on(uow: UnitOfWork) -> dict[UUID, tuple[RunId, RunState]]:
    """The run that goes on for each campaign that has one."""
    page = await uow.read.runs.page(active=True, limit=100)
    return {row.campaign_id: (row.id, row.state) for row in page.items if row.campaign_id}


def shape_row(row: CampaignRow, *, going_on: dict[UUID, tuple[RunId, RunState]]) -> schemas.CampaignRow:
    """What callers see of a campaign in a list. A plan that was saved is the result of a run that succeeded."""
    done = (row.run_id, RunState.SUCCEEDED) if row.run_id and row.expected else (row.run_id, None)
    run_id, run_state = going_on.get(row.id, done)
    return schemas.CampaignRow(
        id=row.id,
        name=row.name,
        status=row.status,
        service_id=row.service_id,
        service_name=row.service_name,
        brand_id=row.brand_id,
        brand_name=row.brand_name,
        start_date=row.start_date,
        end_date=row.end_date,
        total_budget=Money.model_validate(row.budget),
        expected_outcome=Estimate.model_validate(row.expected) if row.expected else None,
        outcome_name=row.outcome_name or "",
        outcome_is_money=bool(row.outcome_is_money),
        supported_share=row.supported_share if row.expected else None,
        ideas=row.ideas,
        run_id=run_id,
        run_state=run_state,
        version=row.version,
        updated_at=row.updated_at,
    )
