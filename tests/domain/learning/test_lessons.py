"""What opinions, acts and results teach, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.learning import (
    Arm,
    ArmKind,
    Audience,
    Direction,
    Forgotten,
    Lesson,
    LessonSource,
    Made,
    Share,
    Strength,
    learn,
    lesson_of_act,
    lesson_of_feedback,
    lesson_of_result,
    memories_of,
    remembered,
)
from nexusplanner.domain.outcomes import DISLIKED, Event, Outcome, OutcomeState
from nexusplanner.domain.shared import BrandId, CampaignId, SegmentId, UserId

BRAND = BrandId(UUID(int=1))
NOBODY = Audience()
ANGLE, OTHER = Arm(kind=ArmKind.ANGLE, key="rival"), Arm(kind=ArmKind.ANGLE, key="job")


def campaign() -> Campaign:
    _, tenant, user = records.person()
    brand = records.brand(tenant.id)
    return records.campaign(records.service(brand), by=user.id, run_id=None, plan=records.plan())


def made(**changes: Any) -> Made:
    return records.made(campaign(), **{"channels": ("search", "email"), **changes})


def said(on: Made, **changes: Any) -> Feedback:
    return Feedback(
        **{
            "tenant_id": on.tenant_id,
            "user_id": UserId(uuid4()),
            "campaign_id": on.campaign_id,
            "feedback_type": FeedbackType.DISLIKE,
            "target": FeedbackTarget.IDEA,
            "target_id": on.id,
            "created_at": records.NOW,
            **changes,
        }
    )


def about(lesson: Lesson | None) -> dict[str, set[str]]:
    assert lesson is not None
    found: dict[str, set[str]] = {}
    for share in lesson.shares:
        found.setdefault(share.arm.kind.value, set()).add(share.arm.key)
    return found


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [
        ("wrong_tone", {"framework", "angle"}),
        ("wrong_channel", {"channel"}),
        ("not_for_us", {"framework", "angle"}),
        ("too_close", {"framework", "angle"}),
        ("other", {"framework", "angle"}),
        ("off_brand", {"framework", "angle"}),
        ("It is dull.", {"framework", "angle"}),
    ],
)
def test_a_reason_says_what_a_dislike_is_held_against(reason: str, kinds: set[str]) -> None:
    on = made()
    lesson = lesson_of_feedback(said(on, reason=reason), on, audience=NOBODY)
    assert set(about(lesson)) == kinds
    assert lesson is not None
    assert lesson.value == -1.0


def test_a_wrong_fact_is_no_fault_of_the_form() -> None:
    on = made()
    assert lesson_of_feedback(said(on, reason="not_true"), on, audience=NOBODY) is None


def test_a_comment_without_a_verdict_teaches_nothing() -> None:
    on = made()
    comment = said(on, feedback_type=FeedbackType.COMMENT, comment="Nice.")
    assert lesson_of_feedback(comment, on, audience=NOBODY) is None
    assert lesson_of_feedback(said(on, feedback_type=FeedbackType.RATING, rating=3), on, audience=NOBODY) is None


def test_stars_count_by_how_far_they_are_from_the_middle() -> None:
    on = made()
    values = [
        lesson.value
        for stars in (1, 2, 4, 5)
        if (
            lesson := lesson_of_feedback(said(on, feedback_type=FeedbackType.RATING, rating=stars), on, audience=NOBODY)
        )
    ]
    assert values == [-1.0, -0.5, 0.5, 1.0]


def test_a_comment_lays_the_blame_on_the_channel_and_format_it_names() -> None:
    on = made()
    by_channel = lesson_of_feedback(said(on, reason="wrong_channel", comment="Not by email!"), on, audience=NOBODY)
    assert about(by_channel) == {"channel": {"email"}}
    plan = made(is_idea=False, framework="", angle="", channels=("social",), formats=("single images", "carousels"))
    by_format = lesson_of_feedback(said(plan, comment="No more carousels."), plan, audience=NOBODY)
    assert about(by_format) == {"channel": {"social"}, "format": {"carousels"}}


def outcome(on: Made, state: OutcomeState, **changes: Any) -> Outcome:
    whole = Outcome.of_text(
        Event.IDEA,
        subject_id=on.id,
        score=0.5,
        of=(on.tenant_id, on.campaign_id),
        decision_id=None,
        at=records.NOW,
    )
    whole.state, whole.decided_at, whole.why = state, records.NOW, "It was chosen."
    for name, value in changes.items():
        setattr(whole, name, value)
    return whole


def test_acts_say_less_than_opinions_and_a_dislike_is_not_counted_twice() -> None:
    on = made()
    accepted = lesson_of_act(outcome(on, OutcomeState.ACCEPTED), on, audience=NOBODY)
    assert accepted is not None
    assert (accepted.value, accepted.certain, accepted.source) == (1.0, 0.5, LessonSource.FEEDBACK)
    assert lesson_of_act(outcome(on, OutcomeState.REJECTED, why=DISLIKED), on, audience=NOBODY) is None
    assert lesson_of_act(outcome(on, OutcomeState.OPEN, decided_at=None), on, audience=NOBODY) is None


def test_a_result_teaches_of_the_channel_and_of_the_ideas_that_ran() -> None:
    plan = made(id=uuid4(), is_idea=False, framework="", angle="", channels=("email",), formats=("newsletters",))
    ran = [
        made(id=uuid4(), angle="job"),
        made(id=uuid4(), angle="rival"),
        made(id=uuid4(), angle="sum", channels=("tv",)),
    ]
    lesson = lesson_of_result(
        outcome(plan, OutcomeState.REJECTED, event=Event.FORECAST), plan, ran=ran, audience=NOBODY
    )
    assert lesson is not None
    assert (lesson.source, lesson.value) == (LessonSource.RESULT, -1.0)
    assert about(lesson) == {
        "channel": {"email"},
        "format": {"newsletters"},
        "angle": {"job", "rival"},
        "framework": {"pas"},
    }


def lesson(number: int, *, arm: Arm = ANGLE, value: float = -1.0, **changes: Any) -> Lesson:
    whole = Lesson(
        id=f"feedback:{number}",
        source=LessonSource.FEEDBACK,
        subject_id=UUID(int=number),
        campaign_id=CampaignId(UUID(int=9)),
        is_idea=True,
        value=value,
        certain=1.0,
        at=records.NOW + timedelta(hours=number),
        shares=(Share(arm=arm, part=1.0),),
        title=f"Idea {number} was judged",
    )
    return replace(whole, **changes)


def memory_of(*lessons: Lesson, at: datetime = records.NOW + timedelta(days=1)) -> Any:
    return memories_of(lessons, brand_id=BRAND, at=at, name_of=lambda arm: arm.key)


def forget(*lessons: Lesson, at: datetime, segment_id: SegmentId | None = None) -> Forgotten:
    return Forgotten(
        id=ANGLE.memory_id(BRAND, segment_id),
        tenant_id=records.person()[1].id,
        brand_id=BRAND,
        kind=ANGLE.kind,
        key=ANGLE.key,
        lessons=tuple(each.id for each in lessons),
        at=at,
        user_id=UserId(UUID(int=3)),
    )


def test_memory_has_words_evidence_strength_and_direction() -> None:
    (weak,) = memory_of(lesson(1))
    assert (weak.strength, weak.direction) == (Strength.WEAK, Direction.LESS)
    assert weak.words == "Less of the angle “rival”: disliked once."
    (strong,) = memory_of(*(lesson(number, value=1.0) for number in range(6)))
    assert (strong.strength, strong.direction, strong.likes.n) == (Strength.STRONG, Direction.MORE, 6)
    assert strong.words == "More of the angle “rival”: liked six times."
    assert [each.id for each in strong.evidence] == [f"feedback:{number}" for number in (5, 4, 3, 2, 1, 0)]
    assert memory_of(lesson(1), lesson(1, value=1.0, id="feedback:x")) == ()


def test_enough_results_decide_against_likes() -> None:
    likes = [lesson(number, value=1.0) for number in range(5)]
    results = [lesson(10 + number, source=LessonSource.RESULT) for number in range(4)]
    (few,) = memory_of(*likes, *results[:1])
    assert few.direction is Direction.MORE
    (many,) = memory_of(*likes, *results)
    assert many.direction is Direction.LESS
    assert "liked five times, four results on file, 0 of 4" in many.words


def test_what_is_old_counts_less() -> None:
    old, new = lesson(0), lesson(0, id="feedback:n", value=1.0, at=records.NOW + timedelta(days=360))
    (found,) = memory_of(old, new, at=records.NOW + timedelta(days=360))
    assert found.direction is Direction.MORE


def test_a_forgotten_memory_never_counts_again_but_new_feedback_teaches_it() -> None:
    old, kept = lesson(1), lesson(2, arm=OTHER)
    two = lesson(3, shares=(Share(arm=ANGLE, part=1.0), Share(arm=OTHER, part=0.5)))
    at = records.NOW + timedelta(days=1)
    gone = forget(old, two, at=at)
    left = remembered((old, kept, two), brand_id=BRAND, forgotten=(gone,))
    assert [each.id for each in left] == ["feedback:2", "feedback:3"]
    assert {share.arm for each in left for share in each.shares} == {OTHER}
    late = lesson(99, at=records.NOW)
    assert remembered((late,), brand_id=BRAND, forgotten=(gone,)) == ()
    fresh = lesson(98, at=at + timedelta(seconds=1))
    assert remembered((fresh,), brand_id=BRAND, forgotten=(gone,)) == (fresh,)
    assert remembered((old,), brand_id=BrandId(UUID(int=2)), forgotten=(gone,)) == (old,)


def test_what_was_forgotten_stays_so_when_its_segment_is_renamed() -> None:
    segment = SegmentId(UUID(int=5))
    old = lesson(1, segment_id=segment, segment="Home owners")
    gone = forget(old, at=records.NOW + timedelta(days=1), segment_id=segment)
    assert remembered((replace(old, segment_id=None, segment=""),), brand_id=BRAND, forgotten=(gone,)) == ()


def learned_from(*lessons: Lesson, seed: str = "a") -> Any:
    return learn(lessons, brand_id=BRAND, at=records.NOW + timedelta(days=7), seed=seed, name_of=lambda arm: arm.key)


def test_what_is_learned_is_the_same_for_the_same_lessons() -> None:
    lessons = (lesson(1), lesson(2, arm=OTHER, value=1.0))
    assert learned_from(*lessons) == learned_from(*lessons)
    assert learned_from(*lessons) != learned_from(*lessons, seed="b")
    nothing = learned_from()
    assert (nothing.taught, nothing.memories, nothing.pull(ANGLE)) == ((), (), 0.0)


def test_one_dislike_is_felt_and_more_are_felt_more() -> None:
    one, many = learned_from(lesson(1)), learned_from(*(lesson(number) for number in range(8)))
    assert many.of(ANGLE).value < one.of(ANGLE).value < -0.2
    assert one.pull(OTHER) == 0.0


def test_an_audience_may_differ_from_the_others() -> None:
    for_some = [lesson(number, segment="Offices", segment_id=SegmentId(UUID(int=5))) for number in range(6)]
    for_others = [lesson(20 + number, value=1.0) for number in range(6)]
    learned = learned_from(*for_some, *for_others)
    assert learned.of(ANGLE, segment="Offices").value < learned.of(ANGLE).value
    assert learned.of(ANGLE, segment="Nobody") == learned.of(ANGLE)


@given(st.lists(st.tuples(st.sampled_from([ANGLE, OTHER]), st.floats(-1, 1), st.booleans()), min_size=1, max_size=30))
def test_beliefs_stay_in_the_measure_of_verdicts(given_lessons: list[tuple[Arm, float, bool]]) -> None:
    lessons = [
        lesson(number, arm=arm, value=value, source=LessonSource.RESULT if result else LessonSource.FEEDBACK)
        for number, (arm, value, result) in enumerate(given_lessons)
    ]
    learned = learned_from(*lessons)
    assert all(abs(each.value) <= 1.5 for each in learned.taught)
    assert all(len(each.pulls) == 64 for each in learned.taught)
