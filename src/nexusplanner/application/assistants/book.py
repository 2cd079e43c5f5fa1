"""The tools of the assistants: what each is for, in words a model chooses by, and the words people ask with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from nexusplanner.application.assistants.findings import Findings
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.tools import (
    actuals,
    campaigns,
    catalogue,
    ideas,
    insights,
    ledger,
    offering,
    outlook,
    plans,
    proofs,
    scenarios,
    usage,
    without,
)
from nexusplanner.domain.sessions import AssistantKind

Run = Callable[[Scene], Awaitable[Findings]]


class ToolName(StrEnum):
    """Every tool."""

    CAMPAIGNS = "campaigns"
    CAMPAIGN = "campaign"
    BUDGETS = "budgets"
    NEEDS_ME = "needs_me"
    RUNS = "runs"
    OVERVIEW = "overview"
    SERVICES = "services"
    SERVICE = "service"
    BRANDS = "brands"
    SEGMENTS = "segments"
    SIGNALS = "signals"
    FIND = "find"
    USAGE = "usage"
    BRIEF = "brief"
    SPLIT = "split"
    WHY_CHANNEL = "why_channel"
    NEXT_THOUSAND = "next_thousand"
    CERTIFICATE = "certificate"
    EXPLAIN = "explain"
    CONSIDERED = "considered"
    WARNINGS = "warnings"
    STRATEGIES = "strategies"
    REACH = "reach"
    COST_PER_OUTCOME = "cost_per_outcome"
    IDEAS = "ideas"
    BEST_IDEA = "best_idea"
    EVIDENCE = "evidence"
    FORECAST = "forecast"
    SHARES = "shares"
    CURVES = "curves"
    FLIGHTS = "flights"
    SCENARIOS = "scenarios"
    WHAT_IF = "what_if"
    WITHOUT = "without"
    MODELS = "models"
    RETURNS = "returns"
    CONTRIBUTIONS = "contributions"
    ACCURACY = "accuracy"
    FRESHNESS = "freshness"
    CANNOT_TELL = "cannot_tell"
    EXPERIMENTS = "experiments"
    SPEND = "spend"
    OUTCOMES = "outcomes"
    AGAINST_PLAN = "against_plan"
    DECISIONS = "decisions"
    DECISION_COSTS = "decision_costs"
    LEDGER = "ledger"
    CHANGE_PLAN = "change_plan"
    KEEP_SCENARIO = "keep_scenario"
    NEW_CAMPAIGN = "new_campaign"
    OTHER_IDEAS = "other_ideas"


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool. about: what it answers. home: the assistant it belongs to first. offers: whether it offers a change."""

    name: ToolName
    run: Run
    about: str
    home: AssistantKind
    offers: bool = False


