"""What a plan would be without a signal, a segment or another source: the steps are done again without it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from nexusplanner.application.agents.checking.evidence import DISTINCT, cited_ids, shown_title, told
from nexusplanner.application.agents.coordinator import AgentCoordinator
from nexusplanner.application.agents.gathering.facts import Facts
from nexusplanner.application.agents.gathering.passages import signal_passage
from nexusplanner.application.agents.outputs import Allocated, Opportunities
from nexusplanner.application.campaigns.loading import plan_of
from nexusplanner.application.counterfactuals.words import in_words
from nexusplanner.application.generation.inputs import Gathering, Ideating
from nexusplanner.application.generation.making import ids_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.application.replay.again import NotReplayable
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea, Plan
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.learning import Lesson
from nexusplanner.domain.relevance import most_alike
from nexusplanner.domain.shared import CampaignId, Estimate, Invalid, Money, RunId

REMOVABLE = (SourceKind.SIGNAL, SourceKind.SEGMENT, SourceKind.PAST_CAMPAIGN, SourceKind.FEEDBACK)
"""What a plan can be made without; a brief, a service and published figures are always there."""

MADE_BY = "rules"
"""Who writes both sides of the comparison, so that only what was left out makes a difference."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something the plan can be made without. id: of its passage."""

    id: str
    title: str
    kind: SourceKind


@dataclass(frozen=True, kw_only=True)
class ChannelMove:
    """What a channel gets with everything, and without."""

    channel: str
    before: Money
    after: Money


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What would be different, in themes of ideas and names of opportunities.

    moved: those of `kept` that would rest on other sources. lost: opportunities that nobody would see.
    """

    kept: tuple[str, ...]
    moved: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Counterfactual:
    """A plan without some sources, held against the plan with all of them."""

    without: tuple[Source, ...]
    text: str
    before: Estimate
    after: Estimate
    channels: tuple[ChannelMove, ...]
    ideas: Difference
    made_by: str = MADE_BY


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the plan was made from, as it was kept. by_model: a model wrote the plan's own ideas."""

    plan: Plan
    run_id: RunId
    given: Gathering
    asked: Ideating
    context: BriefContext
    allocated: Allocated
    by_model: bool


@dataclass(frozen=True, kw_only=True)
class Side:
    """Opportunities and ideas of one side of the comparison."""

    opportunities: Opportunities
    ideas: tuple[CampaignIdea, ...]


class Counterfactuals:
    """Answers what a plan would be without a source."""

    def __init__(self, *, units: UnitsOfWork, agents: AgentCoordinator) -> None:
        self._units = units
        self._agents = agents

    async def candidates(self, actor: Actor, *, campaign_id: CampaignId) -> tuple[Source, ...]:
        """What can be left out, what the plan cites first. Raises: Forbidden, NotFound, Conflict, NotReplayable."""
        actor.require(Permission.READ)
        async with self._units.for_actor(actor) as uow:
            ground = await load_ground(uow, campaign_id=campaign_id)
        return sources_of(ground)

    async def ask(
        self, actor: Actor, *, campaign_id: CampaignId, without: Sequence[str] = (), segment: str = ""
    ) -> Counterfactual:
        """The plan without these passages, or without the segment of this name.

        Raises: Forbidden, NotFound, Conflict (no plan), NotReplayable, Invalid (nothing that can be left out).
        """
        actor.require(Permission.READ)
        async with self._units.for_actor(actor) as uow:
            ground = await load_ground(uow, campaign_id=campaign_id)
        return await self.weigh(ground, without=without, segment=segment)

    async def weigh(self, ground: Ground, *, without: Sequence[str] = (), segment: str = "") -> Counterfactual:
        """The same of what was loaded. Raises Invalid (nothing that can be left out)."""
        chosen = _chosen(ground, without=without, segment=segment)
        before, after = await asyncio.to_thread(asyncio.run, self._sides(ground, chosen))
        ideas = _difference(before, after, without={source.id for source in chosen})
        allocation = ground.allocated.allocation
        return Counterfactual(
            without=chosen,
            text=in_words(
                [source.title for source in chosen],
                moved=ideas.moved,
                gone=ideas.gone,
                new=ideas.new,
                lost=ideas.lost,
                by_model=ground.by_model,
                by_hand=_by_hand(ground),
            ),
            before=allocation.expected_outcome,
            after=allocation.expected_outcome,
            channels=tuple(
                ChannelMove(channel=each.channel, before=each.budget, after=each.budget) for each in allocation.channels
            ),
            ideas=ideas,
        )

    async def _sides(self, ground: Ground, chosen: Sequence[Source]) -> tuple[Side, Side]:
        """With everything, and without; done in a thread, because it computes for some tenths of a second."""
        before = await self._side(ground, facts=ground.given.facts)
        return before, await self._side(ground, facts=_without(ground, chosen))

    async def _side(self, ground: Ground, *, facts: Facts) -> Side:
        """The steps that read sources. The division of the budget reads none of them, so its result stands."""
        agents, ids = self._agents, ids_of(ground.run_id)
        context = (await agents.gather(facts, note=ground.given.note)).output
        analysis = (await agents.analyse(context)).output
        found = (await agents.find(context, analysis)).output
        first = await agents.ideate(context, found, count=ground.asked.count, avoid=ground.asked.avoid, ids=ids)
        return Side(opportunities=found, ideas=(await agents.refine(context, first.output)).output.ideas)


