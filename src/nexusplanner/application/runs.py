"""Use cases on runs: look at one, cancel it, try it again."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.connections.starting import sync_again
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.sources.starting import hold_for_retry
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import BrandId, Conflict, NotFound, RunId

GATHERING = "gather_context"
"""The step that reads the brief."""


async def get_run(uow: UnitOfWork, *, run_id: RunId) -> Run:
    """The run with its steps. Raises: NotFound, Forbidden."""
    uow.actor.require(Permission.READ)
    return await uow.runs.get(run_id)


async def cancel_run(uow: UnitOfWork, *, run_id: RunId, now: datetime) -> Run:
    """Stop the run before its next step; what finished steps found is kept for a retry.

    Raises: NotFound, Forbidden, Conflict (the run has ended already).
    """
    uow.actor.require(Permission.PLAN)
    run = await uow.runs.get(run_id, lock=True)
    run.cancel(at=now)
    await uow.workflows.cancel(run)
    return run


async def retry_run(uow: UnitOfWork, *, run_id: RunId) -> Run:
    """Queue a failed or cancelled run again; finished steps are not repeated.

    Raises: NotFound, Forbidden, Conflict (the run goes on or has succeeded, or another one works on its
    campaign, fits its brand's model, fetches its source or reads its connection;
    BRIEF_CHANGED: what it found is for a brief that was edited since).
    """
    uow.actor.require(Permission.PLAN)
    run = await uow.runs.get(run_id, lock=True)
    if run.kind is RunKind.REFIT and run.brand_id is not None and not run.active:
        await uow.models.hold(brand_id=run.brand_id)
        await refuse_while_refitting(uow, brand_id=run.brand_id)
    if run.kind is RunKind.FETCH_SOURCE and not run.active:
        await hold_for_retry(uow, run)
    if run.kind is RunKind.SYNC_CONNECTION and not run.active:
        await sync_again(uow, run)
    run.retry()
    if run.campaign_id is not None:
        campaign = await uow.campaigns.get(run.campaign_id)
        await _refuse_for_another_brief(uow, run, campaign=campaign)
        if campaign.run_id != run.id:
            await refuse_while_active(uow, campaign)
            campaign.run_id = run.id
    await uow.workflows.start(run)
    return run


async def _refuse_for_another_brief(uow: UnitOfWork, run: Run, *, campaign: Campaign) -> None:
    """Raise Conflict when the brief is not the one that finished steps worked on: the run would only fail at its end."""
    try:
        context = await uow.runs.output(run, step=GATHERING, kind=BriefContext)
    except NotFound:  # it worked on no brief yet
        return
    if context.brief != campaign.brief:
        raise Conflict(
            "The brief was edited since this run began, so what it found no longer fits. Generate the plan again.",
            code="BRIEF_CHANGED",
        )


async def refuse_while_active(uow: UnitOfWork, campaign: Campaign) -> None:
    """Raise Conflict while a run works on the campaign: two would overwrite each other's plans.

    The last run stays locked until the transaction ends, so that nobody retries it while another one is started.
    """
    if campaign.run_id is not None and (await uow.runs.get(campaign.run_id, lock=True)).active:
        raise Conflict(
            "A run is working on this campaign already. Wait for it or cancel it.",
            code="RUN_ACTIVE",
            details={"run_id": str(campaign.run_id)},
        )


async def refuse_while_refitting(uow: UnitOfWork, *, brand_id: BrandId) -> None:
    """Raise Conflict while a run fits the brand's model: a second would only repeat it."""
    active = await uow.runs.active(brand_id=brand_id, kind=RunKind.REFIT)
    if active is not None:
        raise Conflict(
            "A run is fitting this brand's model already. Wait for it or cancel it.",
            code="RUN_ACTIVE",
            details={"run_id": str(active.id)},
        )
