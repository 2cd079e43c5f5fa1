"""Outcomes: note what was proposed and what people made of it, in their own transaction, and learn from it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from nexusplanner.application.ports.outcomes import DayOfOutcomes
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.alternatives import Alternative, Taken
from nexusplanner.domain.calibration import MOST_LEARNT, NEEDED, Calibration, calibrate
from nexusplanner.domain.campaigns import Campaign, CampaignIdea
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.knowledge import Claim, Passage
from nexusplanner.domain.outcomes import DISLIKED, REPLACED, Event, Outcome, OutcomeState, examples_of, score_of
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import CampaignId, DecisionId

SHOWN = timedelta(days=90)
"""How far back decisions are counted by day."""
OPINIONS = 500
"""The newest of a brand that are looked through for others on the same thing."""
WORTH_LEARNING = 50
"""What was learnt is looked at anew when one in this many outcomes is new."""


async def entry_of(uow: UnitOfWork, run: Run, *, step: str) -> DecisionRow | None:
    """The ledger entry of the run's first proposal of texts in this step."""
    entries = (await uow.read.decisions.page(run_id=run.id, step=step, limit=10)).items
    return next((entry for entry in entries if entry.agent == "creative"), None)


async def propose_plan(uow: UnitOfWork, campaign: Campaign, *, run: Run, now: datetime) -> None:
    """Note the ideas and strategies of a new plan as proposals; what stood open for the one before is replaced."""
    await note_replaced(uow, campaign.id, why=REPLACED, now=now)
    plan = campaign.require_plan()
    ideas, strategies = (await entry_of(uow, run, step="ideate")), (await entry_of(uow, run, step="explain"))
    propose = _proposing(uow, campaign, evidence=plan.evidence, now=now)
    for idea in plan.ideas:
        propose(Event.IDEA, idea.id, idea.claims, ideas.id if ideas else None)
    for channel in plan.channel_plans:
        propose(Event.STRATEGY, channel.id, channel.claims, strategies.id if strategies else None)


def propose_alternative(uow: UnitOfWork, campaign: Campaign, alternative: Alternative, *, now: datetime) -> None:
    """Note an alternative, and each of its ideas, as a proposal."""
    propose = _proposing(uow, campaign, evidence=alternative.evidence, now=now)
    propose(Event.ALTERNATIVE, alternative.id, alternative.after.claims, alternative.decision_id)
    for idea in alternative.after.ideas:
        propose(Event.IDEA, idea.id, idea.claims, alternative.decision_id)


async def note_edit(
    uow: UnitOfWork, campaign_id: CampaignId, *, before: CampaignIdea, after: CampaignIdea, now: datetime
) -> None:
    """Note that a person changed an idea's texts, or chose it as it is."""
    texts = ("theme", "description", "core_message", "target_kpi")
    if any(getattr(before, name) != getattr(after, name) for name in texts):
        await _decide(uow, campaign_id, (after.id,), OutcomeState.EDITED, why="A person changed its words.", now=now)
    elif after.chosen and not before.chosen:
        await _decide(uow, campaign_id, (after.id,), OutcomeState.ACCEPTED, why="It was chosen.", now=now)


async def note_reworded(uow: UnitOfWork, campaign_id: CampaignId, subject_id: UUID, *, now: datetime) -> None:
    """Note that a person changed the words of a channel's strategy."""
    why = "A person changed its words."
    await _decide(uow, campaign_id, (subject_id,), OutcomeState.EDITED, why=why, now=now)


async def note_approval(uow: UnitOfWork, campaign: Campaign, *, now: datetime) -> None:
    """Note that the plan was approved with these texts: the ideas that were chosen, or all when none was."""
    plan = campaign.require_plan()
    chosen = [idea.id for idea in plan.ideas if idea.chosen] or [idea.id for idea in plan.ideas]
    paid = [channel.id for channel in plan.channel_plans if channel.budget.amount]
    why = "It was approved with the plan."
    await _decide(uow, campaign.id, (*chosen, *paid), OutcomeState.ACCEPTED, why=why, now=now)


async def note_feedback(uow: UnitOfWork, feedback: Feedback) -> None:
    """Note that somebody dislikes an idea or a channel's strategy; a like is no acceptance."""
    rated_low = feedback.feedback_type is FeedbackType.RATING and (feedback.rating or 3) < 3
    if feedback.target is FeedbackTarget.CAMPAIGN or not (rated_low or feedback.feedback_type is FeedbackType.DISLIKE):
        return
    await _decide(
        uow,
        feedback.campaign_id,
        (feedback.target_id,),
        OutcomeState.REJECTED,
        why=DISLIKED,
        now=feedback.created_at,
    )


async def note_withdrawn(uow: UnitOfWork, feedback: Feedback, *, now: datetime) -> None:
    """Note that an opinion was withdrawn: what was rejected for being disliked is open again, unless others dislike it."""
    campaign = await uow.campaigns.get(feedback.campaign_id, deleted=True)
    others = await uow.feedbacks.of_brand(brand_id=campaign.brand_id, limit=OPINIONS)
    if any(each.target_id == feedback.target_id and each.verdict < 0 for each in others):
        return
    for outcome in await uow.outcomes.undecided(feedback.campaign_id, at=now):
        if outcome.subject_id == feedback.target_id:
            outcome.take_back_dislike(at=now)


