"""Campaigns: the brief, the ideas, the channel plans with their flights, and the status they are in."""

from nexusplanner.domain.campaigns.allocation import (
    BY_WEEK,
    MEAN_OUTCOME,
    STATIC,
    Allocation,
    BindingLimit,
    Certificate,
    ChannelAllocation,
)
from nexusplanner.domain.campaigns.brief import MAX_DAYS, MOST_SIGNALS, Brief, ChannelLimit
from nexusplanner.domain.campaigns.campaign import CAMPAIGN_TRANSITIONS, EDITABLE, Campaign, CampaignStatus
from nexusplanner.domain.campaigns.claims import ClaimOwner, ClaimPlace, PlacedClaim
from nexusplanner.domain.campaigns.flighting import FlightPattern, FlightRules, Hiatus, WeeklyMaximum
from nexusplanner.domain.campaigns.goal import Goal, GoalKind, GroupLimit, RiskKind
from nexusplanner.domain.campaigns.idea import Author, CampaignIdea
from nexusplanner.domain.campaigns.plan import (
    ChannelPlan,
    Considered,
    ConsideredKind,
    Explanation,
    Flight,
    Plan,
    WeekAmount,
)

__all__ = [
    "BY_WEEK",
    "CAMPAIGN_TRANSITIONS",
    "EDITABLE",
    "MAX_DAYS",
    "MEAN_OUTCOME",
    "MOST_SIGNALS",
    "STATIC",
    "Allocation",
    "Author",
    "BindingLimit",
    "Brief",
    "Campaign",
    "CampaignIdea",
    "CampaignStatus",
    "Certificate",
    "ChannelAllocation",
    "ChannelLimit",
    "ChannelPlan",
    "ClaimOwner",
    "ClaimPlace",
    "Considered",
    "ConsideredKind",
    "Explanation",
    "Flight",
    "FlightPattern",
    "FlightRules",
    "Goal",
    "GoalKind",
    "GroupLimit",
    "Hiatus",
    "PlacedClaim",
    "Plan",
    "RiskKind",
    "WeekAmount",
    "WeeklyMaximum",
]
