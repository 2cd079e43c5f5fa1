"""Read tool on what model calls cost and how much of the limits is left."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import Fact, Findings
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import counted, day, percent
from nexusplanner.application.settings.usage import UsageReport, usage
from nexusplanner.domain.spending import Standing, dollars

URL = "/settings/limits"


async def model_usage(scene: Scene) -> Findings:
    """What models cost, and how much of today's limits is left."""
    report = await usage(scene.uow, first=None, last=None, now=scene.now)
    found = report.total
    spent = Fact(
        id=f"usage:{report.first}:{report.last}",
        title="Model calls",
        text=f"From {day(report.first)} to {day(report.last)} {counted(found.calls, 'model call')} cost"
        f" ${dollars(found.cost)}; {found.failed} of them gave no usable answer."
        if found.calls
        else f"No model was called from {day(report.first)} to {day(report.last)}.",
        url=URL,
    )
    limits = (
        _standing(report.workspace, name="The workspace", key="workspace"),
        _standing(report.me, name="You", key="me"),
    )
    settings = await scene.uow.ai.settings()
    who = Fact(
        id="usage:providers",
        title="Who writes",
        text="Rules write all texts: no language model is set up, so nothing costs anything."
        if not settings.asked
        else f"{counted(len(settings.asked), 'provider').capitalize()} may be asked; rules write when none answers.",
        url="/settings/ai",
    )
    left = _left(report)
    return Findings(lead=left.text, points=(*limits, spent, who), behind=(left,))


def _left(report: UsageReport) -> Fact:
    mine = report.me
    told = (
        f"You can spend ${dollars(max(mine.limit - mine.spent, 0))} more on model calls today."
        if mine.limit is not None
        else "Your model calls have no limit of their own."
    )
    return Fact(id="usage:left", title="Left today", text=told, url=URL)


def _standing(standing: Standing, *, name: str, key: str) -> Fact:
    spent = f"{name} spent ${dollars(standing.spent)} today"
    limit = (
        f" of ${dollars(standing.limit)} ({percent(standing.share or 0.0)})"
        if standing.limit is not None
        else ", without a limit"
    )
    return Fact(id=f"usage:{key}", title=f"Limit: {name}", text=f"{spent}{limit}.", url=URL)