async def note_taken(
    uow: UnitOfWork, campaign: Campaign, alternative: Alternative, taken: Taken, *, now: datetime
) -> None:
    """Note that an alternative was put into the plan, and what it replaced."""
    came = [alternative.id, *(swap.new.id for swap in taken.swaps if swap.new)]
    left: list[UUID] = [swap.old.id for swap in taken.swaps if swap.old]
    if alternative.after.channels:
        left = [each.id for each in taken.plan.channel_plans]
    await _decide(uow, campaign.id, left, OutcomeState.REJECTED, why="Another text was preferred.", now=now)
    await _decide(uow, campaign.id, came, OutcomeState.ACCEPTED, why="It was accepted.", now=now)


async def note_left(uow: UnitOfWork, alternative: Alternative, *, why: str, now: datetime) -> None:
    """Note that the old text was kept instead of an alternative."""
    ids = (alternative.id, *(idea.id for idea in alternative.after.ideas))
    await _decide(uow, alternative.campaign_id, ids, OutcomeState.REJECTED, why=why, now=now)


async def note_replaced(uow: UnitOfWork, campaign_id: CampaignId, *, why: str, now: datetime) -> None:
    """Note that everything that was proposed for the campaign is gone."""
    for outcome in await uow.outcomes.undecided(campaign_id, at=now):
        outcome.decide(OutcomeState.REJECTED, why=why, at=now)


async def learn(uow: UnitOfWork, *, now: datetime) -> None:
    """Learn anew from resolved outcomes when there are enough, and enough new ones."""
    for event in Event:
        kept = await uow.outcomes.calibration(event)
        resolved = await uow.outcomes.count_resolved(event, at=now)
        known = await uow.outcomes.count_resolved(event, at=kept.fitted_at) if kept else 0
        if resolved < NEEDED or (kept is not None and (resolved - known) * WORTH_LEARNING < kept.n):
            continue
        found = await uow.outcomes.resolved(event, at=now, limit=MOST_LEARNT)
        learnt = await asyncio.to_thread(calibrate, examples_of(found, at=now), at=now)
        if learnt is not None:
            await uow.outcomes.keep_calibration(event, learnt)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What became of proposals. resolved: those whose time is over; the other counts are of the state so far."""

    event: Event
    resolved: int
    open: int
    accepted: int
    edited: int
    rejected: int
    lapsed: int
    days: Sequence[DayOfOutcomes]
    learnt: Calibration | None

    @property
    def words(self) -> str:
        """What is shown beside proposals, and why."""
        if self.resolved < NEEDED or self.learnt is None:
            return (
                f"{self.resolved} of the {NEEDED} outcomes that a probability needs are resolved. "
                "Until one is learnt, the strength of the evidence is shown."
            )
        skill = f"Brier skill {self.learnt.skill:.2f} against the base rate"
        if not self.learnt.useful:
            return (
                f"Probabilities learnt from {self.learnt.n} outcomes say no more than the base rate does ({skill}), "
                "so the strength of the evidence is shown."
            )
        return f"Probabilities are learnt from {self.learnt.n} resolved outcomes ({skill}, cross-validated)."


async def quality(uow: UnitOfWork, *, event: Event, now: datetime) -> Quality:
    """What became of the workspace's proposals, and what was learnt from it. Raises: Forbidden."""
    uow.actor.require(Permission.READ)
    counts = await uow.outcomes.counts(event, at=now)
    return Quality(
        event=event,
        resolved=await uow.outcomes.count_resolved(event, at=now),
        open=counts[OutcomeState.OPEN],
        accepted=counts[OutcomeState.ACCEPTED],
        edited=counts[OutcomeState.EDITED],
        rejected=counts[OutcomeState.REJECTED],
        lapsed=counts[OutcomeState.LAPSED],
        days=await uow.outcomes.days(event, since=now - SHOWN),
        learnt=await uow.outcomes.calibration(event),
    )


def _proposing(
    uow: UnitOfWork, campaign: Campaign, *, evidence: Iterable[Passage], now: datetime
) -> Callable[[Event, UUID, Iterable[Claim], DecisionId | None], None]:
    known, at = {passage.id: passage for passage in evidence}, campaign.brief.start_date

    def propose(event: Event, subject: UUID, claims: Iterable[Claim], decision: DecisionId | None) -> None:
        outcome = Outcome.of_text(
            event,
            subject_id=subject,
            score=score_of(claims, known=known, at=at),
            of=(campaign.tenant_id, campaign.id),
            decision_id=decision,
            at=now,
        )
        uow.outcomes.add(outcome)

    return propose


async def _decide(
    uow: UnitOfWork,
    campaign_id: CampaignId,
    subjects: Collection[UUID],
    state: OutcomeState,
    *,
    why: str,
    now: datetime,
) -> None:
    for outcome in await uow.outcomes.undecided(campaign_id, at=now):
        if outcome.subject_id in subjects:
            outcome.decide(state, why=why, at=now)
