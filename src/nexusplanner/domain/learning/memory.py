"""Memory: what was learned, in words, with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt
from uuid import UUID

from nexusplanner.domain.count_words import counted
from nexusplanner.domain.learning.lessons import Arm, ArmKind, Lesson, LessonSource
from nexusplanner.domain.shared import BrandId, SegmentId

ENOUGH_RESULTS = 3.0
"""Results, by weight, from which they alone say whether an arm is good."""
SLIGHT = 0.1
"""A mean closer to nought says nothing."""
LEAST_PART = 0.2
"""A lesson that is less about an arm than this is no evidence to show for it."""

NameOf = Callable[[Arm], str]
"""The name of an arm in words."""


class Direction(StrEnum):
    """Whether to do more of it."""

    MORE = "more"
    LESS = "less"


class Strength(StrEnum):
    """How much evidence there is, and how much of it agrees."""

    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Lessons of one source. n: how many. weight: what they count together. value: their mean, -1 to 1; none without."""

    n: int = 0
    weight: float = 0.0
    value: float | None = None

    @property
    def mean(self) -> float | None:
        """The share that was good, 0 to 1."""
        return None if self.value is None else (self.value + 1) / 2


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is remembered of an arm for an audience. evidence: newest first. since: the day of the oldest."""

    id: UUID
    brand_id: BrandId
    arm: Arm
    name: str
    segment_id: SegmentId | None
    segment: str
    likes: Tally
    results: Tally
    evidence: tuple[Lesson, ...]

    @property
    def by_results(self) -> bool:
        """Whether results decide: there are enough of them, or nothing else."""
        return self.results.weight >= ENOUGH_RESULTS or not self.likes.n

    @property
    def value(self) -> float:
        """How good the arm is, -1 to 1, by what decides; few results are weighed together with the likes."""
        if self.by_results:
            return self.results.value or 0.0
        pairs = [(each.weight, each.value or 0.0) for each in (self.likes, self.results)]
        return sum(weight * value for weight, value in pairs) / sum(weight for weight, _ in pairs)

    @property
    def direction(self) -> Direction:
        """More of it, or less."""
        return Direction.MORE if self.value > 0 else Direction.LESS

    @property
    def strength(self) -> Strength:
        """By the weight behind it, and how much of that agrees."""
        weight = self.results.weight if self.by_results else self.likes.weight + self.results.weight
        sure = abs(self.value) * sqrt(weight)
        if weight >= 4 and sure >= 1.8:
            return Strength.STRONG
        return Strength.FAIR if weight >= 1.5 and sure >= 1.0 else Strength.WEAK

    @property
    def since(self) -> datetime:
        """When the oldest of the evidence was given."""
        return min(lesson.at for lesson in self.evidence)

    @property
    def words(self) -> str:
        """What it says to do, and why."""
        spoken = f"{self.direction.value.capitalize()} of {_KINDS[self.arm.kind]} “{self.name}”"
        whom = f" for {self.segment}" if self.segment else ""
        return f"{spoken}{whom}: {self.why}."

    @property
    def why(self) -> str:
        """What it rests on, as a clause."""
        return ", ".join(part for part in (_likes_words(self.evidence), _results_words(self.results)) if part)


_KINDS: Mapping[ArmKind, str] = {
    ArmKind.FRAMEWORK: "the framework",
    ArmKind.ANGLE: "the angle",
    ArmKind.FORMAT: "the format",
    ArmKind.CHANNEL: "the channel",
}


def kind_words(kind: ArmKind) -> str:
    """The kind with its article."""
    return _KINDS[kind]


def memories_of(lessons: Iterable[Lesson], *, brand_id: BrandId, at: datetime, name_of: NameOf) -> tuple[Memory, ...]:
    """What the lessons say of each arm for each audience, the surest first; what cancels out is left away.

    lessons: without what was forgotten.
    """
    found: dict[tuple[Arm, SegmentId | None], list[tuple[Lesson, float]]] = {}
    for lesson in lessons:
        for share in lesson.shares:
            if share.part >= LEAST_PART:
                found.setdefault((share.arm, lesson.segment_id), []).append((lesson, share.part))
    made = [
        _memory(arm, segment_id, pairs, brand_id=brand_id, at=at, name_of=name_of)
        for (arm, segment_id), pairs in found.items()
    ]
    telling = [each for each in made if abs(each.value) >= SLIGHT]
    return tuple(sorted(telling, key=lambda each: (-_sureness(each), each.arm, each.segment, str(each.id))))


def _memory(
    arm: Arm,
    segment_id: SegmentId | None,
    pairs: Sequence[tuple[Lesson, float]],
    *,
    brand_id: BrandId,
    at: datetime,
    name_of: NameOf,
) -> Memory:
    newest = sorted((lesson for lesson, _ in pairs), key=lambda lesson: (lesson.at, lesson.id), reverse=True)
    return Memory(
        id=arm.memory_id(brand_id, segment_id),
        brand_id=brand_id,
        arm=arm,
        name=name_of(arm),
        segment_id=segment_id,
        segment=newest[0].segment if segment_id else "",
        likes=tally(pairs, source=LessonSource.FEEDBACK, at=at),
        results=tally(pairs, source=LessonSource.RESULT, at=at),
        evidence=tuple(newest),
    )


def tally(pairs: Iterable[tuple[Lesson, float]], *, source: LessonSource, at: datetime) -> Tally:
    """The lessons of one source together. pairs: each with how far it is about what is counted."""
    weighted = [(lesson.weight(at) * part, lesson.value) for lesson, part in pairs if lesson.source is source]
    weight = sum(each for each, _ in weighted)
    if weight <= 0:
        return Tally(n=len(weighted))
    return Tally(n=len(weighted), weight=weight, value=sum(each * value for each, value in weighted) / weight)


def _sureness(memory: Memory) -> float:
    weight = memory.results.weight if memory.by_results else memory.likes.weight + memory.results.weight
    return abs(memory.value) * sqrt(weight)


def _likes_words(evidence: Sequence[Lesson]) -> str:
    said = [lesson.value for lesson in evidence if lesson.source is LessonSource.FEEDBACK]
    liked, disliked = sum(value > 0 for value in said), sum(value < 0 for value in said)
    pairs = (("liked", liked), ("disliked", disliked))
    parts = [f"{how} {_TIMES.get(number) or counted(number, 'time', 'times')}" for how, number in pairs if number]
    return " and ".join(parts)


_TIMES = {1: "once", 2: "twice"}


def _results_words(results: Tally) -> str:
    if not results.n or results.mean is None:
        return ""
    met = round(results.mean * results.n)
    brought = f"{counted(results.n, 'result', 'results')} on file"
    return f"{brought}, {met} of {results.n} at least as good as forecast"
