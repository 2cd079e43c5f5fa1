"""Whether feedback helped is said only when it can be told."""

from __future__ import annotations

from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.learning import Held, HeldOutcome, held_out
from nexusplanner.domain.learning.report import FEWEST, FEWEST_CAMPAIGNS
from nexusplanner.domain.shared import CampaignId


def workspace(
    rng: np.random.Generator, *, before: float, after: float, campaigns: int = 20, together: float = 0.0
) -> list[HeldOutcome]:
    """Ideas by fours. together: how far those of one campaign stand and fall together, in acceptance."""
    found = []
    for number in range(2 * campaigns):
        informed = number >= campaigns
        chance = np.clip((after if informed else before) + together * rng.standard_normal(), 0.02, 0.98)
        of = CampaignId(UUID(int=number))
        found += [
            HeldOutcome(
                campaign_id=of, group=f"service {number % 2}", informed=informed, accepted=bool(rng.random() < chance)
            )
            for _ in range(4)
        ]
    return found


def test_where_feedback_helps_the_report_says_by_how_much() -> None:
    held = held_out(workspace(np.random.default_rng(1), before=0.25, after=0.6))
    assert held.improved is True
    assert held.before is not None
    assert held.after is not None
    assert held.low is not None
    assert 0 < held.low < held.after - held.before
    assert held.words.startswith("Acceptance has improved: ")
    assert f"{held.after:.0%}" in held.words
    assert f"{held.n} outcomes" in held.words


def test_where_feedback_does_nothing_the_report_says_so() -> None:
    held = held_out(workspace(np.random.default_rng(2), before=0.4, after=0.4))
    assert held.improved is False
    assert held.words.startswith("It cannot be said that feedback improved acceptance: ")


def test_where_feedback_hurts_the_report_says_so() -> None:
    held = held_out(workspace(np.random.default_rng(3), before=0.7, after=0.3))
    assert held.improved is False
    assert held.high is not None
    assert held.high < 0
    assert "it has fallen" in held.words


def test_too_little_is_called_too_little() -> None:
    few = held_out(workspace(np.random.default_rng(4), before=0.0, after=0.9, campaigns=2))
    assert (few.improved, few.low, few.high) == (None, None, None)
    assert few.words.startswith("16 outcomes that can be compared: too few to tell; about 100 are needed")
    assert held_out([]).words.startswith("No idea has been accepted or rejected yet")


@pytest.mark.parametrize(("informed", "words"), [(True, "there are none from before"), (False, "nothing to compare")])
def test_one_side_alone_tells_nothing(*, informed: bool, words: str) -> None:
    alone = [each for each in workspace(np.random.default_rng(5), before=0.5, after=0.5) if each.informed is informed]
    held = held_out(alone)
    assert held.improved is None
    assert words in held.words


def test_another_mix_of_services_is_no_improvement() -> None:
    """What is easily accepted was hardly planned before and is planned often now; within each service nothing changed."""
    rng = np.random.default_rng(6)
    found = []
    for service, chance, sides in (("easy", 0.8, (40, 160)), ("hard", 0.2, (160, 40))):
        for informed, number in zip((False, True), sides, strict=True):
            found += [
                HeldOutcome(
                    campaign_id=CampaignId(UUID(int=int(rng.integers(1, 60)) + 100 * informed)),
                    group=service,
                    informed=informed,
                    accepted=bool(rng.random() < chance),
                )
                for _ in range(number)
            ]
    assert held_out(found).improved is False


def test_ideas_that_stand_and_fall_together_seldom_pass_for_an_improvement() -> None:
    told = [
        held_out(workspace(np.random.default_rng([7, seed]), before=0.4, after=0.4, campaigns=12, together=0.3))
        for seed in range(400)
    ]
    assert sum(held.improved is True for held in told) <= 20


def one_campaign_each(rng: np.random.Generator, *, services: int) -> list[HeldOutcome]:
    """Each service was planned once before and once after; nothing changed but how a campaign went."""
    found = []
    for number in range(2 * services):
        chance = np.clip(0.4 + 0.3 * rng.standard_normal(), 0.02, 0.98)
        found += [
            HeldOutcome(
                campaign_id=CampaignId(UUID(int=number)),
                group=f"service {number // 2}",
                informed=number % 2 == 1,
                accepted=bool(rng.random() < chance),
            )
            for _ in range(4)
        ]
    return found


def test_how_one_campaign_of_a_service_went_does_not_pass_for_an_improvement() -> None:
    told = [held_out(one_campaign_each(np.random.default_rng([8, seed]), services=12)) for seed in range(300)]
    assert all(held.improved is not None for held in told)
    assert sum(held.improved is True for held in told) <= 9


def test_ideas_of_one_campaign_on_both_sides_that_crowd_each_other_out_widen_the_interval() -> None:
    """Of the ideas made before and after in one campaign one side is taken, so one side's gain is the other's loss."""
    rng = np.random.default_rng(9)
    taken = [bool(rng.random() < 0.5) for _ in range(24)]

    def outcomes_of(*, one_campaign: bool) -> list[HeldOutcome]:
        return [
            HeldOutcome(
                campaign_id=CampaignId(UUID(int=number if one_campaign else number + 100 * informed)),
                group="a",
                informed=informed,
                accepted=taken[number] is informed,
            )
            for number in range(24)
            for informed in (False, True)
            for _ in range(2)
        ]

    apart, crowding = outcomes_of(one_campaign=False), outcomes_of(one_campaign=True)
    narrow, wide = held_out(apart), held_out(crowding)
    assert narrow.low is not None
    assert wide.low is not None
    assert wide.low < narrow.low


outcomes = st.lists(
    st.builds(
        HeldOutcome,
        campaign_id=st.integers(0, 30).map(lambda number: CampaignId(UUID(int=number))),
        group=st.sampled_from(["a", "b"]),
        informed=st.booleans(),
        accepted=st.booleans(),
    ),
    max_size=250,
)


@given(outcomes)
@settings(max_examples=200, deadline=None)
def test_improvement_is_never_claimed_when_the_interval_includes_nought(found: list[HeldOutcome]) -> None:
    held = held_out(found)
    _agree(held)


@given(st.integers(0, 10_000), st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(3, 30))
@settings(max_examples=100, deadline=None)
def test_words_and_interval_agree_whatever_happened(seed: int, before: float, after: float, campaigns: int) -> None:
    found = workspace(np.random.default_rng(seed), before=before, after=after, campaigns=campaigns)
    held = held_out(found)
    _agree(held)
    if campaigns < max(FEWEST_CAMPAIGNS, FEWEST / 4):
        assert held.improved is None


def _agree(held: Held) -> None:
    claims = "has improved" in held.words
    assert claims == (held.improved is True)
    if claims:
        assert held.low is not None
        assert held.low > 0
    if held.low is not None and held.high is not None:
        assert -1 <= held.low <= held.high <= 1
        assert held.improved == (held.low > 0)
    else:
        assert held.improved is None
        assert "cannot be said" not in held.words


def test_a_side_that_is_all_one_is_not_taken_for_certain() -> None:
    same = [
        HeldOutcome(campaign_id=CampaignId(uuid4()), group="a", informed=informed, accepted=True)
        for informed in (False, True)
        for _ in range(40)
    ]
    held = held_out(same)
    assert held.low is not None
    assert held.high is not None
    assert held.low < -0.01 < 0.01 < held.high
