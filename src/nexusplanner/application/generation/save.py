"""Saving what a run made: a plan into its campaign, other texts beside it for a person to accept."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.outputs import Channels, Ideas
from nexusplanner.application.campaigns.alternatives import file_alternative
from nexusplanner.application.generation.assembling import PLAN_STEPS, assembled
from nexusplanner.application.generation.earlier import earlier_of
from nexusplanner.application.learning.making import keep_made
from nexusplanner.application.outcomes.proposals import entry_of, learn, propose_plan
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.run_requests import idea_of, note_of
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.alternatives import Alternative, AlternativeKind, Texts, cited_by
from nexusplanner.domain.campaigns import Campaign, Plan
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, NotFound

KINDS = {
    RunKind.REGENERATE_IDEA: AlternativeKind.IDEA,
    RunKind.REGENERATE_IDEAS: AlternativeKind.IDEAS,
    RunKind.REGENERATE_STRATEGIES: AlternativeKind.STRATEGIES,
}
"""What runs that offer other texts offer."""


async def save(uow: UnitOfWork, run: Run, *, now: datetime) -> Worked[object]:
    """Put the run's result into its campaign, or beside its plan, and end the run.

    Raises: Conflict when the brief was edited meanwhile or the campaign can no longer be edited.
    """
    if run.campaign_id is None:
        raise NotFound.of("campaign", "of the run")
    campaign = await uow.campaigns.get(run.campaign_id)
    context = await uow.runs.output(run, step="gather_context", kind=BriefContext)
    if context.brief != campaign.brief:
        raise Conflict(
            "The brief was edited while this plan was being made, so the plan no longer fits. Generate it again.",
            code="BRIEF_CHANGED",
        )
    campaign.run_id = run.id
    if run.kind in KINDS:
        detail = await _offer(uow, run, campaign=campaign, context=context, now=now)
    else:
        made = await earlier_of(uow, run, steps=PLAN_STEPS)
        campaign.take_plan(assembled(run.id, earlier=made), at=now)
        await uow.flush()
        await propose_plan(uow, campaign, run=run, now=now)
        plan = campaign.require_plan()
        known = _lessons(context)
        await keep_made(
            uow, campaign, ideas=plan.ideas, channels=plan.channel_plans, lessons=known, run_id=run.id, now=now
        )
        detail = f"Saved as version {campaign.version} of {campaign.name}."
    run.succeed(campaign_id=campaign.id, at=now)
    await uow.flush()
    await learn(uow, now=now)
    return Worked(output=None, detail=detail)


def _lessons(context: BriefContext) -> int | None:
    """How many lessons the texts were made with; none when that was not looked up."""
    return context.learned.lessons if context.learned else None


async def _offer(uow: UnitOfWork, run: Run, *, campaign: Campaign, context: BriefContext, now: datetime) -> str:
    """File what the run wrote as an alternative; what is to be said of it."""
    campaign.require_editable()
    plan, kind = campaign.require_plan(), KINDS[run.kind]
    before, after, differs = await _texts(uow, run, plan=plan)
    if after == before:
        return "Nothing came out differently. Say in a note what should change."
    step = "write_strategies" if kind is AlternativeKind.STRATEGIES else "ideate"
    entry = await entry_of(uow, run, step=step)
    alternative = Alternative(
        tenant_id=run.tenant_id,
        campaign_id=campaign.id,
        kind=kind,
        note=note_of(run.request),
        before=before,
        after=after,
        evidence=cited_by(before, after, known=(*plan.evidence, *context.passages)),
        differs=differs,
        author=after.ideas[0].author if after.ideas else after.channels[0].author,
        provider=str(entry.entry["provider"]) if entry else "",
        run_id=run.id,
        decision_id=entry.id if entry else None,
        created_at=now,
    )
    await file_alternative(uow, campaign, alternative, now=now)
    await keep_made(uow, campaign, ideas=after.ideas, lessons=_lessons(context), run_id=run.id, now=now)
    return f"{_offered(alternative)} Accept it or keep the old."


async def _texts(uow: UnitOfWork, run: Run, *, plan: Plan) -> tuple[Texts, Texts, tuple[str, ...]]:
    """What stands in the plan, what was written instead, and how that differs."""
    if run.kind is RunKind.REGENERATE_STRATEGIES:
        channels = await uow.runs.output(run, step="write_strategies", kind=Channels)
        words = {each.channel: each for each in channels.plans}
        if words.keys() != {each.channel for each in plan.channel_plans}:
            raise Conflict("The channels changed while their strategies were written. Ask again.", code="PLAN_CHANGED")
        written = [words[each.channel] for each in plan.channel_plans]
        return Texts.of_channels(plan.channel_plans), Texts.of_channels(written), channels.differs
    refined = await uow.runs.output(run, step="refine", kind=Ideas)
    fresh = refined.ideas
    if not fresh:
        raise Conflict("No other idea could be found for this brief. Loosen the note.", code="NO_IDEA")
    if run.kind is RunKind.REGENERATE_IDEAS:
        return Texts.of_ideas(plan.ideas), Texts.of_ideas(fresh), refined.differs
    old = [idea for idea in plan.ideas if idea.id == idea_of(run.request)]
    if not old:
        raise Conflict("The idea left the plan while another was being found for it.", code="PLAN_CHANGED")
    return Texts.of_ideas(old), Texts.of_ideas(fresh[:1]), refined.differs


def _offered(alternative: Alternative) -> str:
    if alternative.kind is AlternativeKind.STRATEGIES:
        return "Another wording of the channel strategies is ready."
    names = ", ".join(f"“{idea.theme}”" for idea in alternative.after.ideas)
    return f"{names} instead of {', '.join(f'“{idea.theme}”' for idea in alternative.before.ideas)}."
