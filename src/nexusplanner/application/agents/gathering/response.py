"""What a plan knows of each channel's response: from the brand's model where it has the channel, borrowed otherwise."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.application.measurement.fitting import (
    DRAWS,
    AdoptedModel,
    FreshModel,
    fresh_model,
    kept_curve,
)
from nexusplanner.application.measurement.inputs import LEAST_WEEKS, ModelInput
from nexusplanner.domain.planning.borrowed import ChannelBenchmark, borrowed_curves, borrowed_quality
from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.fit.fitting import FitDataError
from nexusplanner.domain.planning.kept import KeptCurve, draws_of
from nexusplanner.domain.shared import Invalid

Borrow = Callable[[str], ChannelBenchmark | None]
"""Benchmark figures of a channel, none when nobody publishes any."""

NO_HISTORY = "There is no history of spend and outcomes"


@dataclass(frozen=True, kw_only=True)
class ResponseModel:
    """The curves of a plan and what is known of the fit. input_hash: SHA-256 of what was fitted; seed: derived from it.

    holdout_wmape: error on the last quarter, which a first fit did not see. model_id, model_number: the version of the
    brand's model that the curves are from; "" and 0 when they are from no kept version.
    """

    curves: tuple[KeptCurve, ...]
    weeks_of_history: int
    holdout_wmape: float | None
    r2: float | None
    warnings: tuple[str, ...]
    input_hash: str
    seed: int
    model_id: str = ""
    model_number: int = 0

    @property
    def channels(self) -> tuple[str, ...]:
        """Channel keys in their order."""
        return tuple(curve.channel for curve in self.curves)

    def draws(self) -> CurveDraws:
        """The curves as arrays (S, C)."""
        return draws_of(self.curves)


@dataclass(frozen=True, kw_only=True)
class FiledVersion:
    """A version that was made from the present input. reason: why it is not the adopted one."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known when a plan is made.

    given: the actuals before the plan begins, and the experiments. whole: whether those are all there are; a fit of a
    part is not kept. adopted: the model in use. filed: the version made from `given` when that is another one.
    """

    given: ModelInput
    whole: bool = True
    adopted: AdoptedModel | None = None
    filed: FiledVersion | None = None

    @property
    def usable(self) -> AdoptedModel | None:
        """The adopted model while it measures what the brand counts."""
        return self.adopted if self.adopted is not None and self.adopted.measures(self.given) else None


@dataclass(frozen=True, kw_only=True)
class Response:
    """The model a plan is made on. fresh: a fit made for it that is to be filed as a version."""

    model: ResponseModel
    fresh: FreshModel | None = None


def respond(known: Known, *, channels: Sequence[str], borrow: Borrow) -> Response:
    """Curves for `channels`: the adopted model's when it stands on what is known now, else a new fit's.

    A new fit that the adoption rule refuses leaves the plan on the adopted model, with a warning. A model of another
    outcome than the brand counts now is never planned on. The same input gives
    the same curves, whether they are fitted now or were kept: the seed is derived from it.
    Raises: Invalid (NO_CURVE) when a channel has neither a curve in the model nor benchmark figures.
    """
    base, fresh = _base(known)
    measured = {curve.channel: curve for curve in base.curves}
    missing = [channel for channel in channels if channel not in measured]
    found = measured | {channel: _borrowed(channel, borrow=borrow, seed=known.given.seed) for channel in missing}
    curves = tuple(replace(found[channel], benchmark=borrow(channel)) for channel in channels)
    return Response(model=replace(base, curves=curves), fresh=fresh)


def _base(known: Known) -> tuple[ResponseModel, FreshModel | None]:
    """The model before channels are chosen, and the fit made for it if it is to be filed."""
    given, usable = known.given, known.usable
    if usable is not None and (usable.imported or usable.input_hash == given.input_hash):
        return of_adopted(usable), None
    if usable is not None and known.filed is not None:
        words = f"The newest fit, version {known.filed.number}, is not in use. {known.filed.reason}"
        return of_adopted(usable, f"{words} The plan stands on version {usable.number}."), None
    if not given.past.days or not given.past.channels:
        return _without_fit(known, NO_HISTORY), None
    try:
        fresh = fresh_model(given, adopted=known.adopted if known.whole else None)
    except FitDataError as error:
        return _without_fit(known, f"The history cannot be fitted ({error})"), None
    to_file = fresh if known.whole and known.filed is None and given.weeks >= LEAST_WEEKS else None
    if usable is not None and to_file is not None and not fresh.verdict.adopt:
        words = f"The newest fit is not in use. {fresh.verdict.reason}"
        return of_adopted(usable, f"{words} The plan stands on version {usable.number}."), to_file
    return _of_fit(fresh), to_file


def of_adopted(adopted: AdoptedModel, *warnings: str) -> ResponseModel:
    """The version as a plan stands on it, with all its curves."""
    return ResponseModel(
        curves=adopted.curves,
        weeks_of_history=adopted.weeks,
        holdout_wmape=adopted.holdout_wmape,
        r2=adopted.r2,
        warnings=(*warnings, *adopted.warnings),
        input_hash=adopted.input_hash,
        seed=adopted.seed,
        model_id=adopted.id,
        model_number=adopted.number,
    )


def _of_fit(fresh: FreshModel) -> ResponseModel:
    held = fresh.document.holdout
    return ResponseModel(
        curves=fresh.fitted.curves,
        weeks_of_history=fresh.fitted.weeks,
        holdout_wmape=held.wmape if held else None,
        r2=fresh.fitted.r2,
        warnings=fresh.fitted.warnings,
        input_hash=fresh.input_hash,
        seed=fresh.seed,
    )


def _without_fit(known: Known, why: str) -> ResponseModel:
    """The adopted model although nothing can be fitted now, or no curve at all."""
    if known.usable is not None:
        return of_adopted(known.usable, f"{why}: the plan stands on version {known.usable.number} of the model.")
    return ResponseModel(
        curves=(),
        weeks_of_history=0,
        holdout_wmape=None,
        r2=None,
        warnings=(f"{why}: all curves are borrowed from benchmarks.",),
        input_hash=known.given.input_hash,
        seed=known.given.seed,
    )


def _borrowed(channel: str, *, borrow: Borrow, seed: int) -> KeptCurve:
    benchmark = borrow(channel)
    if benchmark is None:
        raise Invalid(
            f"Nothing is known of the channel {channel!r}: no past spend and no published figures. "
            "Import actuals for it or leave it out.",
            fields={"channels": f"Nothing is known of {channel}."},
            code="NO_CURVE",
        )
    rng = np.random.default_rng([seed, zlib.crc32(channel.encode())])
    draws = borrowed_curves([benchmark], draws=DRAWS, rng=rng)
    return kept_curve(draws, index=0, quality=borrowed_quality(benchmark), seen=None, name=channel)
