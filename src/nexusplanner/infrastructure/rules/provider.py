"""The ideation service that needs no model."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.application.origins import Origin, Proposed
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.infrastructure.rules import analysis as market
from nexusplanner.infrastructure.rules.ideas import ideate
from nexusplanner.infrastructure.rules.refine import refine
from nexusplanner.infrastructure.rules.strategies import strategies

ORIGIN = Origin(author=Author.RULES, provider="rules", version="1")


class RulesIdeationService:
    """A `CampaignIdeationService` from rules and reference data: offline, free, the same words for the same input."""

    def __init__(self, *, reference: ReferenceData) -> None:
        self._reference = reference

    async def analyse(self, context: BriefContext) -> Proposed[MarketAnalysis]:
        """Clusters of signals, the brand's own records, the calendar, and what is missing."""
        return Proposed(value=market.analyse(context), origin=ORIGIN)

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Proposed[Sequence[Opportunity]]:  # noqa: ARG002
        """What is worth acting on, strongest first."""
        return Proposed(value=market.opportunities(context), origin=ORIGIN)

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Proposed[Sequence[CampaignIdea]]:
        """Up to `count` distinct ideas; fewer when the brief offers too little to tell more apart."""
        return Proposed(
            value=ideate(context, opportunities, count=count, avoid=avoid, reference=self._reference), origin=ORIGIN
        )

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Proposed[Sequence[CampaignIdea]]:
        """The same ideas without banned claims and without shouting."""
        return Proposed(value=refine(context, ideas), origin=ORIGIN)

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Proposed[Sequence[ChannelPlan]]:
        """The same channel plans with strategy, claims and KPIs."""
        return Proposed(value=strategies(context, ideas, plans, reference=self._reference), origin=ORIGIN)
