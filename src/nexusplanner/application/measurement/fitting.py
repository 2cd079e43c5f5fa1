"""Making a model: fit all rows, score a fit that did not see the last quarter, compare with the adopted model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.application.measurement.documents import document_of, held_out
from nexusplanner.application.measurement.inputs import METHOD, ModelInput
from nexusplanner.domain.measurement import (
    Errors,
    HeldOut,
    Holder,
    ModelDocument,
    ModelVersion,
    Verdict,
    judge_version,
)
from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.fit.data import OutcomeKind
from nexusplanner.domain.planning.fit.fitting import FitConfig, FitDataError, FitResult, fit
from nexusplanner.domain.planning.kept import KeptCurve, draws_of
from nexusplanner.domain.planning.quality import Quality
from nexusplanner.domain.planning.score import foretell

DRAWS = 200
"""Posterior draws kept with a model: bands are stable to about a hundredth, and a model stays small."""

HOLDOUT_WEEKS = 13
ENOUGH_TO_HOLD_OUT = 65
"""A quarter is kept out to score the fit when a year remains."""


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """A fit of all rows. curves: measured ones, in the order of the history's channels with spend."""

    curves: tuple[KeptCurve, ...]
    document: ModelDocument
    r2: float
    weeks: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ScoredModel:
    """A fit that did not see the last quarter, and how it did there."""

    curves: tuple[KeptCurve, ...]
    held: HeldOut


@dataclass(frozen=True, kw_only=True)
class AdoptedModel:
    """What is needed of the adopted version to compare with it and to plan on it.

    outcome, kind: what it measures; "" where that was not noted.
    """

    id: str
    number: int
    imported: bool
    input_hash: str
    curves: tuple[KeptCurve, ...]
    scored_curves: tuple[KeptCurve, ...]
    weeks: int
    holdout_wmape: float | None
    r2: float | None
    seed: int
    warnings: tuple[str, ...]
    outcome: str = ""
    kind: str = ""

    def measures(self, given: ModelInput) -> bool:
        """Whether it measures the outcome that the brand counts now."""
        return self.outcome in {"", given.outcome_name} and self.kind in {"", kind_of(given)}

    @classmethod
    def of(cls, version: ModelVersion) -> AdoptedModel:
        """The same of a stored version."""
        return cls(
            id=str(version.id),
            number=version.number,
            imported=version.source.imported,
            input_hash=version.input_hash,
            curves=version.curves,
            scored_curves=version.scored_curves,
            weeks=version.weeks,
            holdout_wmape=version.holdout_wmape,
            r2=version.r2,
            seed=version.seed,
            warnings=version.warnings,
            outcome=str(version.document.settings.get("outcome", "")),
            kind=str(version.document.settings.get("kind", "")),
        )


@dataclass(frozen=True, kw_only=True)
class FreshModel:
    """A model just fitted, and what becomes of it. against: the number of the version it was compared with, 0 for none."""

    fitted: FittedModel
    scored: ScoredModel | None
    verdict: Verdict
    against: int
    input_hash: str
    seed: int

    @property
    def document(self) -> ModelDocument:
        """The diagnostics, with how the fit did on the held-out weeks."""
        return replace(self.fitted.document, holdout=self.scored.held if self.scored else None)


def fresh_model(given: ModelInput, *, adopted: AdoptedModel | None) -> FreshModel:
    """Fit, score and compare. Raises FitDataError for rows no fit can use."""
    fitted, scored = fit_model(given), score_model(given)
    return FreshModel(
        fitted=fitted,
        scored=scored,
        verdict=compare(given, new=scored, adopted=adopted),
        against=adopted.number if adopted else 0,
        input_hash=given.input_hash,
        seed=given.seed,
    )


