"""A run made again with another model: a new draft to hold against the old plan, which stays as it is."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.agents.ideation import RULES
from nexusplanner.application.campaigns.editing import MAX_NAME, generate_campaign
from nexusplanner.application.generation.inputs import Gathering
from nexusplanner.application.generation.making import OUTPUTS
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.replay.again import NotReplayable, require_replayable
from nexusplanner.application.run_requests import Replaying
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Invalid, RunId


async def replay_with(uow: UnitOfWork, *, run_id: RunId, provider: str, model: str, now: datetime) -> Run:
    """The run of a new draft, made from what the old run was given, with this model first in order.

    provider: the name of one that the workspace has set up, or "rules". The old campaign and its run stay untouched.
    Raises: Forbidden, NotFound, NotReplayable, Invalid (an unknown provider).
    """
    uow.actor.require(Permission.PLAN)
    run = await uow.runs.get(run_id)
    recordings = {each.step: each for each in await uow.recordings.of_run(run)}
    require_replayable(run, steps=[step.name for step in run.steps if step.name in OUTPUTS], recordings=recordings)
    if run.kind is not RunKind.GENERATE or run.campaign_id is None:
        raise NotReplayable("Only a run that made a whole plan can be made again with another model.")
    await _require_provider(uow, provider=provider, model=model)
    given = await uow.recordings.inputs(run, step="gather_context", kind=Gathering)
    campaign = await uow.campaigns.get(run.campaign_id, deleted=True)
    return await generate_campaign(
        uow,
        brief=given.facts.brief,
        name=_name(campaign, model=model or provider),
        replaying=Replaying(run_id=run.id, provider=provider, model=model),
        now=now,
    )


async def _require_provider(uow: UnitOfWork, *, provider: str, model: str) -> None:
    if provider == RULES:
        return
    known = [each.name for each in (await uow.ai.settings()).asked]
    if provider not in known:
        told = (
            f"Choose {', '.join([*known, RULES])}." if known else "Set one up and switch it on first, or choose rules."
        )
        raise Invalid(f"No provider {provider!r} is asked here. {told}", fields={"provider": told})
    if not model.strip():
        raise Invalid("Say which model to ask.", fields={"model": "Name a model."})


def _name(campaign: Campaign, *, model: str) -> str:
    ending = f" (replayed with {model})"
    return f"{campaign.name[: max(MAX_NAME - len(ending), 0)]}{ending}"
