"""What was learned, as a leaning of the rules: towards what was liked and worked, away from what was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nexusplanner.application.agents.words.blamed import without
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.learning import Arm, ArmKind

TOWARDS, AWAY = 0.8, 4.0
"""What a pull of one is worth beside the evidence of an idea. A dislike must be felt at once; a like is a nudge."""
SHY = -0.12
"""Below this pull something else is taken wherever there is anything else."""
PLACES = 3.0
"""Places in an order that a pull of one is worth."""


def leaning(context: BriefContext, kind: ArmKind, key: str, *, segment: str = "", draw: int = 0) -> float:
    """What was learned of the arm, in the measure of evidence; 0 where nothing was."""
    pull = _pull(context, kind, key, segment=segment, draw=draw)
    return (TOWARDS if pull > 0 else AWAY) * pull


def in_order(
    context: BriefContext,
    kind: ArmKind,
    keys: Sequence[str],
    *,
    segment: str = "",
    refused: Collection[str] = (),
) -> tuple[str, ...]:
    """The keys, those that did well moved up; what is refused or did badly is left out while anything else is left."""
    allowed = without(keys, refused)
    pulls = {key: _pull(context, kind, key, segment=segment) for key in allowed}
    good = without(allowed, {key for key in allowed if pulls[key] < SHY})
    places = {key: place for place, key in enumerate(good)}
    return tuple(sorted(good, key=lambda key: (places[key] - PLACES * max(pulls[key], 0.0), places[key])))


def shies(context: BriefContext, kind: ArmKind, key: str, *, segment: str = "") -> bool:
    """Whether the arm did badly."""
    return _pull(context, kind, key, segment=segment) < SHY


def _pull(context: BriefContext, kind: ArmKind, key: str, *, segment: str, draw: int = 0) -> float:
    learned = context.learned
    return learned.pull(Arm(kind=kind, key=key), segment=segment, draw=draw) if learned else 0.0
