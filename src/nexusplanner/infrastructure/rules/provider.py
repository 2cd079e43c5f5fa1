"""The ideation service that needs no model."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.infrastructure.rules import analysis as market
from nexusplanner.infrastructure.rules.ideas import ideate
from nexusplanner.infrastructure.rules.refine import refine
from nexusplanner.infrastructure.rules.strategies import strategies


class RulesIdeationService:
    """A `CampaignIdeationService` from rules and reference data: offline, free, the same words for the same input."""

    name = "rules"
    version = "1"

    def __init__(self, *, reference: ReferenceData) -> None:
        self._reference = reference

    async def analyse(self, context: BriefContext) -> MarketAnalysis:
        """Clusters of signals, the brand's own records, the calendar, and what is missing."""
        return market.analyse(context)

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Sequence[Opportunity]:  # noqa: ARG002
        """What is worth acting on, strongest first."""
        return market.opportunities(context)

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Sequence[CampaignIdea]:
        """Up to `count` distinct ideas; fewer when the brief offers too little to tell more apart."""
        return ideate(context, opportunities, count=count, avoid=avoid, reference=self._reference)

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Sequence[CampaignIdea]:
        """The same ideas without banned claims and without shouting."""
        return refine(context, ideas)

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Sequence[ChannelPlan]:
        """The same channel plans with strategy, claims and KPIs."""
        return strategies(context, ideas, plans, reference=self._reference)
