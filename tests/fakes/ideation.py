"""A provider that has been taken over: it invents sources, figures and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from nexusplanner.application.origins import Origin, Proposed
from nexusplanner.domain.agents import BriefContext, Finding, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.knowledge import Citation, Claim
from nexusplanner.domain.shared import Money

INVENTED = Citation(passage_id="signal:invented", quote="Everybody buys.", start=0, end=15)

T = TypeVar("T")


def _said(value: T) -> Proposed[T]:
    return Proposed(value=value, origin=Origin(author=Author.AI, provider="compromised", version="0"))


class CompromisedIdeation:
    """Says what an attacker wants. greedy: whether it also moves money."""

    def __init__(self, *, greedy: bool = False) -> None:
        self._greedy = greedy

    async def analyse(self, context: BriefContext) -> Proposed[MarketAnalysis]:
        """One finding from nowhere and one from the service."""
        service = next(passage for passage in context.passages if passage.id.startswith("service:"))
        real = service.cite(context.service.name)
        moved = replace(real, start=real.start + 1, end=real.end + 1)
        return _said(
            MarketAnalysis(
                findings=(
                    Finding(topic="invented", text="Everybody buys.", citations=(INVENTED,), impact=1.0),
                    Finding(topic="shifted", text="Words elsewhere.", citations=(moved,), impact=0.0),
                    Finding(topic="real", text="The service exists.", citations=(real, INVENTED), impact=0.0),
                )
            )
        )

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Proposed[Sequence[Opportunity]]:
        """One from nowhere and one real."""
        return _said(
            [
                Opportunity(name="Nowhere", description="-", segment="", strength=1.0, citations=(INVENTED,)),
                Opportunity(
                    name="Somewhere",
                    description="-",
                    segment="",
                    strength=0.2,
                    citations=analysis.findings[-1].citations,
                ),
            ]
        )

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Proposed[Sequence[CampaignIdea]]:
        """The same idea again and again, with a figure nobody carries."""
        idea = CampaignIdea(
            theme="Win them all",
            description="Sales will rise by 300 %. Everybody buys.",
            target_kpi="sign-ups",
            core_message="Buy now.",
            claims=(Claim(text="Everybody buys.", citations=(INVENTED,)),),
        )
        return _said([replace(idea, theme=f"Win them all {'again ' * turn}".strip()) for turn in range(count)])

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Proposed[Sequence[CampaignIdea]]:
        """Another idea in the place of what was given."""
        return await self.ideate(context, (), count=1, avoid=())

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Proposed[Sequence[ChannelPlan]]:
        """Everything to the first channel, if greedy."""
        written = [replace(plan, strategy="Spend 90 % on Mondays.") for plan in plans]
        if self._greedy:
            written[0] = replace(written[0], budget=Money(99_999_999, "EUR"))
        return _said(written)
