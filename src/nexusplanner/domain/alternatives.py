"""Alternatives: other texts that were made for a plan. A person takes them or keeps the old; all stay on file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan, Plan
from nexusplanner.domain.knowledge import Claim, Passage
from nexusplanner.domain.shared import AlternativeId, CampaignId, Conflict, DecisionId, IdeaId, Invalid, RunId, TenantId


class AlternativeKind(StrEnum):
    """What it would replace."""

    IDEA = "idea"
    IDEAS = "ideas"
    STRATEGIES = "strategies"


class AlternativeState(StrEnum):
    """What became of it. OUTDATED is never kept: it shows while the plan no longer says what would be replaced."""

    OPEN = "open"
    ACCEPTED = "accepted"
    KEPT_OLD = "kept_old"
    OUTDATED = "outdated"


_S = AlternativeState
ALTERNATIVE_TRANSITIONS: Mapping[AlternativeState, frozenset[AlternativeState]] = {
    _S.OPEN: frozenset({_S.ACCEPTED, _S.KEPT_OLD}),
    _S.KEPT_OLD: frozenset({_S.ACCEPTED}),
    _S.ACCEPTED: frozenset({_S.KEPT_OLD}),
    _S.OUTDATED: frozenset(),
}
"""An accepted one becomes one that was not kept when something else takes its place."""


@dataclass(frozen=True, kw_only=True)
class ChannelText:
    """What a channel plan says in words."""

    channel: str
    strategy: str
    author: Author = Author.RULES
    claims: tuple[Claim, ...] = ()
    kpis: tuple[str, ...] = ()

    @classmethod
    def of(cls, plan: ChannelPlan) -> ChannelText:
        """The words of a channel plan."""
        return cls(
            channel=plan.channel,
            strategy=plan.strategy,
            author=plan.strategy_author,
            claims=tuple(claim.unwaived for claim in plan.claims),
            kpis=plan.kpis,
        )

    def on(self, plan: ChannelPlan) -> ChannelPlan:
        """The channel plan with these words; amounts untouched."""
        return replace(plan, strategy=self.strategy, strategy_author=self.author, claims=self.claims, kpis=self.kpis)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Ideas, or the words of the channels; one of them is empty."""

    ideas: tuple[CampaignIdea, ...] = ()
    channels: tuple[ChannelText, ...] = ()

    @classmethod
    def of_ideas(cls, ideas: Iterable[CampaignIdea]) -> Texts:
        """Ideas as they are compared: whether one is chosen, or a claim of it waived, is not part of its text."""
        return cls(ideas=tuple(as_written(idea) for idea in ideas))

    @classmethod
    def of_channels(cls, plans: Iterable[ChannelPlan]) -> Texts:
        """The words of channel plans."""
        return cls(channels=tuple(ChannelText.of(plan) for plan in plans))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything they assert."""
        of_ideas = (claim for idea in self.ideas for claim in idea.claims)
        return (*of_ideas, *(claim for text in self.channels for claim in text.claims))


@dataclass(frozen=True, kw_only=True)
class Swap:
    """An idea that took the place of another; no old one when it was added, no new one when it only left."""

    old: CampaignIdea | None
    new: CampaignIdea | None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A plan into which an alternative was put, and which ideas changed places."""

    plan: Plan
    swaps: tuple[Swap, ...] = ()


