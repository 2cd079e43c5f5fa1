"""Versions of a brand's model: file one, adopt one, rule one out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from nexusplanner.application.measurement.fitting import FreshModel
from nexusplanner.application.measurement.foreign import read_foreign
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.measurement import ModelSource, ModelVersion
from nexusplanner.domain.shared import BrandId, Conflict, ModelId, RunId, VersionConflict


async def get_model(uow: UnitOfWork, *, model_id: ModelId) -> ModelVersion:
    """The version with everything it says. Raises: NotFound, Forbidden."""
    uow.actor.require(Permission.READ)
    return await uow.models.get(model_id)


async def adopt_model(uow: UnitOfWork, *, model_id: ModelId, reason: str, now: datetime) -> ModelVersion:
    """A person makes it the model that plans are made on; the ledger remembers who and why.

    Raises: NotFound, Forbidden, Conflict (MODEL_STATE), Invalid (the reason is too long).
    """
    uow.actor.require(Permission.PLAN)
    model = await uow.models.get(model_id)
    await uow.models.hold(brand_id=model.brand_id)
    await _put_in_place(uow, model, reason=reason.strip() or "A person adopted it.", now=now)
    await _remember(uow, model, step="adopt_model", verb="Adopted", reason=reason, now=now)
    await uow.flush()
    return model


async def reject_model(uow: UnitOfWork, *, model_id: ModelId, reason: str, now: datetime) -> ModelVersion:
    """A person rules a candidate out. Raises: NotFound, Forbidden, Conflict (MODEL_STATE), Invalid."""
    uow.actor.require(Permission.PLAN)
    model = await uow.models.get(model_id)
    model.reject(reason=reason.strip() or "A person rejected it.")
    await _remember(uow, model, step="reject_model", verb="Rejected", reason=reason, now=now)
    await uow.flush()
    return model


async def file_fit(
    uow: UnitOfWork, *, brand_id: BrandId, fresh: FreshModel, run_id: RunId | None, now: datetime
) -> ModelVersion:
    """Keep a fit as a new version, in place of the adopted one when its verdict says so.

    A version made from exactly the same is not filed twice: it comes back as it is.
    Raises: NotFound, VersionConflict (another version was adopted since the fit was compared; compare again).
    """
    await uow.models.hold(brand_id=brand_id)
    same = await uow.models.find(brand_id=brand_id, input_hash=fresh.input_hash)
    if same is not None:
        return same
    holder = await uow.models.adopted(brand_id=brand_id)
    if (holder.number if holder else 0) != fresh.against:
        raise VersionConflict("Another model was adopted while this one was fitted. Compare it again.")
    model = ModelVersion(
        tenant_id=uow.actor.tenant_id,
        brand_id=brand_id,
        number=await uow.models.next_number(brand_id=brand_id),
        source=ModelSource.FIT,
        curves=fresh.fitted.curves,
        scored_curves=fresh.scored.curves if fresh.scored else (),
        document=fresh.document,
        warnings=fresh.fitted.warnings,
        weeks=fresh.fitted.weeks,
        r2=fresh.fitted.r2,
        input_hash=fresh.input_hash,
        seed=fresh.seed,
        run_id=run_id,
        reason=fresh.verdict.reason,
        created_at=now,
    )
    if fresh.verdict.adopt:
        await _put_in_place(uow, model, reason=fresh.verdict.reason, now=now)
    uow.models.add(model)
    await uow.flush()
    return model


async def import_model(
    uow: UnitOfWork,
    *,
    brand_id: BrandId,
    source: ModelSource,
    content: bytes,
    channel_of: Callable[[str], str | None],
    now: datetime,
) -> ModelVersion:
    """Keep a model that another program made as a candidate; a person decides whether plans stand on it.

    Raises: NotFound, Forbidden, ModelFileError, Conflict (MODEL_EXISTS: the same file was imported before).
    """
    uow.actor.require(Permission.PLAN)
    brand = await uow.brands.get(brand_id)
    foreign, curves, document = await uow.aside(read_foreign, content, source=source, channel_of=channel_of)
    await uow.models.hold(brand_id=brand.id)
    digest = hashlib.sha256(content).hexdigest()
    same = await uow.models.find(brand_id=brand.id, input_hash=digest)
    if same is not None:
        raise Conflict(
            f"This file was imported before, as version {same.number}.",
            code="MODEL_EXISTS",
            details={"model_id": str(same.id)},
        )
    model = ModelVersion(
        tenant_id=uow.actor.tenant_id,
        brand_id=brand.id,
        number=await uow.models.next_number(brand_id=brand.id),
        source=source,
        curves=curves,
        document=replace(document, settings={**document.settings, **_measured_by(brand)}),
        warnings=foreign.warnings,
        weeks=foreign.weeks,
        r2=foreign.r2,
        input_hash=digest,
        seed=int(digest[:8], 16),
        created_by=uow.actor.user_id,
        reason="It was imported and waits for a decision.",
        created_at=now,
    )
    uow.models.add(model)
    await _remember(
        uow, model, step="import_model", verb="Imported", reason=document.settings["imported from"], now=now
    )
    await uow.flush()
    return model


def _measured_by(brand: Brand) -> Mapping[str, str]:
    """What a model of the brand is taken to measure, as a fit notes it among its settings."""
    kind = "money" if brand.outcome_is_money else "count"
    return {"outcome": brand.outcome_name, "kind": kind, "currency": brand.currency}


async def _put_in_place(uow: UnitOfWork, model: ModelVersion, *, reason: str, now: datetime) -> None:
    """Adopt `model`; the one before gives way first, for there is never more than one. The caller holds the versions."""
    holder = await uow.models.adopted(brand_id=model.brand_id)
    if holder is not None and holder.id != model.id:
        holder.supersede(by=model.number)
        await uow.flush()
    model.adopt(at=now, reason=reason)


async def _remember(uow: UnitOfWork, model: ModelVersion, *, step: str, verb: str, reason: str, now: datetime) -> None:
    told = f": {reason.strip()}" if reason.strip() else "."
    await uow.ledger.append(
        Decision(
            tenant_id=uow.actor.tenant_id,
            run_id=None,
            campaign_id=None,
            step=step,
            agent="person",
            agent_version="1",
            author=Author.PERSON,
            provider="person",
            summary=f"{verb} version {model.number} of the response model{told}",
            inputs={"model": str(model.id), "input_hash": model.input_hash, "user": str(uow.actor.user_id)},
            output={"state": model.state.value, "number": model.number},
            decided_at=now,
        )
    )
