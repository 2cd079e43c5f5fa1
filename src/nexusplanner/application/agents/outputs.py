"""What finished steps keep for later ones."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.domain.agents import Opportunity
from nexusplanner.domain.campaigns import Allocation, CampaignIdea, Certificate, ChannelPlan, Explanation


@dataclass(frozen=True, kw_only=True)
class Opportunities:
    """What is worth acting on, strongest first."""

    opportunities: tuple[Opportunity, ...]


@dataclass(frozen=True, kw_only=True)
class Ideas:
    """Ideas, best first. differs: what is different from ideas they would replace, and why, in words."""

    ideas: tuple[CampaignIdea, ...]
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Allocated:
    """The curves and the allocation on them. This is where a campaign's curves are kept."""

    model: ResponseModel
    allocation: Allocation


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Channel plans. certificate: of their weeks, when those were optimised. differs: as of ideas."""

    plans: tuple[ChannelPlan, ...]
    certificate: Certificate | None = None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Channel plans with their strategies, and why the plan is what it is."""

    plans: tuple[ChannelPlan, ...]
    explanation: Explanation
