"""What earlier feedback and results changed about an idea, in words."""

from __future__ import annotations

from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.learning import Arm, ArmKind, Taught
from nexusplanner.domain.learning.memory import kind_words

TELLING = 0.12
"""An arm whose value is nearer to nought changes nothing worth saying."""


def learned_words(context: BriefContext, idea: CampaignIdea) -> tuple[str, ...]:
    """The surest that it takes up, the surest that it keeps clear of, and what it does in spite of what was learned."""
    learned = context.learned
    if learned is None:
        return ()
    segment = idea.target_segments[0] if idea.target_segments else ""
    used = {
        Arm(kind=ArmKind.ANGLE, key=idea.angle),
        Arm(kind=ArmKind.FRAMEWORK, key=idea.framework),
        *(Arm(kind=ArmKind.CHANNEL, key=name) for name in idea.channels),
    }
    arms = sorted({each.arm for each in learned.taught if each.arm.kind is not ArmKind.FORMAT})
    known = [each for each in (learned.of(arm, segment=segment) for arm in arms) if each is not None and each.words]
    taken = [each for each in known if each.arm in used and each.value > TELLING]
    kept = [each for each in known if each.arm in used and each.value < -TELLING]
    left = [each for each in known if each.arm not in used and each.value < -TELLING]
    found = [f"It takes {_named(each)}: {each.words}." for each in _surest(taken)]
    found += [f"It keeps clear of {_named(each)}: {each.words}." for each in _surest(left)]
    found += [f"It keeps {_named(each)} although it did badly: {each.words}." for each in _surest(kept)]
    return tuple(found)


def _surest(known: list[Taught]) -> list[Taught]:
    return sorted(known, key=lambda each: (-abs(each.value), each.arm))[:1]


def _named(each: Taught) -> str:
    return f"{kind_words(each.arm.kind)} “{each.name}”"