def fit_model(given: ModelInput) -> FittedModel:
    """Curves and diagnostics from all rows; the seed is the input's. Raises FitDataError."""
    result = fit(given.fit_data(), config=_config(given), rng=np.random.default_rng(given.seed))
    settings = {
        "method": METHOD,
        "outcome": given.outcome_name,
        "kind": kind_of(given),
        "currency": given.currency,
        "draws": DRAWS,
        "seed": given.seed,
        "history_until": str(given.until),
        "history_hash": given.history_hash,
        "experiments": [each.id for each in given.experiments],
        "experiments_hash": given.experiments_hash,
        "input_hash": given.input_hash,
    }
    curves = kept_curves(result, given=given)
    return FittedModel(
        curves=curves,
        document=document_of(result, curves=curves, experiments=given.experiments, settings=settings),
        r2=result.r2,
        weeks=len(result.dates),
        warnings=(*given.warnings, *result.warnings),
    )


def score_model(given: ModelInput) -> ScoredModel | None:
    """A fit without the last quarter and its score there; None when less than a year would remain."""
    if given.weeks < ENOUGH_TO_HOLD_OUT:
        return None
    config = replace(_config(given), holdout=HOLDOUT_WEEKS * 7 // given.days_per_row)
    try:
        result = fit(given.fit_data(), config=config, rng=np.random.default_rng([given.seed, 1]))
    except FitDataError:
        return None
    if result.holdout is None:
        return None
    return ScoredModel(curves=kept_curves(result, given=given), held=held_out(result.holdout))


def compare(given: ModelInput, *, new: ScoredModel | None, adopted: AdoptedModel | None) -> Verdict:
    """What becomes of a new model, by its errors and the adopted model's on the same held-out weeks."""
    errors = curve_errors(given, new.curves) if new else None
    if adopted is None:
        return judge_version(errors, holder=None)
    if not adopted.measures(given):
        reason = f"Version {adopted.number} measures {adopted.outcome}; the brand counts {given.outcome_name} now."
        return Verdict(adopt=True, worse=False, reason=reason, wmape=errors.wmape if errors else None)
    theirs = None
    if new is not None and (adopted.scored_curves or adopted.imported):
        theirs = curve_errors(given, adopted.scored_curves or adopted.curves)
    return judge_version(errors, holder=Holder(number=adopted.number, imported=adopted.imported, errors=theirs))


def curve_errors(given: ModelInput, curves: Sequence[KeptCurve]) -> Errors | None:
    """How far curves were off on the last quarter of the history; None when less than a year would remain."""
    if given.weeks < ENOUGH_TO_HOLD_OUT:
        return None
    rows = HOLDOUT_WEEKS * 7 // given.days_per_row
    found = foretell(given.fit_data(), curves=draws_of(curves), holdout=rows)
    return Errors(weekly=tuple(found.errors.tolist()), outcome=float(np.abs(found.actual).sum()))


def kind_of(given: ModelInput) -> OutcomeKind:
    """Whether the outcome is money or a count."""
    return "money" if given.outcome_is_money else "count"


def _config(given: ModelInput) -> FitConfig:
    return FitConfig(kind=kind_of(given), draws=DRAWS, experiments=given.lift_experiments())


def kept_curves(result: FitResult, *, given: ModelInput) -> tuple[KeptCurve, ...]:
    """The curves of a fit as they are kept, with the largest weekly spend seen."""
    spend = np.array(given.past.spend)
    found = []
    for index, channel in enumerate(result.curves.channels):
        quality = result.channel(channel).quality
        largest = float(spend[:, given.past.channels.index(channel)].max()) * 7 / given.days_per_row
        found.append(kept_curve(result.curves, index=index, quality=quality, seen=quality.seen[1] or largest))
    return tuple(found)


def kept_curve(draws: CurveDraws, *, index: int, quality: Quality, seen: float | None, name: str = "") -> KeptCurve:
    """One channel of `draws` as plain numbers. name: instead of the channel's."""
    return KeptCurve(
        channel=name or draws.channels[index],
        scale=tuple(draws.scale[:, index].tolist()),
        half=tuple(draws.half[:, index].tolist()),
        slope=tuple(draws.slope[:, index].tolist()),
        retention=tuple(draws.retention[:, index].tolist()),
        quality=quality.kind,
        quality_reason="; ".join(quality.reasons),
        spend_seen=seen,
    )
