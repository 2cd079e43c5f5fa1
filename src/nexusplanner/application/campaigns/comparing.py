"""Scenarios side by side, on the same curves and the same draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.application.campaigns.loading import Ground, ground_of, plan_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.result import interval
from nexusplanner.domain.planning.risk.figures import chance_to_beat, clear_difference, paired_difference, tail_mean
from nexusplanner.domain.scenarios import MOST_COMPARED
from nexusplanner.domain.shared import CampaignId, Estimate, Invalid, Money, ScenarioId, total

PLAN = "plan"
WORST = 0.1


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something to compare: the plan or a scenario. amounts: money by channel."""

    id: str
    name: str
    total_budget: Money
    amounts: Mapping[str, Money]
    outdated: bool = False

    @property
    def spent(self) -> Money:
        """All channels together."""
        return total(self.amounts.values(), currency=self.total_budget.currency)

    def amount(self, channel: str) -> Money:
        """What the channel gets; nothing when it is not part of it."""
        return self.amounts.get(channel, Money(0, self.total_budget.currency))


@dataclass(frozen=True, kw_only=True)
class ComparedColumn:
    """A candidate beside the baseline; what is relative is None in the baseline itself."""

    candidate: Candidate
    expected_outcome: Estimate
    worst_tenth: float
    chance_to_beat: float | None = None
    difference: Estimate | None = None
    clear: bool | None = None

    @property
    def cost_per_outcome(self) -> float | None:
        """Spend per unit of outcome; None where nothing is expected."""
        mean = self.expected_outcome.mean
        return self.candidate.spent.major / mean if mean > 0 else None


@dataclass(frozen=True, kw_only=True)
class Best:
    """Ids of the best columns by figure; None where no column has the figure."""

    outcome: str
    cost_per_outcome: str | None
    worst_tenth: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Columns, the baseline first."""

    columns: tuple[ComparedColumn, ...]
    best: Best

    @property
    def baseline(self) -> ComparedColumn:
        """What the others are compared with."""
        return self.columns[0]

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel of any column, those of the baseline first."""
        return tuple(dict.fromkeys(name for column in self.columns for name in column.candidate.amounts))


async def compare_scenarios(
    uow: UnitOfWork, *, campaign_id: CampaignId, ids: Sequence[ScenarioId | None]
) -> Comparison:
    """The plan (None) and scenarios side by side; the first is the baseline.

    Raises: NotFound, Conflict (NO_PLAN), Invalid for none, too many or twice the same.
    """
    uow.actor.require(Permission.READ)
    if not 1 <= len(ids) <= MOST_COMPARED or len(set(ids)) < len(ids):
        message = f"Name 1 to {MOST_COMPARED} different scenarios."
        raise Invalid(f"These cannot be compared. {message}", fields={"id": message})
    ground = await ground_of(uow, await uow.campaigns.get(campaign_id))
    candidates = [await _candidate(uow, ground, wanted) for wanted in ids]
    return await uow.aside(compared, ground, candidates)


async def _candidate(uow: UnitOfWork, ground: Ground, wanted: ScenarioId | None) -> Candidate:
    if wanted is None:
        return plan_candidate(ground)
    scenario = await uow.scenarios.get(wanted, campaign_id=ground.campaign.id)
    return Candidate(
        id=str(wanted),
        name=scenario.name,
        total_budget=scenario.terms.total_budget,
        amounts={each.channel: each.budget for each in scenario.allocation.channels},
        outdated=scenario.curves != ground.fingerprint,
    )


def plan_candidate(ground: Ground) -> Candidate:
    """The plan as it stands."""
    campaign = ground.campaign
    return Candidate(
        id=PLAN,
        name="Plan",
        total_budget=campaign.brief.total_budget,
        amounts={each.channel: each.budget for each in plan_of(campaign).channel_plans},
    )


def compared(ground: Ground, candidates: Sequence[Candidate]) -> Comparison:
    """Candidates side by side on the same draws; the first is the baseline. Pure."""
    outcomes = [_outcomes(ground, each) for each in candidates]
    baseline = outcomes[0]
    columns = [_column(candidates[0], baseline, baseline=None)]
    columns += [
        _column(each, draws, baseline=baseline) for each, draws in zip(candidates[1:], outcomes[1:], strict=True)
    ]
    priced = [column for column in columns if column.cost_per_outcome is not None]
    cheapest = min(priced, key=lambda column: column.cost_per_outcome or 0.0).candidate.id if priced else None
    return Comparison(
        columns=tuple(columns),
        best=Best(
            outcome=max(columns, key=lambda column: column.expected_outcome.mean).candidate.id,
            cost_per_outcome=cheapest,
            worst_tenth=max(columns, key=lambda column: column.worst_tenth).candidate.id,
        ),
    )


def _outcomes(ground: Ground, candidate: Candidate) -> FloatArray:
    """(S,) outcome of the candidate's money, over what other campaigns' money brings alone."""
    draws = ground.model.draws().over(ground.campaign.brief.dates.weeks)
    start = np.array([ground.committed[name].major if name in ground.committed else 0.0 for name in draws.channels])
    own = [candidate.amount(name).major for name in draws.channels]
    return np.asarray((draws.outcomes(start + np.array(own)) - draws.outcomes(start)).sum(axis=1))


def _column(candidate: Candidate, draws: FloatArray, *, baseline: FloatArray | None) -> ComparedColumn:
    column = ComparedColumn(
        candidate=candidate, expected_outcome=interval(draws), worst_tenth=tail_mean(draws, level=WORST)
    )
    if baseline is None:
        return column
    return replace(
        column,
        chance_to_beat=chance_to_beat(draws, second=baseline),
        difference=paired_difference(draws, second=baseline),
        clear=clear_difference(draws, second=baseline),
    )
