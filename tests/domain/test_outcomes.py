"""What became of proposals: the table, the fourteen days, and what is taught."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.campaigns import Author, CampaignIdea
from nexusplanner.domain.confidence import CalibratedConfidence, EvidenceStrength, confidence_of
from nexusplanner.domain.knowledge import Claim, Passage, SourceKind, Stance
from nexusplanner.domain.outcomes import (
    OUTCOME_TRANSITIONS,
    WINDOW,
    Event,
    Outcome,
    OutcomeState,
    confidence_in,
    examples_of,
    state_together,
)
from nexusplanner.domain.shared import CampaignId, TenantId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPEN, ACCEPTED, EDITED, REJECTED, LAPSED = OutcomeState
START = date(2026, 3, 2)


def proposed(at: datetime = NOW, *, score: float = 0.5) -> Outcome:
    return Outcome.of_text(
        Event.IDEA,
        subject_id=uuid4(),
        score=score,
        of=(TenantId(uuid4()), CampaignId(uuid4())),
        decision_id=None,
        at=at,
    )


def test_the_last_act_counts_but_an_edit_stays_an_edit() -> None:
    allowed = {(OPEN, ACCEPTED), (OPEN, EDITED), (OPEN, REJECTED), (ACCEPTED, EDITED), (ACCEPTED, REJECTED)}
    allowed |= {(REJECTED, ACCEPTED)}
    assert {(one, to) for one, others in OUTCOME_TRANSITIONS.items() for to in others} == allowed
    for before, after in product(OutcomeState, repeat=2):
        outcome = proposed()
        outcome.state = before
        outcome.decide(after, why="x", at=NOW)
        assert outcome.state is (after if (before, after) in allowed else before)


def test_what_nobody_touched_lapses_and_acts_after_the_time_count_for_nothing() -> None:
    outcome = proposed()
    end = NOW + WINDOW
    just_before = end - timedelta(microseconds=1)
    assert (outcome.state_at(just_before), outcome.resolved(just_before)) == (OPEN, False)
    assert (outcome.state_at(end), outcome.resolved(end)) == (LAPSED, True)
    outcome.decide(ACCEPTED, why="late", at=end)
    assert outcome.state_at(end) is LAPSED
    assert not outcome.example.happened


@given(st.lists(st.tuples(st.sampled_from(OutcomeState), st.integers(0, 20 * 24)), max_size=8))
def test_whatever_people_do_an_edited_text_was_not_accepted_unedited(acts: list[tuple[OutcomeState, int]]) -> None:
    outcome = proposed()
    for state, hours in sorted(acts, key=lambda act: act[1]):
        outcome.decide(state, why="x", at=NOW + timedelta(hours=hours))
        assert outcome.state is not LAPSED
    within = [state for state, hours in acts if timedelta(hours=hours) < WINDOW]
    if not {ACCEPTED, EDITED, REJECTED} & set(within):
        assert outcome.state is OPEN
    if outcome.example.happened:
        assert ACCEPTED in within


def test_only_what_is_over_teaches_oldest_first_and_ties_have_an_order() -> None:
    outcomes = [proposed(NOW + timedelta(days=day), score=day / 10) for day in (3, 1, 2, 9)]
    outcomes[0].decide(REJECTED, why="at once", at=NOW + timedelta(days=3))
    outcomes[1].decide(ACCEPTED, why="chosen", at=NOW + timedelta(days=4))
    taught = examples_of(outcomes, at=NOW + timedelta(days=3) + WINDOW)
    assert [(each.score, each.happened) for each in taught] == [(0.1, True), (0.2, False), (0.3, False)]
    assert examples_of(outcomes, at=NOW + timedelta(days=4)) == (), "an early rejection alone teaches nothing"


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([], None),
        ([OPEN, OPEN], OPEN),
        ([REJECTED, OPEN], OPEN),
        ([REJECTED, EDITED, OPEN], EDITED),
        ([LAPSED, REJECTED], REJECTED),
        ([EDITED, ACCEPTED, REJECTED], ACCEPTED),
        ([LAPSED], LAPSED),
    ],
)
def test_a_decision_fares_as_the_best_it_proposed(states: list[OutcomeState], together: OutcomeState | None) -> None:
    assert state_together(states) is together


PASSAGES = tuple(
    Passage(
        id=f"signal:{number}",
        kind=kind,
        title="t",
        text="Prices rose.",
        origin=origin,
        on=on,
        trust="own" if kind is SourceKind.SERVICE else "unverified",
    )
    for number, (kind, origin, on) in enumerate(
        [
            (SourceKind.SIGNAL, "Paper", date(2026, 2, 20)),
            (SourceKind.SIGNAL, "Paper", date(2025, 1, 1)),
            (SourceKind.SERVICE, "Catalogue", None),
            (SourceKind.BENCHMARK, "Office", date(2024, 1, 1)),
        ]
    )
)
KNOWN = {passage.id: passage for passage in PASSAGES}


def claim(*numbers: int, against: tuple[int, ...] = ()) -> Claim:
    pro = [PASSAGES[number].cite("Prices rose.") for number in numbers]
    con = [PASSAGES[number].cite("Prices rose.", stance=Stance.CONTRADICTS) for number in against]
    return Claim(text="Prices rise.", citations=(*pro, *con))


def strength(*claims: Claim) -> EvidenceStrength:
    return EvidenceStrength.of_claims(claims, known=KNOWN, at=START)


def test_strength_counts_sources_origins_freshness_and_agreement() -> None:
    found = strength(claim(0, 1, 2), claim(0), claim())
    assert (found.sources, found.origins, found.fresh, found.own, found.bare) == (3, 2, 1, 1, 1)
    assert found.agreeing
    assert found.words == (
        "Three sources from two different origins, one of them is the brand's own, the market news is some months old, "
        "and none speaks against. One claim has no source."
    )
    assert not strength(claim(0, against=(1,))).agreeing
    assert "one speaks against" in strength(claim(0, against=(1,))).words
    nothing = strength(claim())
    assert (nothing.agreeing, nothing.words) == (False, "No evidence: nothing was cited. One claim has no source.")
    assert strength(Claim(text="x", citations=(PASSAGES[0].cite("Prices rose."),))).sources == 1


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=5), st.integers(0, 3))
def test_more_support_never_lowers_the_number_of_sources_and_words_hold_no_percentage(
    cited: list[list[int]], more: int
) -> None:
    claims = [claim(*numbers) for numbers in cited]
    before, after = strength(*claims), strength(*claims, claim(more))
    assert after.sources >= before.sources
    assert 0 <= before.score <= 1
    assert not re.search(r"\d|%|per cent|probab", before.words)


@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 3))
def test_the_score_grows_with_sources_and_origins_and_falls_with_contradiction(
    sources: int, origins: int, against: int
) -> None:
    base = EvidenceStrength(sources=sources, origins=origins, against=against, claims=2, age=0.5)
    for better in (
        EvidenceStrength(sources=sources + 1, origins=origins, against=against, claims=2, age=0.5),
        EvidenceStrength(sources=sources, origins=origins + 1, against=against, claims=2, age=0.5),
        EvidenceStrength(sources=sources, origins=origins, against=against, claims=2, age=0.6),
    ):
        assert better.score >= base.score
    assert EvidenceStrength(sources=sources, origins=origins, against=against + 1, claims=2, age=0.5).score < base.score


USEFUL = records.calibration()
IDEA = CampaignIdea(
    theme="t", description="d", target_kpi="k", core_message="c", claims=(claim(0, 1, 2),), author=Author.RULES
)


@pytest.mark.parametrize(
    "learnt", [None, records.calibration(n=99), records.calibration(skill=0.0), records.calibration(skill=-0.1)]
)
def test_without_enough_outcomes_or_skill_there_is_no_percentage(learnt: Calibration | None) -> None:
    found = confidence_in(IDEA, known=KNOWN, at=START, learnt=learnt)
    assert isinstance(found, EvidenceStrength)


def test_with_skill_from_a_hundred_outcomes_there_is_one_with_its_interval() -> None:
    found = confidence_in(IDEA, known=KNOWN, at=START, learnt=USEFUL)
    assert isinstance(found, CalibratedConfidence)
    assert 0 < found.low < found.probability < found.high < 1
    assert (found.n, found.skill, found.event) == (120, 0.1, "accepted unedited within 14 days")
    assert found == confidence_of(strength(*IDEA.claims), calibration=USEFUL, event=Event.IDEA.words)


def test_of_a_persons_own_words_nothing_was_learnt() -> None:
    mine = IDEA.edited({"theme": "Mine"})
    assert isinstance(confidence_in(mine, known=KNOWN, at=START, learnt=USEFUL), EvidenceStrength)
