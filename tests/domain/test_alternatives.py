"""Alternatives: the table, and what holds whatever is taken and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.domain.alternatives import (
    ALTERNATIVE_TRANSITIONS,
    Alternative,
    AlternativeKind,
    AlternativeState,
    Texts,
    as_written,
    replaced_by,
)
from nexusplanner.domain.campaigns import Author, CampaignIdea, Plan
from nexusplanner.domain.knowledge import Claim
from nexusplanner.domain.shared import CampaignId, Conflict, IdeaId, Invalid, TenantId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPEN, ACCEPTED, KEPT_OLD, OUTDATED = AlternativeState
TENANT, CAMPAIGN = TenantId(uuid4()), CampaignId(uuid4())


def idea(theme: str) -> CampaignIdea:
    return CampaignIdea(theme=theme, description=f"{theme}.", target_kpi="k", core_message="c")


def plan_with(*themes: str) -> Plan:
    return records.plan(ideas=tuple(idea(theme) for theme in themes))


def offered(before: tuple[CampaignIdea, ...], *themes: str) -> Alternative:
    alone = len(before) == len(themes) == 1
    return Alternative(
        tenant_id=TENANT,
        campaign_id=CAMPAIGN,
        kind=AlternativeKind.IDEA if alone else AlternativeKind.IDEAS,
        before=Texts.of_ideas(before),
        after=Texts.of_ideas(idea(theme) for theme in themes),
        author=Author.RULES,
        created_at=NOW,
    )


def test_the_table_says_what_may_become_of_one() -> None:
    allowed = {(OPEN, ACCEPTED), (OPEN, KEPT_OLD), (KEPT_OLD, ACCEPTED), (ACCEPTED, KEPT_OLD)}
    assert {(one, to) for one, others in ALTERNATIVE_TRANSITIONS.items() for to in others} == allowed
    plan = plan_with("a")
    for before, after in product(AlternativeState, repeat=2):
        one = offered(plan.ideas, "b")
        one.state = before
        if (before, after) in allowed:
            one.settle(after, at=NOW)
            assert (one.state, one.settled_at) == (after, NOW)
        else:
            with pytest.raises(Conflict) as refusal:
                one.settle(after, at=NOW)
            assert refusal.value.code == "ALTERNATIVE_STATE"


def test_a_whole_set_of_another_length_comes_and_goes_as_a_whole() -> None:
    for few, many in ((("a", "b", "c"), ("x",)), (("a",), ("x", "y", "z"))):
        plan = plan_with(*few)
        one = offered(plan.ideas, *many)
        taken = one.take(plan, at=NOW)
        assert [each.theme for each in taken.plan.ideas] == list(many)
        mirror = replaced_by(one, taken, plan=plan, on_file=[one], at=NOW)
        assert mirror is not None
        back = mirror.take(taken.plan, at=NOW)
        assert back.plan.ideas == plan.ideas


def test_an_idea_of_the_plan_that_is_not_concerned_keeps_its_choice() -> None:
    first, second = replace(idea("a"), chosen=True), replace(idea("b"), chosen=True)
    plan = records.plan(ideas=(first, second))
    taken = offered((second,), "x").take(plan, at=NOW)
    assert [each.chosen for each in taken.plan.ideas] == [True, False]


def test_what_was_edited_or_removed_outdates_it() -> None:
    plan = plan_with("a", "b")
    one = offered(plan.ideas[:1], "x")
    assert one.state_over(plan) is OPEN
    assert one.state_over(None) is OUTDATED
    changed = replace(plan, ideas=(replace(plan.ideas[0], theme="other"), plan.ideas[1]))
    for other in (changed, replace(plan, ideas=plan.ideas[1:])):
        assert one.state_over(other) is OUTDATED
        with pytest.raises(Conflict) as refusal:
            one.take(other, at=NOW)
        assert refusal.value.code == "ALTERNATIVE_OUTDATED"
    chosen = replace(plan, ideas=(replace(plan.ideas[0], chosen=True), plan.ideas[1]))
    assert one.state_over(chosen) is OPEN


def test_a_choice_is_of_what_is_offered() -> None:
    plan = plan_with("a", "b")
    one = offered(plan.ideas, "x", "y")
    for wrong in ((), (IdeaId(uuid4()),)):
        with pytest.raises(Invalid):
            one.take(plan, choice=wrong, at=NOW)
    words = Texts.of_channels(plan.channel_plans)
    strategies = Alternative(
        tenant_id=TENANT,
        campaign_id=CAMPAIGN,
        kind=AlternativeKind.STRATEGIES,
        before=words,
        after=replace(words, channels=tuple(replace(each, strategy="Anew.") for each in words.channels)),
        author=Author.RULES,
        created_at=NOW,
    )
    with pytest.raises(Invalid, match="as a whole"):
        strategies.take(plan, choice=(plan.ideas[0].id,), at=NOW)
    taken = strategies.take(plan, at=NOW)
    assert [each.strategy for each in taken.plan.channel_plans] == ["Anew."]
    assert [each.budget for each in taken.plan.channel_plans] == [each.budget for each in plan.channel_plans]


def test_citations_follow_their_words_and_are_dropped_when_these_are_gone() -> None:
    moved = replace(records.PASSAGE, text=f"New first line. {records.PASSAGE.text}")
    plan = records.plan()
    same_words = plan.citing([moved])
    (claim,) = same_words.ideas[0].claims
    (citation,) = claim.citations
    assert moved.text[citation.start : citation.end] == "raised prices by 8 %"
    assert same_words.evidence == (moved,)
    gone = plan.citing([replace(records.PASSAGE, text="Something else.")])
    assert gone.ideas[0].claims == (Claim(text=claim.text),)
    assert plan.citing([records.PASSAGE]) == plan


acts = st.lists(st.tuples(st.integers(0, 5), st.sets(st.integers(0, 3))), max_size=14)


@given(acts)
def test_in_whatever_order_things_are_taken_nothing_is_lost_or_doubled(steps: list[tuple[int, set[int]]]) -> None:
    """Every idea that ever stood in the plan stands in it or is on file, and can be taken back."""
    plan = plan_with("a", "b", "c")
    on_file = [
        offered(plan.ideas, "x", "y", "z"),
        offered(plan.ideas[:1], "p"),
        offered(plan.ideas[1:2], "q"),
    ]
    ever = {each.theme for each in plan.ideas}
    for number, (which, places) in enumerate(steps):
        one = on_file[which % len(on_file)]
        chosen = {one.after.ideas[place].id for place in places if place < len(one.after.ideas)} or None
        if not one.fits(plan) or one.has_taken(plan, choice=chosen):
            continue
        at = NOW + timedelta(minutes=number)
        taken = one.take(plan, choice=chosen, at=at)
        for other in on_file:
            if other is not one:
                other.follow(taken, other=one, at=at)
        mirror = replaced_by(one, taken, plan=plan, on_file=on_file, at=at)
        plan = taken.plan
        if mirror is not None:
            on_file.append(mirror)
        standing = [each.id for each in plan.ideas]
        ever |= {each.theme for each in plan.ideas}
        assert len(standing) == len(set(standing)) == 3
        assert one.state_over(plan) is ACCEPTED
        filed = {each.theme for alternative in on_file for each in alternative.after.ideas}
        assert ever <= filed | {each.theme for each in plan.ideas}
        for alternative in on_file:
            assert alternative.state_over(plan) is not OUTDATED
            if alternative.state is ACCEPTED:
                assert alternative.stands_in(plan)


def test_a_choice_already_in_the_plan_is_taken_already() -> None:
    plan = plan_with("a", "b")
    one = offered(plan.ideas, "x", "y")
    assert not one.has_taken(plan)
    half = one.take(plan, choice=[one.after.ideas[0].id], at=NOW).plan
    assert one.has_taken(half, choice=[one.after.ideas[0].id])
    assert not one.has_taken(half)
    whole = one.take(half, at=NOW).plan
    assert one.has_taken(whole)
    assert whole.ideas == one.after.ideas
    assert as_written(replace(whole.ideas[0], chosen=True)) == whole.ideas[0]
