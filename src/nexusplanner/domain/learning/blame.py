"""Which part of a proposal an opinion, an act or a result is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nexusplanner.domain.feedback import Feedback, FeedbackType, Reason, reason_of
from nexusplanner.domain.learning.lessons import Arm, ArmKind, Lesson, LessonSource, Made, Share
from nexusplanner.domain.outcomes import Outcome, OutcomeState
from nexusplanner.domain.shared import SegmentId

_K = ArmKind
Parts = Mapping[ArmKind, float]
"""How far a lesson is about each kind of arm."""

LIKED: Parts = {_K.ANGLE: 0.7, _K.FRAMEWORK: 0.5, _K.CHANNEL: 0.3}
BLAMED: Mapping[Reason, Parts] = {
    Reason.NOT_FOR_US: {_K.ANGLE: 1.0, _K.FRAMEWORK: 0.5},
    Reason.TOO_CLOSE: {_K.ANGLE: 0.7, _K.FRAMEWORK: 0.5},
    Reason.WRONG_TONE: {_K.FRAMEWORK: 1.0, _K.ANGLE: 0.5},
    Reason.WRONG_CHANNEL: {_K.CHANNEL: 1.0, _K.FORMAT: 0.5},
    Reason.NOT_TRUE: {},
    Reason.OTHER: {_K.ANGLE: 0.5, _K.FRAMEWORK: 0.3},
}
"""What a dislike of an idea is held against, by its reason. A wrong fact is no fault of the form."""

OF_CHANNEL: Parts = {_K.CHANNEL: 1.0, _K.FORMAT: 0.5}
OF_WORDING: frozenset[Reason] = frozenset({Reason.WRONG_TONE, Reason.NOT_TRUE})
"""Reasons against a channel's text that say nothing of the channel."""

CERTAIN_ACT = 0.5
"""What people do says less than what they say: an idea may be left for reasons nobody gave."""
CERTAIN_RESULT = 1.0

VALUES: Mapping[OutcomeState, float] = {
    OutcomeState.ACCEPTED: 1.0,
    OutcomeState.EDITED: 0.3,
    OutcomeState.REJECTED: -1.0,
}
"""What an act says; what is open or lapsed says nothing."""


class Judged(StrEnum):
    """How a lesson came about, in a word for its title."""

    LIKED = "liked"
    DISLIKED = "disliked"
    RATED = "rated"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    MET = "brought at least its forecast"
    MISSED = "brought less than its forecast"


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whom a proposal speaks to, where that is one of the brand's segments."""

    segment_id: SegmentId | None = None
    name: str = ""


def lesson_of_feedback(feedback: Feedback, made: Made, *, audience: Audience) -> Lesson | None:
    """What an opinion teaches; none when it has no verdict or is about nothing that is learned."""
    value = feedback.verdict
    reason = reason_of(feedback.reason)
    shares = _shares(made, _parts(made, reason=reason, value=value), said=f"{feedback.reason} {feedback.comment}")
    if not value or not shares:
        return None
    how = {FeedbackType.RATING: Judged.RATED, FeedbackType.LIKE: Judged.LIKED}.get(
        feedback.feedback_type, Judged.DISLIKED
    )
    why = f": {reason.words}" if reason is not None and reason is not Reason.OTHER else ""
    stars = f" {feedback.rating} of 5" if feedback.rating else ""
    return _lesson(
        f"feedback:{feedback.id}",
        made,
        audience=audience,
        value=value,
        certain=1.0,
        at=feedback.created_at,
        shares=shares,
        title=f"“{made.name}” was {how.value}{stars}{why}",
    )


def lesson_of_act(outcome: Outcome, made: Made, *, audience: Audience) -> Lesson | None:
    """What accepting, editing or rejecting teaches; none where nobody judged the proposal itself."""
    value = VALUES.get(outcome.state)
    if value is None or outcome.decided_at is None or not outcome.judges:
        return None
    shares = _shares(made, LIKED if made.is_idea else {_K.CHANNEL: 0.3})
    return _lesson(
        f"outcome:{outcome.id}",
        made,
        audience=audience,
        value=value,
        certain=CERTAIN_ACT,
        at=outcome.decided_at,
        shares=shares,
        title=f"“{made.name}” was {Judged(outcome.state.value).value}",
    )


