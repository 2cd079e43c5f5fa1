"""The rules, which say the same for the same input, asked once for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nexusplanner.application.origins import Proposed
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan


class RememberedRules:
    """For one context."""

    def __init__(self, rules: CampaignIdeationService) -> None:
        self._rules = rules
        self._said: dict[object, Any] = {}

    async def analyse(self, context: BriefContext) -> Proposed[MarketAnalysis]:
        return await self._once("analyse", lambda: self._rules.analyse(context))

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Proposed[Sequence[Opportunity]]:
        return await self._once("opportunities", lambda: self._rules.opportunities(context, analysis))

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Proposed[Sequence[CampaignIdea]]:
        key = (count, *(one.name for one in opportunities), *(idea.prose for idea in avoid))
        return await self._once(key, lambda: self._rules.ideate(context, opportunities, count=count, avoid=avoid))

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Proposed[Sequence[CampaignIdea]]:
        return await self._rules.refine(context, ideas)  # ids and claims of the ideas are part of what comes back

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Proposed[Sequence[ChannelPlan]]:
        key = tuple(idea.prose for idea in ideas)
        return await self._once(key, lambda: self._rules.strategies(context, ideas, plans))

    async def _once(self, key: object, say: Callable[[], Awaitable[Any]]) -> Any:
        if key not in self._said:
            self._said[key] = await say()
        return self._said[key]
