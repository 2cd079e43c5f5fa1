"""How sure one may be of an idea: words about its evidence, or a probability once enough was learnt."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nexusplanner.api.shapes import Shape
from nexusplanner.domain import confidence


class EvidenceStrength(Shape):
    """How many sources carry it, how many of them are recent, from how many origins, and whether none contradicts."""

    kind: Literal["evidence_strength"] = "evidence_strength"
    words: str
    sources: int
    fresh: int
    origins: int
    agreeing: bool


class CalibratedConfidence(Shape):
    """The probability of `event` with its 90 % interval, learnt from n outcomes. skill: against the base rate."""

    kind: Literal["calibrated"] = "calibrated"
    event: str
    probability: float
    low: float
    high: float
    n: int
    skill: float


Confidence = Annotated[EvidenceStrength | CalibratedConfidence, Field(discriminator="kind")]


def shape_confidence(found: confidence.Confidence) -> EvidenceStrength | CalibratedConfidence:
    """What callers see of a confidence."""
    if isinstance(found, confidence.CalibratedConfidence):
        return CalibratedConfidence.model_validate(found)
    return EvidenceStrength.model_validate(found)