@dataclass(eq=False, kw_only=True)
class Alternative:
    """Other texts for a part of a plan.

    before: what stands in the plan where `after` would go; of an accepted one, what it replaced. The places of ideas
    correspond. evidence: the passages that its texts cite. differs: what is different, and why, in words. run_id,
    decision_id: the run and the ledger entry that proposed it; none when it is a text that stood in the plan before and was replaced. provider: empty when it was not kept.
    """

    id: AlternativeId = field(default_factory=lambda: AlternativeId(uuid4()))
    tenant_id: TenantId
    campaign_id: CampaignId
    kind: AlternativeKind
    state: AlternativeState = AlternativeState.OPEN
    note: str = ""
    before: Texts
    after: Texts
    evidence: tuple[Passage, ...] = ()
    differs: tuple[str, ...] = ()
    author: Author
    provider: str = ""
    run_id: RunId | None = None
    decision_id: DecisionId | None = None
    created_at: datetime
    settled_at: datetime | None = None
    version: int = 1

    @property
    def idea_id(self) -> IdeaId | None:
        """The one idea it would replace."""
        alone = self.kind is AlternativeKind.IDEA and self.before.ideas
        return self.before.ideas[0].id if alone else None

    @property
    def target(self) -> tuple[AlternativeKind, IdeaId | None]:
        """What it is another text for."""
        return self.kind, self.idea_id

    def settle(self, state: AlternativeState, *, at: datetime) -> None:
        """Note what became of it. Raises Conflict when the table does not have it."""
        if state not in ALTERNATIVE_TRANSITIONS[self.state]:
            raise Conflict(
                f"An alternative that is {_WORDS[self.state]} cannot become {_WORDS[state]}.", code="ALTERNATIVE_STATE"
            )
        self.state, self.settled_at = state, at

    def keep_old(self, *, at: datetime) -> None:
        """A person keeps what stands in the plan; saying so twice does nothing. Raises Conflict when it was accepted."""
        if self.state is AlternativeState.ACCEPTED:
            raise Conflict(
                "This was accepted already. To go back, accept the text it replaced: it is on file as well.",
                code="ALTERNATIVE_STATE",
            )
        if self.state is not AlternativeState.KEPT_OLD:
            self.settle(AlternativeState.KEPT_OLD, at=at)

    def state_over(self, plan: Plan | None) -> AlternativeState:
        """What shows of it beside `plan`."""
        if self.state is AlternativeState.ACCEPTED:
            return self.state if plan and self.stands_in(plan) else AlternativeState.OUTDATED
        return self.state if plan and self.fits(plan) else AlternativeState.OUTDATED

    def stands_in(self, plan: Plan) -> bool:
        """Whether the plan has any of its ideas, or its words for the channels."""
        if self.kind is AlternativeKind.STRATEGIES:
            return Texts.of_channels(plan.channel_plans) == self.after
        return any(idea.id in _ids(plan.ideas) for idea in self.after.ideas)

    def fits(self, plan: Plan) -> bool:
        """Whether the plan still says, unchanged, what would be replaced; ideas that were taken are no hindrance."""
        if self.kind is AlternativeKind.STRATEGIES:
            return Texts.of_channels(plan.channel_plans) in (self.before, self.after)
        standing = {idea.id: as_written(idea) for idea in plan.ideas}
        return all(
            standing.get(old.id) == old or (new is not None and new.id in standing) for old, new in self._places()
        )

    def take(self, plan: Plan, *, choice: Collection[IdeaId] | None = None, at: datetime) -> Taken:
        """Put it into the plan: whole, or only the new ideas in `choice`, each in the place of the one before it.

        What stands there already stays. Raises: Conflict (ALTERNATIVE_OUTDATED), Invalid for a choice it does not have.
        """
        self._check_choice(choice)
        if not self.fits(plan):
            raise Conflict(
                "The plan has changed since this was written, so it no longer fits. Ask for another.",
                code="ALTERNATIVE_OUTDATED",
            )
        taken = self._channels_into(plan) if self.kind is AlternativeKind.STRATEGIES else self._ideas_into(plan, choice)
        if self.state is not AlternativeState.ACCEPTED:
            self.settle(AlternativeState.ACCEPTED, at=at)
        self.settled_at = at
        return taken

    def has_taken(self, plan: Plan, *, choice: Collection[IdeaId] | None = None) -> bool:
        """Whether the plan has all of it, or all in `choice`, already."""
        self._check_choice(choice)
        if self.kind is AlternativeKind.STRATEGIES:
            return self.stands_in(plan)
        wanted = _ids(self.after.ideas) if choice is None else set(choice)
        return self.state is AlternativeState.ACCEPTED and wanted <= _ids(plan.ideas)

    def follow(self, taken: Taken, *, other: Alternative, at: datetime) -> None:
        """Go on beside a plan into which `other` was put: what this one would replace is what stands there now."""
        if self.kind is not AlternativeKind.STRATEGIES:
            self.before = replace(self.before, ideas=self._before_after(taken))
        elif other.kind is AlternativeKind.STRATEGIES:
            self.before = other.after
        if self.state is AlternativeState.ACCEPTED and not self.stands_in(taken.plan):
            self.settle(AlternativeState.KEPT_OLD, at=at)

    def _places(self) -> Iterable[tuple[CampaignIdea, CampaignIdea | None]]:
        for place, old in enumerate(self.before.ideas):
            yield old, self.after.ideas[place] if place < len(self.after.ideas) else None

    def _before_after(self, taken: Taken) -> tuple[CampaignIdea, ...]:
        moved = {swap.old.id: swap.new for swap in taken.swaps if swap.old and swap.new}
        standing = _ids(taken.plan.ideas)
        before = []
        for old, new in self._places():
            left = new.id if new and new.id in moved else old.id
            stays = new is not None and new.id in standing
            before.append(old if stays else as_written(moved.get(left, old)))
        return tuple(before)

    def _check_choice(self, choice: Collection[IdeaId] | None) -> None:
        if choice is None:
            return
        if self.kind is AlternativeKind.STRATEGIES:
            raise Invalid("Channel strategies are taken as a whole.", fields={"ideas": "Leave this out."})
        unknown = set(choice) - _ids(self.after.ideas)
        if unknown or not choice:
            message = "Choose one or more of the new ideas."
            raise Invalid(message, fields={"ideas": message}, details={"unknown": sorted(map(str, unknown))})

    def _channels_into(self, plan: Plan) -> Taken:
        words = {text.channel: text for text in self.after.channels}
        plans = tuple(words[each.channel].on(each) for each in plan.channel_plans)
        return Taken(plan=replace(plan, channel_plans=plans).citing((*self.evidence, *plan.evidence)))

    def _ideas_into(self, plan: Plan, choice: Collection[IdeaId] | None) -> Taken:
        standing = {idea.id: idea for idea in plan.ideas}
        ideas: list[CampaignIdea | None] = list(plan.ideas)
        swaps = []
        for place, new in enumerate(self.after.ideas):
            if new.id in standing or (choice is not None and new.id not in choice):
                continue
            old = standing.get(self.before.ideas[place].id) if place < len(self.before.ideas) else None
            if old is None:
                ideas.append(new)
            else:
                ideas[ideas.index(old)] = new
            swaps.append(Swap(old=old, new=new))
        for surplus in self.before.ideas[len(self.after.ideas) :] if choice is None else ():
            old = standing[surplus.id]
            ideas[ideas.index(old)] = None
            swaps.append(Swap(old=old, new=None))
        changed = replace(plan, ideas=tuple(idea for idea in ideas if idea is not None))
        return Taken(plan=changed.citing((*self.evidence, *plan.evidence)), swaps=tuple(swaps))


