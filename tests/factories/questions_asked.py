"""Questions as people ask them about the demonstration workspace, the tool each finds, and the figure it tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.factories.demo_workspace import DemoWorkspace

from nexusplanner.application.assistants.scene import plan_of
from nexusplanner.application.assistants.words import figure, money, percent
from nexusplanner.domain.campaigns import ChannelPlan, Plan
from nexusplanner.domain.sessions import AssistantKind
from nexusplanner.domain.shared import Money

W, P, I = AssistantKind.WORKSPACE, AssistantKind.PLANNING, AssistantKind.INSIGHTS  # noqa: E741 - as short as the table


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the answers are compared with."""

    demo: DemoWorkspace

    @property
    def plan(self) -> Plan:
        return plan_of(self.demo.campaign)

    def channel(self, key: str) -> ChannelPlan:
        return next(each for each in self.plan.channel_plans if each.channel == key)


Key = Callable[[Known], str]


def words(text: str) -> Key:
    return lambda _: text


def gets(channel: str) -> Key:
    return lambda known: money(known.channel(channel).budget)


def brings(channel: str) -> Key:
    return lambda known: figure(known.channel(channel).expected_outcome.mean)


def adds(channel: str) -> Key:
    return lambda known: figure(known.channel(channel).next_thousand)


def whole(known: Known) -> str:
    return figure(known.plan.expected_outcome.mean)


def low(known: Known) -> str:
    return figure(known.plan.expected_outcome.low)


def gain(known: Known) -> str:
    proof = known.plan.certificate
    assert proof.even_value is not None
    return f"gains {percent(proof.value / proof.even_value - 1)}"


def cost(known: Known) -> str:
    spent = sum(each.budget.major for each in known.plan.channel_plans)
    return f"{figure(spent / known.plan.expected_outcome.mean)} EUR"


def less_search(known: Known) -> str:
    now = known.channel("search").budget
    return money(Money(now.amount - round(now.amount * 0.15), now.currency))


def theme(number: int) -> Key:
    return lambda known: known.plan.ideas[number - 1].theme