async def load_ground(uow: UnitOfWork, *, campaign_id: CampaignId) -> Ground:
    """What the plan of a campaign was made from. Raises: NotFound, Conflict (no plan), NotReplayable, StepUnreadable."""
    campaign = await uow.campaigns.get(campaign_id)
    plan = plan_of(campaign)
    run = await uow.runs.get(_made_by(plan))
    recordings = {each.step: each for each in await uow.recordings.of_run(run)}
    if not {"gather_context", "ideate", "allocate"} <= set(recordings):
        raise NotReplayable(
            "The plan was made before the inputs of its steps were kept. Generate it again to ask this."
        )
    return Ground(
        plan=plan,
        run_id=run.id,
        given=await uow.recordings.inputs(run, step="gather_context", kind=Gathering),
        asked=await uow.recordings.inputs(run, step="ideate", kind=Ideating),
        context=await uow.runs.output(run, step="gather_context", kind=BriefContext),
        allocated=await uow.runs.output(run, step="allocate", kind=Allocated),
        by_model=any(each.answers for each in recordings.values()),
    )


def _made_by(plan: Plan) -> RunId:
    try:
        return RunId(UUID(str(plan.model["run_id"])))
    except (KeyError, ValueError):
        raise NotReplayable("The plan was made by no run, so nothing is known of what it was made from.") from None


def sources_of(ground: Ground) -> tuple[Source, ...]:
    """What can be left out of what was gathered, what the plan cites first."""
    cited = {passage.id for passage in ground.plan.evidence}
    found = ground.context.of_kind(*REMOVABLE)
    return tuple(_source(each) for each in sorted(found, key=lambda passage: passage.id not in cited))


def _source(passage: Passage) -> Source:
    return Source(id=passage.id, title=shown_title(passage), kind=passage.kind)


def _chosen(ground: Ground, *, without: Sequence[str], segment: str) -> tuple[Source, ...]:
    known = {source.id: source for source in sources_of(ground)}
    named = [each.id for each in known.values() if each.kind is SourceKind.SEGMENT and each.title == segment]
    wanted = [*dict.fromkeys(without), *named]
    missing = [each for each in wanted if each not in known] or ([segment] if segment and not named else [])
    if missing or not wanted:
        raise Invalid(
            "Choose what to leave out among the sources of the plan: its signals, segments, past campaigns and feedback.",
            fields={"without": f"Not among them: {', '.join(missing)}." if missing else "Choose at least one."},
        )
    return tuple(known[each] for each in wanted)


def _without(ground: Ground, chosen: Sequence[Source]) -> Facts:
    """The facts without these sources; a signal goes with every copy of its text."""
    ids, facts = {source.id for source in chosen}, ground.given.facts
    texts = {passage.text for passage in ground.context.passages if passage.id in ids}
    return replace(
        facts,
        signals=[each for each in facts.signals if signal_passage(each).text not in texts],
        segments=[each for each in facts.segments if f"segment:{each.id}" not in ids],
        past=[each for each in facts.past if f"past_campaign:{each.id}" not in ids],
        feedback=[each for each in facts.feedback if f"feedback:{each.target_id}" not in ids],
        lessons=_taught_by_others(facts.lessons, ids=ids),
    )


def _taught_by_others(lessons: tuple[Lesson, ...] | None, *, ids: set[str]) -> tuple[Lesson, ...] | None:
    """Lessons but those of opinions and campaigns that are left out."""
    if lessons is None:
        return None
    left = ("feedback:{0.subject_id}", "past_campaign:{0.campaign_id}")
    return tuple(each for each in lessons if not any(name.format(each) in ids for name in left))


def _difference(before: Side, after: Side, *, without: set[str]) -> Difference:
    gone = [idea for idea in before.ideas if not _among(idea, after.ideas)]
    kept = [idea for idea in before.ideas if idea not in gone]
    return Difference(
        kept=tuple(idea.theme for idea in kept),
        moved=tuple(idea.theme for idea in kept if not without.isdisjoint(cited_ids(idea.claims))),
        gone=tuple(idea.theme for idea in gone),
        new=tuple(idea.theme for idea in after.ideas if not _among(idea, before.ideas)),
        lost=_lost(before.opportunities, after.opportunities),
    )


def _among(idea: CampaignIdea, others: Sequence[CampaignIdea]) -> bool:
    """Whether one of the others says the same, in much the same words."""
    return any(most_alike([told(idea), told(other)]) > DISTINCT for other in others)


def _lost(before: Opportunities, after: Opportunities) -> tuple[str, ...]:
    left = {one.name for one in after.opportunities}
    return tuple(one.name for one in before.opportunities if one.name not in left)


def _by_hand(ground: Ground) -> bool:
    """Whether the plan's amounts are no longer those of the run."""
    allocated = {each.channel: each.budget for each in ground.allocated.allocation.channels}
    return {each.channel: each.budget for each in ground.plan.channel_plans} != allocated
