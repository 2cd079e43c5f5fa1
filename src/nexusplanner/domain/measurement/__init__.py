"""Measurement: versions of a brand's response model, which of them plans are made on, and lift experiments."""

from nexusplanner.domain.measurement.adoption import (
    NOISE,
    WORSE,
    Errors,
    Holder,
    Verdict,
    judge_version,
)
from nexusplanner.domain.measurement.document import (
    HeldOut,
    MeasuredChannel,
    ModelDocument,
    Series,
)
from nexusplanner.domain.measurement.experiments import Experiment
from nexusplanner.domain.measurement.versions import (
    MODEL_TRANSITIONS,
    ModelSource,
    ModelState,
    ModelVersion,
)

__all__ = [
    "MODEL_TRANSITIONS",
    "NOISE",
    "WORSE",
    "Errors",
    "Experiment",
    "HeldOut",
    "Holder",
    "MeasuredChannel",
    "ModelDocument",
    "ModelSource",
    "ModelState",
    "ModelVersion",
    "Series",
    "Verdict",
    "judge_version",
]
