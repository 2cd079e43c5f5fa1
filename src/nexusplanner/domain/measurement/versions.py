"""Versions of a brand's response model and the states they go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.measurement.document import ModelDocument
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.shared import BrandId, Conflict, Invalid, ModelId, RunId, TenantId, UserId

REASON_LENGTH = 500


class ModelState(StrEnum):
    """Where a version stands. Plans are made on the adopted one; a brand has at most one."""

    CANDIDATE = "candidate"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


_S = ModelState
MODEL_TRANSITIONS: Mapping[ModelState, frozenset[ModelState]] = {
    _S.CANDIDATE: frozenset({_S.ADOPTED, _S.REJECTED}),
    _S.ADOPTED: frozenset({_S.SUPERSEDED}),
    _S.SUPERSEDED: frozenset({_S.ADOPTED}),
    _S.REJECTED: frozenset(),
}
"""An earlier version can be taken back; a rejected one cannot."""


class ModelSource(StrEnum):
    """Where a version comes from."""

    FIT = "fit"
    MERIDIAN = "meridian"
    ROBYN = "robyn"
    PYMC_MARKETING = "pymc_marketing"

    @property
    def imported(self) -> bool:
        """Whether another program made it."""
        return self is not ModelSource.FIT


@dataclass(eq=False, kw_only=True)
class ModelVersion:
    """One response model of a brand: its curves, what it says of the past, and whether plans use it.

    number: counts the brand's versions from 1. scored_curves: of a fit that did not see the last quarter, by which
    later versions are compared with this one fairly; empty when the history was too short. holdout_*: how that fit did
    there. reason: why it is adopted or not. input_hash: SHA-256 of what it was made from. created_by: who asked for it;
    None when a run made it. channels: the keys of its curves.
    """

    id: ModelId = field(default_factory=lambda: ModelId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    number: int
    state: ModelState = ModelState.CANDIDATE
    source: ModelSource
    curves: tuple[KeptCurve, ...]
    scored_curves: tuple[KeptCurve, ...] = ()
    document: ModelDocument
    channels: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    weeks: int = 0
    holdout_weeks: int = 0
    holdout_wmape: float | None = None
    holdout_coverage: float | None = None
    holdout_bias: float | None = None
    r2: float | None = None
    input_hash: str
    seed: int = 0
    run_id: RunId | None = None
    created_by: UserId | None = None
    reason: str = ""
    created_at: datetime
    adopted_at: datetime | None = None
    version: int = 1

    def __post_init__(self) -> None:
        self.channels = tuple(curve.channel for curve in self.curves)
        held = self.document.holdout
        if held is not None:
            self.holdout_weeks = len(held.dates)
            self.holdout_wmape, self.holdout_coverage, self.holdout_bias = held.wmape, held.coverage, held.bias

    def adopt(self, *, at: datetime, reason: str) -> None:
        """Make it the model plans are made on. Raises Conflict (MODEL_STATE), Invalid."""
        self._move(ModelState.ADOPTED, reason=reason)
        self.adopted_at = at

    def supersede(self, *, by: int) -> None:
        """Give way to version `by`. Raises Conflict."""
        self._move(ModelState.SUPERSEDED, reason=f"Version {by} took its place.")

    def reject(self, *, reason: str) -> None:
        """Rule it out for good. Raises Conflict (MODEL_STATE), Invalid."""
        self._move(ModelState.REJECTED, reason=reason)

    def _move(self, state: ModelState, *, reason: str) -> None:
        if state not in MODEL_TRANSITIONS[self.state]:
            raise Conflict(
                f"Version {self.number} is {self.state}; it cannot become {state}.",
                code="MODEL_STATE",
                details={"state": self.state.value, "allowed": sorted(MODEL_TRANSITIONS[self.state])},
            )
        if len(reason) > REASON_LENGTH:
            words = f"At most {REASON_LENGTH} characters."
            raise Invalid(f"Keep the reason short. {words}", fields={"reason": words})
        self.state, self.reason = state, reason