_WORDS: Mapping[AlternativeState, str] = {
    _S.OPEN: "open",
    _S.ACCEPTED: "accepted",
    _S.KEPT_OLD: "settled",
    _S.OUTDATED: "outdated",
}


def as_written(idea: CampaignIdea) -> CampaignIdea:
    """The idea as nobody chose it or waived anything of it."""
    return replace(idea, chosen=False, claims=tuple(claim.unwaived for claim in idea.claims))


def cited_by(*texts: Texts, known: Iterable[Passage]) -> tuple[Passage, ...]:
    """The passages of `known` that the texts cite, each once; of two with one id the later counts."""
    wanted = {citation.passage_id for each in texts for claim in each.claims for citation in claim.citations}
    return tuple({passage.id: passage for passage in known if passage.id in wanted}.values())


def _ids(ideas: Iterable[CampaignIdea]) -> set[IdeaId]:
    return {idea.id for idea in ideas}


def replaced_by(
    alternative: Alternative, taken: Taken, *, plan: Plan, on_file: Sequence[Alternative], at: datetime
) -> Alternative | None:
    """What left `plan` when `alternative` was put into it, as an alternative of its own; none when it is on file."""
    if alternative.kind is AlternativeKind.STRATEGIES:
        before, after = alternative.after, alternative.before
        known = any(each.after == after for each in on_file)
    else:
        filed = {idea for each in on_file for idea in each.after.ideas}
        gone = [swap for swap in taken.swaps if swap.old and as_written(swap.old) not in filed]
        added = [swap for swap in taken.swaps if not swap.old]
        before = Texts.of_ideas(swap.new for swap in (*gone, *added) if swap.new)
        after = Texts.of_ideas(swap.old for swap in gone if swap.old)
        known = not gone
    if known:
        return None
    first = after.ideas[0].author if after.ideas else after.channels[0].author
    single = len(before.ideas) == len(after.ideas) == 1
    several = AlternativeKind.IDEAS if after.ideas else AlternativeKind.STRATEGIES
    return Alternative(
        tenant_id=alternative.tenant_id,
        campaign_id=alternative.campaign_id,
        kind=AlternativeKind.IDEA if single else several,
        state=AlternativeState.KEPT_OLD,
        before=before,
        after=after,
        evidence=cited_by(after, known=plan.evidence),
        author=first,
        created_at=at,
        settled_at=at,
    )
