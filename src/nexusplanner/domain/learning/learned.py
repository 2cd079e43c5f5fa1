"""What a brand has learned, ready to choose by: for every part of a proposal how much it is drawn to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from nexusplanner.domain.learning.lessons import Arm, Lesson, LessonSource
from nexusplanner.domain.learning.memory import Memory, NameOf, memories_of
from nexusplanner.domain.learning.policy import Belief, FloatArray, agreement_of, together
from nexusplanner.domain.shared import BrandId

EFFECT = 0.25
"""Prior variance of what an arm does, on the scale of verdicts (-1 to 1)."""
DEVIATION = 0.06
"""Of what it does for one audience beyond that."""
NOISE = 0.5
"""Variance of one certain verdict about what the arm does."""
AGREEMENT, WORTH = 0.3, 20.0
"""How far likes are supposed to agree with results, and how many arms known on both sides it takes to half change that."""
DRAWS = 64
"""Draws of which the first decides; all together say how probable a choice was."""


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What was learned of an arm, for one audience or (segment "") for all.

    pulls: how much the arm is preferred, about -1 to 1, in each draw. words: why, to follow the arm's name.
    """

    arm: Arm
    name: str
    segment: str
    value: float
    pulls: tuple[float, ...]
    words: str

    @property
    def pull(self) -> float:
        """How much it is preferred."""
        return self.pulls[0]


@dataclass(frozen=True)
class Learned:
    """Everything that was learned for a brief. memories: in words, the surest first. lessons: how many stand behind it."""

    taught: tuple[Taught, ...]
    memories: tuple[str, ...]
    lessons: int

    @cached_property
    def _by_arm(self) -> dict[tuple[Arm, str], Taught]:
        return {(each.arm, each.segment): each for each in self.taught}

    def of(self, arm: Arm, *, segment: str = "") -> Taught | None:
        """What was learned of the arm for this audience, or else for all; none when nothing was."""
        return self._by_arm.get((arm, segment)) or self._by_arm.get((arm, ""))

    def pull(self, arm: Arm, *, segment: str = "", draw: int = 0) -> float:
        """How much the arm is preferred; 0 where nothing was learned."""
        found = self.of(arm, segment=segment)
        return found.pulls[draw] if found else 0.0


def learn(lessons: Sequence[Lesson], *, brand_id: BrandId, at: datetime, seed: str, name_of: NameOf) -> Learned:
    """What the lessons teach for something that begins at `at`.

    seed: of the draws; the same arguments give the same draws. lessons: without what was forgotten.
    """
    if not lessons:
        return Learned(taught=(), memories=(), lessons=0)
    effects = _effects(lessons)
    places = {effect: place for place, effect in enumerate(effects)}
    prior = np.array([DEVIATION if segment else EFFECT for _, segment in effects])
    likes, results = (
        _believed(lessons, places=places, prior=prior, source=source, at=at)
        for source in (LessonSource.FEEDBACK, LessonSource.RESULT)
    )
    agreement = agreement_of(likes, results, prior=prior, expected=AGREEMENT, worth=WORTH)
    belief = together(likes, results, prior=prior, agreement=agreement)
    rng = np.random.default_rng(_seed(seed, lessons))
    # What likes alone say is shrunk by how little they tell of results; that scale says nothing of the order.
    scale = 1.0 if any(lesson.source is LessonSource.RESULT for lesson in lessons) else 1 / agreement
    draws = np.array([belief.drawn(rng) for _ in range(DRAWS)]) * scale
    known = memories_of(lessons, brand_id=brand_id, at=at, name_of=name_of)
    words = {(each.arm, each.segment): each for each in known}
    taught = [
        _taught(arm, segment, draws=draws, mean=belief.mean * scale, places=places, memories=words, name_of=name_of)
        for arm, segment in effects
    ]
    return Learned(taught=tuple(taught), memories=tuple(each.words for each in known), lessons=len(lessons))


def _effects(lessons: Iterable[Lesson]) -> list[tuple[Arm, str]]:
    """Every arm, and every arm for every audience it was tried with."""
    arms = {(share.arm, segment) for lesson in lessons for share in lesson.shares for segment in {"", lesson.segment}}
    return sorted(arms)


def _believed(
    lessons: Iterable[Lesson],
    *,
    places: dict[tuple[Arm, str], int],
    prior: FloatArray,
    source: LessonSource,
    at: datetime,
) -> Belief:
    belief = Belief.before(prior)
    for lesson in lessons:
        weight = lesson.weight(at)
        if lesson.source is source and weight > 1e-6:
            row = np.zeros(prior.size)
            for share in lesson.shares:
                for segment in {"", lesson.segment}:
                    row[places[share.arm, segment]] += share.part
            belief = belief.after(row, lesson.value, noise=NOISE / weight)
    return belief


def _taught(
    arm: Arm,
    segment: str,
    *,
    draws: FloatArray,
    mean: FloatArray,
    places: dict[tuple[Arm, str], int],
    memories: dict[tuple[Arm, str], Memory],
    name_of: NameOf,
) -> Taught:
    rows = [places[arm, each] for each in {"", segment}]
    memory = memories.get((arm, segment)) or memories.get((arm, ""))
    return Taught(
        arm=arm,
        name=name_of(arm),
        segment=segment,
        value=float(mean[rows].sum()),
        pulls=tuple(np.round(draws[:, rows].sum(axis=1), 6).tolist()),
        words=memory.why if memory else "",
    )


def _seed(seed: str, lessons: Iterable[Lesson]) -> int:
    text = "\x1f".join((seed, *(lesson.id for lesson in lessons)))
    return int(hashlib.sha256(text.encode()).hexdigest()[:16], 16)
