"""What steps read from the workspace. It is kept as it was, so that the step can be made again from it.

Outputs of earlier steps are kept by those; a step that reads nothing else has no inputs of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.response import Known
from nexusplanner.domain.agents import Disliked
from nexusplanner.domain.campaigns import Brief, CampaignIdea, ChannelPlan
from nexusplanner.domain.shared import Money, added_later


@dataclass(frozen=True, kw_only=True)
class Gathering:
    """What is gathered from. note: what the user asked for in a regeneration. disliked: what is written anew for it."""

    facts: Facts
    note: str
    disliked: tuple[Disliked, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ideating:
    """How many ideas are asked for, those they must not be like, and those they would take the places of."""

    count: int
    avoid: tuple[CampaignIdea, ...]
    replaces: tuple[CampaignIdea, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Allocating:
    """What the budget is divided on. committed: what other campaigns spend on the same days, by channel."""

    offer: Offer
    known: Known
    committed: Mapping[str, Money]


@dataclass(frozen=True, kw_only=True)
class Flighting:
    """What the weeks are placed by. before: (C, P) currency units in the weeks before the start; None when unknown.

    beside: (C, T) what other campaigns spend in each week; empty when nothing.
    """

    brief: Brief
    before: tuple[tuple[float, ...], ...] | None
    beside: tuple[tuple[float, ...], ...] = added_later(())


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """The ideas and channel plans whose strategies are written anew."""

    ideas: tuple[CampaignIdea, ...]
    plans: tuple[ChannelPlan, ...]
