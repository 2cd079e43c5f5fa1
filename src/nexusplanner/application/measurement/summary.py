"""How well a brand is measured: accuracy so far, the model in use, and whether it is out of date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nexusplanner.application.measurement.fitting import AdoptedModel, curve_errors
from nexusplanner.application.measurement.inputs import ModelInput
from nexusplanner.application.measurement.loading import load_input
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import ModelRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.measurement import (
    Errors,
    Holder,
    MeasuredChannel,
    ModelState,
    ModelVersion,
    Verdict,
    judge_version,
)
from nexusplanner.domain.planning.fit.fitting import FitDataError
from nexusplanner.domain.shared import BrandId, Invalid, ModelId

BAND = 0.9
"""The part of actual weeks that should lie inside the band."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Where the measurement of a brand stands.

    scored: versions with figures on weeks they had not seen, oldest first; current: the one whose figures stand for the
    brand (the adopted, else the newest). candidate: the newest version that waits for a decision. stale_reason: why
    the adopted model is out of date, "" when it is not.
    """

    scored: tuple[ModelRow, ...]
    current: ModelRow | None
    adopted: ModelVersion | None
    candidate: ModelRow | None
    stale_reason: str
    experiments: int


async def measurement_of(uow: UnitOfWork, *, brand_id: BrandId) -> Measurement:
    """Accuracy, model in use, and what is out of date. Raises: NotFound, Forbidden."""
    uow.actor.require(Permission.READ)
    brand = await uow.brands.get(brand_id)
    rows = (await uow.read.measurement.models(brand_id=brand_id, limit=PAGE_SIZE_MAX)).items
    adopted = await uow.models.adopted(brand_id=brand_id)
    scored = tuple(row for row in reversed(rows) if row.holdout_wmape is not None)
    usable = tuple(row for row in scored if row.state is not ModelState.REJECTED)
    in_use = tuple(row for row in usable if adopted is not None and row.id == adopted.id)
    given = await load_input(uow, brand=brand)
    return Measurement(
        scored=scored,
        current=next(reversed(in_use or usable), None),
        adopted=adopted,
        candidate=next((row for row in rows if row.state is ModelState.CANDIDATE), None),
        stale_reason=stale_reason(adopted, given=given) if adopted else "",
        experiments=len(await uow.experiments.of_brand(brand_id)),
    )


def stale_reason(adopted: ModelVersion, *, given: ModelInput) -> str:
    """Why the adopted model no longer stands on what is known; "" when it does, or was imported."""
    known = AdoptedModel.of(adopted)
    if not known.measures(given):
        return f"Version {known.number} measures {known.outcome}; the brand counts {given.outcome_name} now."
    if adopted.source.imported or adopted.input_hash == given.input_hash:
        return ""
    settings = adopted.document.settings
    reasons = []
    if settings.get("history_hash") != given.history_hash:
        reasons.append(_history_words(str(settings.get("history_until", "")), given=given))
    if settings.get("experiments_hash") != given.experiments_hash:
        reasons.append("experiments were added, changed or removed")
    told = " and ".join(reasons) or "models are made in another way now"
    return f"Since version {adopted.number} was fitted, {told}."


def _history_words(until: str, *, given: ModelInput) -> str:
    try:
        before = date.fromisoformat(until)
    except ValueError:
        return "the actuals were changed"
    weeks = (given.until - before).days // 7 if given.until else 0
    if weeks < 1:
        return "past actuals were changed"
    return "a week of actuals was added" if weeks == 1 else f"{weeks} weeks of actuals were added"


@dataclass(frozen=True, kw_only=True)
class ChannelChange:
    """A channel in two versions; None where a version does not have it."""

    channel: str
    first: MeasuredChannel | None
    second: MeasuredChannel | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions side by side. verdict: how the second does against the first on the same held-out weeks."""

    first: ModelVersion
    second: ModelVersion
    channels: tuple[ChannelChange, ...]
    verdict: str
    worse_on_holdout: bool


async def compare_models(uow: UnitOfWork, *, first: ModelId, second: ModelId) -> Comparison:
    """Score both on the last quarter of the present actuals. Raises: NotFound, Forbidden, Invalid (two brands)."""
    uow.actor.require(Permission.READ)
    before, after = await uow.models.get(first), await uow.models.get(second)
    if before.brand_id != after.brand_id:
        words = "Choose two versions of one brand."
        raise Invalid(words, fields={"second": words})
    given = await load_input(uow, brand=await uow.brands.get(before.brand_id))
    verdict = await uow.aside(_verdict, given, AdoptedModel.of(before), AdoptedModel.of(after))
    ones = {each.channel: each for each in before.document.channels}
    others = {each.channel: each for each in after.document.channels}
    return Comparison(
        first=before,
        second=after,
        channels=tuple(
            ChannelChange(channel=name, first=ones.get(name), second=others.get(name))
            for name in dict.fromkeys((*ones, *others))
        ),
        verdict=_words(verdict, before=before, after=after),
        worse_on_holdout=verdict.worse if verdict else False,
    )


def _verdict(given: ModelInput, before: AdoptedModel, after: AdoptedModel) -> Verdict | None:
    try:
        old, new = _errors(given, before), _errors(given, after)
    except FitDataError:
        return None
    if old is None or new is None:
        return None
    return judge_version(new, holder=Holder(number=before.number, errors=old))


def _errors(given: ModelInput, model: AdoptedModel) -> Errors | None:
    return curve_errors(given, model.scored_curves or model.curves)


def _words(verdict: Verdict | None, *, before: ModelVersion, after: ModelVersion) -> str:
    if verdict is None or verdict.wmape is None or verdict.holder_wmape is None:
        return "There are too few weeks of actuals to score both versions on the same ones."
    figures = (
        f"version {after.number} was off by {verdict.wmape:.1%}, version {before.number} by {verdict.holder_wmape:.1%}"
    )
    if verdict.worse:
        end = "clearly worse"
    elif verdict.wmape < verdict.holder_wmape:
        end = "no worse"
    else:
        end = "not clearly worse"
    seen = [each.number for each in (before, after) if not each.scored_curves]
    note = f" Version {' and '.join(map(str, seen))} may have seen these weeks." if seen else ""
    return f"On the last quarter of the actuals {figures}: version {after.number} is {end}.{note}"
