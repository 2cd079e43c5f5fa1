"""What an assistant says when it was greeted or did not understand: what can be asked, with names of this workspace."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import NotKnown
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.domain.sessions import AssistantKind
from nexusplanner.domain.shared import DomainError

SHOWN = 6


async def guidance(scene: Scene) -> str:
    """A sentence on what is answered here, and examples."""
    words = " ".join(scene.words)
    greeted = len(scene.words) <= 4 and bool({"hi", "hello", "hey", "thanks", "thank", "help"} & {*scene.words})
    about = {
        AssistantKind.WORKSPACE: "campaigns, services, segments, signals, what needs you and what models cost",
        AssistantKind.PLANNING: "the brief, the budget and why, ideas and their sources, forecasts, flights and what-ifs",
        AssistantKind.INSIGHTS: "the measured return of channels, accuracy, actuals, experiments and decisions",
    }[scene.assistant]
    start = "I answer questions" if greeted or not words else "I did not understand that. I answer questions"
    asked = "\n".join(f"- {each}" for each in await examples(scene))
    return f"{start} about {about}, from what is on record here and with its sources. For example:\n\n{asked}"


async def examples(scene: Scene) -> tuple[str, ...]:
    """Questions that can be answered in this workspace."""
    if scene.assistant is AssistantKind.PLANNING:
        return await _planning(scene)
    return _insights(scene) if scene.assistant is AssistantKind.INSIGHTS else _workspace(scene)


def _workspace(scene: Scene) -> tuple[str, ...]:
    names = scene.names
    made = ["What needs my attention?", "Which campaigns are running?"]
    if names.campaigns:
        made.append(f"How is {names.campaigns[0].name} doing?")
    if names.services:
        made += [
            f"Tell me about {names.services[0].name}.",
            f"Plan a campaign for {names.services[0].name} next quarter.",
        ]
    if names.segments:
        made.append(f"How many customers are in {names.segments[0].name}?")
    made += ["What is new in the market?", "How much of the AI budget is left today?"]
    return tuple(made[:SHOWN])


async def _planning(scene: Scene) -> tuple[str, ...]:
    channel = "search"
    try:
        campaign = await scene.campaign()
        if campaign.plan and campaign.plan.channel_plans:
            most = max(campaign.plan.channel_plans, key=lambda each: each.budget.amount)
            channel = scene.channel_name(most.channel)
    except (DomainError, NotKnown):
        pass
    return (
        "How is the budget split?",
        f"Why does {channel} get so much?",
        "Where would the next 1,000 bring most?",
        f"What if we cut {channel} by 15 %?",
        "Which idea has the strongest sources?",
        "What runs in the first week?",
    )


def _insights(scene: Scene) -> tuple[str, ...]:
    brand = scene.names.brands[0].name if scene.names.brands else "the brand"
    return (
        f"Which channel has the best return for {brand}?",
        "How accurate are the forecasts?",
        "Is the model up to date?",
        "What did we spend in the last 8 weeks?",
        "Did we spend as planned?",
        "Why was the budget divided like this?",
    )
