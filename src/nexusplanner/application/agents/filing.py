"""What the ledger learns of what was filed: a model version, a plan."""

from __future__ import annotations

from nexusplanner.application.agents.decided import Record
from nexusplanner.application.origins import MATHEMATICS
from nexusplanner.domain.measurement import ModelVersion


def model_record(model: ModelVersion) -> Record:
    """The entry of the fit that made `model`, and of what became of it."""
    return Record(
        agent="measurement",
        agent_version="1",
        origin=MATHEMATICS,
        summary=f"Version {model.number} of the response model is {model.state}. {model.reason}",
        inputs={"actuals": model.input_hash},
        output={
            "model": str(model.id),
            "number": model.number,
            "state": model.state.value,
            "weeks": model.weeks,
            "channels": {curve.channel: curve.quality.value for curve in model.curves},
            "holdout_wmape": model.holdout_wmape,
            "holdout_coverage": model.holdout_coverage,
            "r2": model.r2,
        },
        seed=model.seed,
    )


def saved_record(summary: str, *, plan_sha256: str) -> Record:
    """The entry of a plan that was saved. plan_sha256: of its canonical bytes."""
    return Record(
        agent="coordinator",
        agent_version="1",
        origin=MATHEMATICS,
        summary=summary,
        output={"plan_sha256": plan_sha256},
    )
