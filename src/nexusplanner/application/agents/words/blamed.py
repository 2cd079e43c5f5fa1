"""What disliked texts are blamed for, so that what replaces them does otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from nexusplanner.domain.agents import Disliked
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.feedback import Reason

_R = Reason
FOR_ANGLE = frozenset({_R.NOT_FOR_US, _R.TOO_CLOSE, _R.WRONG_TONE, _R.OTHER})
FOR_FRAMEWORK = frozenset({_R.NOT_FOR_US, _R.TOO_CLOSE, _R.WRONG_TONE})
FOR_SOURCES = frozenset({_R.NOT_TRUE, _R.TOO_CLOSE})


@dataclass(frozen=True, kw_only=True)
class Blamed:
    """Keys to do without. quotes: words of sources that were doubted or seen too often. tone: whether it was the tone."""

    angles: frozenset[str] = frozenset()
    frameworks: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    quotes: frozenset[str] = frozenset()
    tone: bool = False


def blamed_in(disliked: Iterable[Disliked]) -> Blamed:
    """What the disliked texts are blamed for, by their reasons; a comment that passes no judgement blames nothing."""
    judged = [each for each in disliked if each.disliked]
    against = [(each.idea, each.reason or _R.OTHER) for each in judged if each.idea]
    return Blamed(
        angles=frozenset(idea.angle for idea, reason in against if reason in FOR_ANGLE) - {""},
        frameworks=frozenset(idea.framework for idea, reason in against if reason in FOR_FRAMEWORK) - {""},
        channels=frozenset(name for idea, reason in against if reason is _R.WRONG_CHANNEL for name in idea.channels),
        quotes=frozenset(quote for idea, reason in against if reason in FOR_SOURCES for quote in quotes_of(idea)),
        tone=any(each.reason is _R.WRONG_TONE for each in judged),
    )


def quotes_of(idea: CampaignIdea) -> frozenset[str]:
    """The words of its sources that the idea cites."""
    return frozenset(citation.quote for claim in idea.claims for citation in claim.citations)


def without(names: Sequence[str], blamed: Collection[str]) -> tuple[str, ...]:
    """The names that are not blamed; all of them when there is no other."""
    return tuple(name for name in names if name not in blamed) or tuple(names)