QUESTIONS: tuple[tuple[AssistantKind, str, str, Key], ...] = (
    (W, "What campaigns do we have?", "campaigns", words("4 campaigns")),
    (W, "Which campaigns are completed?", "campaigns", words("3 completed campaigns")),
    (W, "show me all drafts", "campaigns", words("1 draft campaign")),
    (W, "Is anything live right now?", "campaigns", words("No campaign is active")),
    (W, "campaigns for Fernhollow", "campaigns", words("Words that fit the letterbox")),
    (W, "What's the status of Ready by Monday?", "campaign", words("completed")),
    (W, "when did the quiet year end campaign finish", "campaign", words("9 November 2025")),
    (W, "How is Ready by Monday doing?", "campaign", words("195,000 EUR")),
    (W, "What's the total budget across all campaigns?", "budgets", words("755,000 EUR")),
    (W, "How much money do our campaigns have together?", "budgets", words("755,000 EUR")),
    (W, "What needs my attention today?", "needs_me", words("16 March 2026")),
    (W, "anything waiting for me?", "needs_me", words("still a draft")),
    (W, "What should I do next?", "needs_me", words("still a draft")),
    (W, "Is anything running in the background?", "runs", words("Nothing runs just now")),
    (W, "Give me an overview", "overview", words("400 customers")),
    (W, "where do we stand?", "overview", words("60 signals")),
    (W, "Which services do we offer?", "services", words("6 services")),
    (W, "What does Fernhollow sell?", "services", words("3 services")),
    (W, "Tell me about Tidemark Payroll", "service", words("71 %")),
    (W, "what proofs are there for the coffee subscription?", "service", words("88 %")),
    (W, "Which brands do we plan for?", "brands", words("Fernhollow")),
    (W, "What must Fernhollow never claim?", "brands", words("carbon neutral")),
    (W, "Which segments do we have?", "segments", words("8 segments")),
    (W, "How many customers are in Home baristas?", "segments", words("90 customers")),
    (W, "What's our largest customer segment?", "segments", words("Growing operations teams with 30 %")),
    (W, "What's new in the market?", "signals", words("60 signals")),
    (W, "any news about Clockwise?", "signals", words("3 signals")),
    (W, "signals about set-up time", "signals", words("61 %")),
    (W, "What are competitors doing?", "signals", words("signals are on record")),
    (W, "find letterbox", "find", words("Letterbox gifts")),
    (W, "How much AI budget is left?", "usage", words("$5.00")),
    (W, "what did the language models cost this month", "usage", words("No model was called")),
    (P, "What's in the brief?", "brief", words("240,000 EUR")),
    (P, "What is the budget?", "brief", words("240,000 EUR")),
    (P, "Who is this campaign for?", "brief", words("50 to 250 staff")),
    (P, "How is the budget split?", "split", gets("video")),
    (P, "How much goes to LinkedIn?", "split", gets("linkedin")),
    (P, "What does video get", "split", gets("video")),
    (P, "break down the money by channel", "split", gets("events")),
    (P, "Why does search get so much?", "why_channel", gets("search")),
    (P, "why is so little spent on events", "why_channel", gets("events")),
    (P, "Where should the next 1,000 euros go?", "next_thousand", adds("video")),
    (P, "If we had another 10k, where would it help most?", "next_thousand", adds("linkedin")),
    (P, "How good is this plan?", "certificate", gain),
    (P, "Is the plan optimal?", "certificate", words("of the best possible plan")),
    (P, "Which limits hold us back?", "certificate", words("No limit holds it back")),
    (P, "Explain the plan", "explain", whole),
    (P, "What alternatives were considered?", "considered", words("spread evenly")),
    (P, "What are the risks?", "warnings", words("E-mail and Events")),
    (P, "Should we worry about anything in this plan? Any caveats?", "warnings", words("an assumption")),
    (P, "What's the strategy for email?", "strategies", words("E-mail")),
    (
        P,
        "How many people will we reach?",
        "reach",
        lambda known: f"{known.channel('linkedin').expected_reach:,} people",
    ),
    (P, "What does a sign-up cost us?", "cost_per_outcome", cost),
    (P, "What's the cost per sign-up by channel", "cost_per_outcome", cost),
    (P, "What ideas do we have?", "ideas", theme(3)),
    (P, "Tell me more about the second idea", "ideas", theme(2)),
    (P, "Which idea is best supported?", "best_idea", words("different quotes")),
    (P, "What evidence do the ideas stand on?", "evidence", words("claims")),
    (P, "Are there claims without a source?", "evidence", words("each of them has a source")),
    (P, "What will the campaign bring?", "forecast", whole),
    (P, "How many sign-ups can we expect?", "forecast", whole),
    (P, "what's the worst case", "forecast", low),
    (P, "Which channel will bring the most?", "shares", brings("linkedin")),
    (P, "How sure are you about the curves?", "curves", words("4 of 6 channels")),
    (P, "Which channels are measured and which are guesses?", "curves", words("4 of 6 channels")),
    (P, "What runs in the first week?", "flights", words("16 March 2026 to 22 March 2026")),
    (P, "When does LinkedIn run?", "flights", gets("linkedin")),
    (P, "what do we spend in april", "flights", words("1 April 2026 to 30 April 2026")),
    (P, "Which week is the busiest?", "flights", words("13 calendar weeks")),
    (P, "Compare the scenarios", "scenarios", words("no scenarios yet")),
    (P, "What if we cut search by 15 %?", "what_if", less_search),
    (P, "suppose we drop events", "what_if", words("to 0 EUR")),
    (P, "what would happen if the budget was 200k", "what_if", words("200,000 EUR")),
    (P, "what if we had half the budget", "what_if", words("120,000 EUR")),
    (
        P,
        "What would the plan be without the signal Searches for electronic time sheets?",
        "without",
        words("Without “"),
    ),
    (P, "What would the plan be without Careful finance leads?", "without", words("Without “Careful finance leads”, ")),
    (P, "without the news, what would change?", "without", words("The money would not move")),
    (P, "What would the plan be without this signal?", "without", words("Say what to leave out")),
    (P, "What would it take to get 3,000 sign-ups?", "what_if", words("least spend for an outcome of 3,000")),
    (I, "Which model is in use?", "models", words("version 1")),
    (I, "Which channel has the best ROI?", "returns", words("Events brought most per EUR")),
    (I, "What's the return on search for Tidemark?", "returns", words("1,000 EUR in Search brought")),
    (I, "what did the last euro bring in video", "returns", words("The last 1,000 EUR in Online video")),
    (I, "How much did each channel contribute?", "contributions", words("Over 150 weeks")),
    (I, "how long does the effect of video last", "contributions", words("carries into the next week")),
    (I, "How accurate are the forecasts?", "accuracy", words("13 weeks")),
    (I, "Can I trust the model?", "accuracy", words("90 % band")),
    (I, "Is the model up to date?", "freshness", words("is up to date")),
    (I, "What can't the data tell us?", "cannot_tell", words("Tidemark")),
    (I, "Have we run any experiments?", "experiments", words("No lift experiment")),
    (I, "How much did we spend on search in the last 8 weeks?", "spend", words("5 January 2026 to 1 March 2026")),
    (I, "What did Fernhollow spend last year?", "spend", words("Out of home")),
    (I, "What revenue did Fernhollow have in the last quarter?", "outcomes", words("EUR of revenue")),
    (I, "Did we spend as planned on Ready by Monday?", "against_plan", words("195,000 EUR")),
    (I, "actuals versus plan for A quiet year end", "against_plan", words("150,000 EUR")),
    (I, "Why was the budget divided like this?", "decisions", words("allocate")),
    (I, "Who decided that?", "decisions", words("decided by")),
    (I, "What did the decisions cost?", "decision_costs", words("$0.00")),
    (I, "Has the ledger been tampered with?", "ledger", words("intact")),
    (P, "Cut LinkedIn by 20 %", "change_plan", lambda known: money(known.channel("linkedin").budget)),
    (P, "set the total budget to 150k", "change_plan", words("150,000 EUR")),
    (P, "Make a scenario without events", "keep_scenario", words("to 0 EUR")),
    (W, "Plan a campaign for Tidemark Payroll in May with 60k", "new_campaign", words("1 May 2026 to 31 May 2026")),
    (P, "Think of other ideas, bolder ones", "other_ideas", words("Nothing starts before")),
    (P, "replace idea 2 with something about payroll", "other_ideas", theme(2)),
)
PARAPHRASES: tuple[tuple[AssistantKind, str, str], ...] = (
    (W, "do we have any paused campaigns?", "campaigns"),
    (W, "list the campaigns of Tidemark", "campaigns"),
    (W, "how many campaigns are there", "campaigns"),
    (W, "Which campaigns ended?", "campaigns"),
    (W, "has A quiet year end finished?", "campaign"),
    (W, "When does the working time rule campaign start?", "campaign"),
    (W, "how many days are left in the working time rule campaign", "campaign"),
    (W, "sum of all campaign budgets", "budgets"),
    (W, "which campaign has the largest budget", "budgets"),
    (W, "what's on my plate", "needs_me"),
    (W, "is there anything urgent", "needs_me"),
    (W, "what is waiting for approval", "needs_me"),
    (W, "did any runs fail", "runs"),
    (W, "summarise the workspace", "overview"),
    (W, "how are we doing?", "overview"),
    (W, "list our products", "services"),
    (W, "how much does Fernhollow Subscription cost?", "service"),
    (W, "Who is Tidemark Time for?", "service"),
    (W, "what is the tone of voice of Tidemark", "brands"),
    (W, "how big is the segment Growing operations teams", "segments"),
    (W, "tell me about our customers", "segments"),
    (W, "who are the seasonal gift buyers", "segments"),
    (W, "latest headlines for Fernhollow", "signals"),
    (W, "what do we know about pricing in the market", "signals"),
    (W, "is there anything about inspections", "signals"),
    (W, "search for coffee", "find"),
    (W, "how much have we used of our model limit today", "usage"),
    (W, "what does AI cost us", "usage"),
    (P, "what was asked for?", "brief"),
    (P, "how big is the budget?", "brief"),
    (P, "what's the target audience", "brief"),
    (P, "what are the objectives of this campaign", "brief"),
    (P, "show me the allocation", "split"),
    (P, "how much are we putting into paid social", "split"),
    (P, "which channel gets the most money", "split"),
    (P, "where does the money go", "split"),
    (P, "what share does email have", "split"),
    (P, "Why do we spend that much on video?", "why_channel"),
    (P, "what's the reason for LinkedIn's share", "why_channel"),
    (P, "what would an extra 1000 EUR bring", "next_thousand"),
    (P, "where is another euro worth most", "next_thousand"),
    (P, "marginal return of each channel in the plan", "next_thousand"),
    (P, "can the plan be improved?", "certificate"),
    (P, "is there money left over", "certificate"),
    (P, "how much better is it than an even split", "certificate"),
    (P, "why is the plan like this?", "explain"),
    (P, "give me a summary of the plan", "explain"),
    (P, "what else did you consider", "considered"),
    (P, "which options were rejected", "considered"),
    (P, "what could go wrong", "warnings"),
    (P, "any weak points?", "warnings"),
    (P, "what should we do on LinkedIn", "strategies"),
    (P, "tactics for search please", "strategies"),
    (P, "expected reach by channel", "reach"),
    (P, "how many impressions", "reach"),
    (P, "CPA?", "cost_per_outcome"),
    (P, "how much does one sign-up cost", "cost_per_outcome"),
    (P, "which channel is cheapest per sign up", "cost_per_outcome"),
    (P, "show the ideas", "ideas"),
    (P, "what's idea 3 about", "ideas"),
    (P, "which idea would you choose", "best_idea"),
    (P, "what's the strongest concept or idea", "best_idea"),
    (P, "what sources back this up", "evidence"),
    (P, "which claims are unsupported", "evidence"),
    (P, "what outcome do you expect", "forecast"),
    (P, "how many leads will we get", "forecast"),
    (P, "how many sign-ups does search bring", "forecast"),
    (P, "will we hit our target", "forecast"),
    (P, "how certain is the result", "forecast"),
    (P, "what's the main driver of results", "shares"),
    (P, "how reliable is the data for events", "curves"),
    (P, "is email just a guess?", "curves"),
    (P, "how saturated is video", "curves"),
    (P, "what happens in week 5", "flights"),
    (P, "how much do we spend in May", "flights"),
    (P, "show the calendar", "flights"),
    (P, "when does search start", "flights"),
    (P, "how do the scenarios compare with the plan", "scenarios"),
    (P, "what if we spend 30% less on search", "what_if"),
    (P, "which ideas would be left without the feedback", "without"),
    (P, "leave out the segment Owner-run crafts firms", "without"),
    (P, "would we have other ideas if this signal were false", "without"),
    (P, "how would it look without the campaign A quiet year end", "without"),
    (P, "what would change if we added 20k", "what_if"),
    (P, "how much would we lose without LinkedIn", "what_if"),
    (P, "can we cut the budget to 180k", "what_if"),
    (P, "how much budget do we need to reach 4,000 sign-ups", "what_if"),
    (I, "which version of the model do plans use", "models"),
    (I, "list the model versions", "models"),
    (I, "what's our ROAS on paid social", "returns"),
    (I, "which channel performed worst", "returns"),
    (I, "what did each channel contribute to sign-ups", "contributions"),
    (I, "what's the carryover of LinkedIn", "contributions"),
    (I, "how good are our predictions", "accuracy"),
    (I, "how far off was the model", "accuracy"),
    (I, "what was the holdout error", "accuracy"),
    (I, "do we need to refit", "freshness"),
    (I, "is the model outdated", "freshness"),
    (I, "what is still uncertain in the data", "cannot_tell"),
    (I, "any lift tests on search?", "experiments"),
    (I, "what was spent on TV last year", "spend"),
    (I, "how much has Fernhollow spent on print in 2025", "spend"),
    (I, "how many sign-ups did we get last month", "outcomes"),
    (I, "what were our sales last quarter for Fernhollow", "outcomes"),
    (I, "are we on track", "against_plan"),
    (I, "did we overspend on A quiet year end", "against_plan"),
    (I, "who approved the plan", "decisions"),
    (I, "show the latest decisions", "decisions"),
    (I, "what did generating this plan cost", "decision_costs"),
    (I, "verify the ledger", "ledger"),
    (I, "is the audit trail valid", "ledger"),
    (P, "reduce video to 50k", "change_plan"),
    (P, "please increase the budget by 10 %", "change_plan"),
    (P, "no events please", "change_plan"),
    (P, "keep at least 20k on LinkedIn", "change_plan"),
    (P, "create a scenario with 20 % less on video", "keep_scenario"),
    (W, "create a new campaign for Tidemark Insights next quarter", "new_campaign"),
    (W, "let's promote the gift boxes in December with a budget of 40k", "new_campaign"),
    (P, "give me better ideas", "other_ideas"),
    (P, "I don't like the third idea", "other_ideas"),
    (P, "regenerate the ideas with more humour", "other_ideas"),
)
"""The same kinds of questions in other words."""
NOT_FOR_US = (
    "what is love",
    "who won the world cup",
    "tell me a joke",
    "how do I cook pasta",
    "hello",
    "What's the weather in Paris?",
    "Write me a poem",
    "thanks",
    "asdf qwer",
    "?",
    "2 + 2",
)