_W, _P, _I = AssistantKind.WORKSPACE, AssistantKind.PLANNING, AssistantKind.INSIGHTS
_N = ToolName
_ALL = (
    (_N.CAMPAIGNS, campaigns.list_campaigns, "which campaigns there are, by status, brand or service", _W),
    (_N.CAMPAIGN, campaigns.campaign_status, "the status and dates of one campaign", _W),
    (_N.BUDGETS, campaigns.campaign_budgets, "the budgets of campaigns one by one and together", _W),
    (_N.NEEDS_ME, campaigns.needs_me, "what waits for the person or goes wrong", _W),
    (_N.RUNS, campaigns.list_runs, "what runs just now and what ran last", _W),
    (_N.OVERVIEW, campaigns.overview, "the workspace at a glance", _W),
    (_N.SERVICES, catalogue.list_services, "the services in the catalogue", _W),
    (_N.SERVICE, catalogue.one_service, "one service: price, benefits, proofs, its campaigns", _W),
    (_N.BRANDS, catalogue.list_brands, "the brands, their voice and what they never claim", _W),
    (_N.SEGMENTS, catalogue.list_segments, "customer segments and how many customers they have", _W),
    (_N.SIGNALS, catalogue.signals, "news from the market, on a topic", _W),
    (_N.FIND, catalogue.find, "campaigns, services or signals that hold some words", _W),
    (_N.USAGE, usage.model_usage, "what model calls cost and how much of the limits is left", _W),
    (_N.BRIEF, plans.brief, "the brief of a campaign: dates, budget, audience, goal, limits", _P),
    (_N.SPLIT, plans.split, "how the budget is divided over channels", _P),
    (_N.WHY_CHANNEL, plans.why_channel, "why a channel gets what it gets", _P),
    (_N.NEXT_THOUSAND, proofs.next_thousand, "where more money would bring most", _P),
    (_N.CERTIFICATE, proofs.certificate, "how good the plan is proven to be, and what holds it back", _P),
    (_N.EXPLAIN, plans.explain, "the plan explained in words", _P),
    (_N.CONSIDERED, plans.considered, "what else was considered", _P),
    (_N.WARNINGS, proofs.warnings, "warnings and risks of a plan", _P),
    (_N.STRATEGIES, plans.strategies, "what a channel is to do", _P),
    (_N.REACH, proofs.reach, "how many people channels should reach", _P),
    (_N.COST_PER_OUTCOME, proofs.cost_per_outcome, "what one outcome costs", _P),
    (_N.IDEAS, ideas.ideas, "the ideas of a campaign, or one of them with its sources", _P),
    (_N.BEST_IDEA, ideas.best_supported, "which idea has the strongest sources", _P),
    (_N.EVIDENCE, ideas.evidence, "the sources of the ideas, and claims without one", _P),
    (_N.FORECAST, outlook.forecast, "what a plan or a channel should bring, with its interval", _P),
    (_N.SHARES, outlook.shares, "which channel should bring most in a plan", _P),
    (_N.CURVES, outlook.curves, "how well the response of channels is known", _P),
    (_N.FLIGHTS, outlook.flights, "what runs when, by week, month or channel", _P),
    (_N.SCENARIOS, scenarios.kept_scenarios, "scenarios that are kept, compared with the plan", _P),
    (_N.WHAT_IF, scenarios.what_if, "what would be if amounts changed; words: the change, as the person said it", _P),
    (
        _N.WITHOUT,
        without.without,
        "what the ideas would be without a signal, segment, past campaign or feedback; words: what to leave out",
        _P,
    ),
    (_N.MODELS, insights.models, "versions of the response model", _I),
    (_N.RETURNS, insights.returns, "the measured return of channels; words: last, for that of the last unit", _I),
    (_N.CONTRIBUTIONS, insights.contributions, "what channels contributed in the past, and carry-over", _I),
    (_N.ACCURACY, insights.accuracy, "how accurate forecasts were on weeks not seen", _I),
    (_N.FRESHNESS, insights.freshness, "whether the model is up to date", _I),
    (_N.CANNOT_TELL, insights.cannot_tell, "what the data cannot tell", _I),
    (_N.EXPERIMENTS, insights.experiments, "lift experiments", _I),
    (_N.SPEND, actuals.spend, "what was really spent; words: the period", _I),
    (_N.OUTCOMES, actuals.outcomes, "what really came of it; words: the period", _I),
    (_N.AGAINST_PLAN, actuals.against_plan, "actual spend beside the plan of a campaign", _I),
    (_N.DECISIONS, ledger.decisions, "who decided what and why, from the ledger", _I),
    (_N.DECISION_COSTS, ledger.decision_costs, "what automatic decisions cost", _I),
    (_N.LEDGER, ledger.ledger_state, "whether the ledger is intact", _I),
)
_OFFERS = (
    (_N.CHANGE_PLAN, scenarios.change_plan, "offer a change of the plan's money; words: the change as said", _P),
    (_N.KEEP_SCENARIO, scenarios.keep_scenario, "offer to keep a change as a scenario; words: the change as said", _P),
    (_N.NEW_CAMPAIGN, offering.new_campaign, "offer a new campaign; words: all that was said of it", _W),
    (_N.OTHER_IDEAS, offering.other_ideas, "offer other ideas, or another one in the place of one", _P),
)
TOOLS = {
    name: Tool(name=name, run=run, about=about, home=home, offers=offers)
    for group, offers in ((_ALL, False), (_OFFERS, True))
    for name, run, about, home in group
}
"""What-if offers a scenario too, and keeps nothing."""