def lesson_of_result(outcome: Outcome, made: Made, *, ran: Sequence[Made], audience: Audience) -> Lesson | None:
    """What a channel's result teaches of the channel and of the ideas that ran in the campaign, shared among them."""
    if outcome.decided_at is None or outcome.state not in {OutcomeState.ACCEPTED, OutcomeState.REJECTED}:
        return None
    met = outcome.state is OutcomeState.ACCEPTED
    how = (Judged.MET if met else Judged.MISSED).value
    carried = [idea for idea in ran if not idea.channels or set(idea.channels) & set(made.channels)]
    shares = [*_shares(made, {_K.CHANNEL: 1.0, _K.FORMAT: 0.5})]
    for idea in carried:
        shares += [
            Share(arm=each.arm, part=each.part / len(carried))
            for each in _shares(idea, {_K.ANGLE: 0.7, _K.FRAMEWORK: 0.5})
        ]
    merged: dict[Arm, float] = {}
    for share in shares:
        merged[share.arm] = min(merged.get(share.arm, 0.0) + share.part, 1.0)
    return _lesson(
        f"outcome:{outcome.id}",
        made,
        audience=audience,
        value=1.0 if met else -1.0,
        certain=CERTAIN_RESULT,
        at=outcome.decided_at,
        shares=tuple(Share(arm=arm, part=part) for arm, part in merged.items()),
        title=f"“{made.name}” {how}",
        source=LessonSource.RESULT,
    )


def formats_named(text: str, *, formats: Iterable[str]) -> tuple[str, ...]:
    """The formats a text names, in the order in which it does."""
    lowered = text.lower()
    places = {name: lowered.find(name.lower()) for name in formats}
    return tuple(sorted((name for name in places if places[name] >= 0), key=lambda name: (places[name], -len(name))))


def _parts(made: Made, *, reason: Reason | None, value: float) -> Parts:
    if made.is_idea:
        return LIKED if value > 0 else BLAMED[reason or Reason.OTHER]
    return {} if value < 0 and reason in OF_WORDING else OF_CHANNEL


def _shares(made: Made, parts: Parts, *, said: str = "") -> tuple[Share, ...]:
    """The arms of a proposal; a comment that names a channel or format lays the whole of that kind on it."""
    keys: dict[ArmKind, Sequence[str]] = {
        _K.FRAMEWORK: (made.framework,),
        _K.ANGLE: (made.angle,),
        _K.CHANNEL: made.channels,
        _K.FORMAT: made.formats[:1],
    }
    named_formats = formats_named(said, formats=made.formats)
    named_channels = [
        each for each in made.channels if re.search(rf"\b{re.escape(each.replace('_', ' '))}\b", said, re.IGNORECASE)
    ]
    if named_formats:
        keys[_K.FORMAT], parts = named_formats, {**parts, _K.FORMAT: 1.0}
    if named_channels:
        keys[_K.CHANNEL] = named_channels
    found = []
    for kind, part in parts.items():
        known = [key for key in keys[kind] if key]
        found += [Share(arm=Arm(kind=kind, key=key), part=part / len(known) ** 0.5) for key in known]
    return tuple(found)


def _lesson(
    of: str,
    made: Made,
    *,
    audience: Audience,
    value: float,
    certain: float,
    at: datetime,
    shares: tuple[Share, ...],
    title: str,
    source: LessonSource = LessonSource.FEEDBACK,
) -> Lesson:
    return Lesson(
        id=of,
        source=source,
        subject_id=made.id,
        campaign_id=made.campaign_id,
        is_idea=made.is_idea,
        value=value,
        certain=certain,
        at=at,
        shares=shares,
        segment_id=audience.segment_id,
        segment=audience.name,
        title=title,
    )
