"""From scenarios of the domain to what callers see."""

from __future__ import annotations

from uuid import UUID

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.shaping import ChannelNames
from nexusplanner.api.shapes import Estimate, Money
from nexusplanner.application import campaigns as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.scenario_words import Suggestion
from nexusplanner.domain.shared import CampaignId, ScenarioId


async def read_scenario(uow: UnitOfWork, campaign_id: UUID, scenario_id: UUID) -> schemas.Scenario:
    """The scenario. Raises NotFound."""
    found = await use_cases.get_scenario(uow, campaign_id=CampaignId(campaign_id), scenario_id=ScenarioId(scenario_id))
    return shape_scenario(found)


def shape_scenario(view: use_cases.ScenarioView) -> schemas.Scenario:
    """What callers see of a scenario."""
    scenario, terms = view.scenario, view.scenario.terms
    return schemas.Scenario(
        id=scenario.id,
        campaign_id=scenario.campaign_id,
        name=scenario.name,
        total_budget=Money.model_validate(terms.total_budget),
        limits=[schemas.Limit.model_validate(limit) for limit in terms.limits],
        groups=[schemas.Group.model_validate(group) for group in terms.groups],
        goal=schemas.Goal.model_validate(terms.goal),
        pinned=scenario.pinned,
        allocation=schemas.Allocation.model_validate(scenario.allocation),
        outdated=view.outdated,
        version=scenario.version,
        created_at=scenario.created_at,
        updated_at=scenario.updated_at,
    )


def shape_comparison(found: use_cases.Comparison, *, channel_name: ChannelNames) -> schemas.Comparison:
    """Columns with their channels in the baseline's order."""
    best = found.best
    return schemas.Comparison(
        columns=[_column(each, found=found, channel_name=channel_name) for each in found.columns],
        best=schemas.BestScenarios(
            outcome=best.outcome, cost_per_outcome=best.cost_per_outcome, worst_tenth=best.worst_tenth
        ),
    )


def _column(
    column: use_cases.ComparedColumn, *, found: use_cases.Comparison, channel_name: ChannelNames
) -> schemas.ComparedScenario:
    candidate = column.candidate
    difference = column.difference
    return schemas.ComparedScenario(
        id=candidate.id,
        name=candidate.name,
        total_budget=Money.model_validate(candidate.total_budget),
        spent=Money.model_validate(candidate.spent),
        expected_outcome=Estimate.model_validate(column.expected_outcome),
        cost_per_outcome=column.cost_per_outcome,
        worst_tenth=column.worst_tenth,
        chance_to_beat=column.chance_to_beat,
        difference=Estimate.model_validate(difference) if difference else None,
        clear=column.clear,
        outdated=candidate.outdated,
        channels=[
            schemas.ComparedChannel(
                channel=channel,
                channel_name=channel_name(channel),
                amount=Money.model_validate(candidate.amount(channel)),
                delta=None
                if column.chance_to_beat is None
                else Money.model_validate(candidate.amount(channel) - found.baseline.candidate.amount(channel)),
            )
            for channel in found.channels
        ],
    )


def shape_suggestion(found: Suggestion) -> schemas.Suggestion:
    """What callers see of a description that was read."""
    terms = found.terms
    return schemas.Suggestion(
        name=found.name,
        total_budget=Money.model_validate(terms.total_budget),
        limits=[schemas.Limit.model_validate(limit) for limit in terms.limits],
        groups=[schemas.Group.model_validate(group) for group in terms.groups],
        goal=schemas.Goal.model_validate(terms.goal),
        read=[schemas.ReadWords.model_validate(each) for each in found.read],
        unread=list(found.unread),
    )
