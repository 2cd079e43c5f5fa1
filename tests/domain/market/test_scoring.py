"""What a signal is worth: parts that are told in words, and an order that does not depend on when one looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.market.scoring import HALF_LIFE, WEIGHTS, ServiceMatch, Standing, Taught, Worth
from nexusplanner.domain.shared import ServiceId
from nexusplanner.domain.sources import Trust

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TIDE = ServiceId(UUID(int=7))

shares = st.floats(0, 1).map(lambda value: round(value, 4))
worths = st.builds(
    Worth,
    standing=st.builds(Standing, relevance=shares, novelty=shares),
    impact=st.floats(-1, 1),
    trust=st.sampled_from(Trust),
    since=st.integers(0, 400).map(lambda days: NOW - timedelta(days=days)),
)


def worth(**changes: object) -> Worth:
    values: dict[str, object] = {
        "standing": Standing(relevance=0.6, novelty=0.9),
        "impact": 0.0,
        "trust": Trust.UNVERIFIED,
        "since": NOW - timedelta(days=12),
    }
    return Worth(**values | changes)  # type: ignore[arg-type]


def test_the_weights_add_up_to_one() -> None:
    assert sum(WEIGHTS.values()) == 1


@given(one=worths, other=worths, later=st.integers(0, 500))
def test_the_kept_order_is_that_of_the_scores_at_any_instant(one: Worth, other: Worth, later: int) -> None:
    now = NOW + timedelta(days=later)
    left, right = one.base * one.age(now), other.base * other.age(now)
    if abs(left - right) > 1e-9 * max(left, right):
        assert (one.rank < other.rank) == (left < right)
    assert 0 <= one.at(now).total <= 1


def test_a_score_halves_with_its_half_life_and_never_exceeds_its_parts() -> None:
    fresh, old = worth(since=NOW).at(NOW), worth(since=NOW - timedelta(days=HALF_LIFE)).at(NOW)
    assert old.age == 0.5
    assert old.total == round(fresh.total / 2, 4)
    assert worth(since=NOW + timedelta(days=3)).at(NOW).age == 1


def test_reasons_tell_the_service_the_words_the_lessons_the_sources_the_trust_and_the_age() -> None:
    standing = Standing(
        relevance=0.6,
        novelty=0.2,
        services=(ServiceMatch(service_id=TIDE, score=0.7, words=("shift planning", "working time rule")),),
        taught=Taught(shift=-0.2, dismissed=3),
    )
    score = worth(standing=standing).at(NOW, sources=3, names={TIDE: "Tidemark Time"})
    assert score.reasons == (
        "Matches Tidemark Time: shift planning, working time rule",
        "Like 3 you dismissed as irrelevant",
        "Impact not judged",
        "Three sources tell it",
        "Much the same was told lately",
        "From an unverified source",
        "Twelve days old",
    )


def test_impact_counts_whether_it_is_good_or_bad_and_only_when_somebody_judged_it() -> None:
    good, bad, none = (worth(impact=impact).at(NOW) for impact in (0.6, -0.6, 0.0))
    assert good.total == bad.total > none.total
    assert "Strong impact, good for the brand" in good.reasons
    assert "Strong impact, bad for the brand" in bad.reasons
    assert (none.impact, "Impact not judged" in none.reasons) == (0, True)


def test_what_speaks_of_no_service_says_so() -> None:
    assert worth().at(NOW).reasons[0] == "Speaks of none of your services"
