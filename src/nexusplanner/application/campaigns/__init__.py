"""Campaigns: create, edit, plan and plan again; their budget, scenarios and weeks."""

from nexusplanner.application.campaigns.allocation import (
    CampaignCurves,
    changed_terms,
    curves_of,
    preview_allocation,
    save_allocation,
)
from nexusplanner.application.campaigns.comparing import ComparedColumn, Comparison, compare_scenarios
from nexusplanner.application.campaigns.editing import (
    create_campaign,
    delete_campaign,
    edit_campaign,
    edit_idea,
    edit_strategy,
    generate_campaign,
    generate_plan,
    move_campaign,
    regenerate_idea,
    regenerate_ideas,
    regenerate_strategies,
    restore_campaign,
)
from nexusplanner.application.campaigns.flights import FlightingPreview, preview_flights, save_flights
from nexusplanner.application.campaigns.forecasting import CampaignForecast, forecast_campaign
from nexusplanner.application.campaigns.modelling import ModelChange, StandsOn, newer_model
from nexusplanner.application.campaigns.scenarios import (
    ScenarioView,
    adopt_scenario,
    create_scenario,
    delete_scenario,
    edit_scenario,
    get_scenario,
    list_scenarios,
)
from nexusplanner.application.campaigns.suggesting import suggest_scenario

__all__ = [
    "CampaignCurves",
    "CampaignForecast",
    "ComparedColumn",
    "Comparison",
    "FlightingPreview",
    "ModelChange",
    "ScenarioView",
    "StandsOn",
    "adopt_scenario",
    "changed_terms",
    "compare_scenarios",
    "create_campaign",
    "create_scenario",
    "curves_of",
    "delete_campaign",
    "delete_scenario",
    "edit_campaign",
    "edit_idea",
    "edit_scenario",
    "edit_strategy",
    "forecast_campaign",
    "generate_campaign",
    "generate_plan",
    "get_scenario",
    "list_scenarios",
    "move_campaign",
    "newer_model",
    "preview_allocation",
    "preview_flights",
    "regenerate_idea",
    "regenerate_ideas",
    "regenerate_strategies",
    "restore_campaign",
    "save_allocation",
    "save_flights",
    "suggest_scenario",
]
