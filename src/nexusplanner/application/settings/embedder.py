"""Use cases on what a workspace compares passages with. Vectors of another embedder are dropped with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nexusplanner.application.editing import require_version
from nexusplanner.application.ledger.decisions import record_setting
from nexusplanner.application.ports.embedding import Embedders, EmbeddingFailed
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.ai import AiSettings, Provider
from nexusplanner.domain.embedding import PROVIDERS, EmbedderChoice, EmbedderKind, Filling, RetrievalSettings
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.shared import FieldErrors, Invalid


@dataclass(frozen=True, kw_only=True)
class KnownRetrieval:
    """The settings and how far the vectors are. provider: through which they are made, as it is set up now."""

    settings: RetrievalSettings
    filling: Filling
    provider: Provider | None = None


async def read_retrieval_settings(uow: UnitOfWork) -> KnownRetrieval:
    """What the workspace compares passages with. Raises Forbidden."""
    uow.actor.require(Permission.READ)
    settings = await uow.embedding.settings()
    provider = await provider_of(uow, settings.choice)
    return KnownRetrieval(
        settings=settings,
        filling=await uow.embedding.filling(settings.choice.fingerprint(provider)),
        provider=provider,
    )


async def provider_of(uow: UnitOfWork, choice: EmbedderChoice) -> Provider | None:
    """The provider that the choice names, enabled for texts or not; none where it names none, or it is gone."""
    return provider_in(await uow.ai.settings(), choice)


def provider_in(settings: AiSettings, choice: EmbedderChoice) -> Provider | None:
    """The same among these settings."""
    found = (each for each in settings.providers if each.name == choice.provider)
    return next((each for each in found if each.kind in PROVIDERS.get(choice.kind, ())), None)


async def save_retrieval_settings(
    units: UnitsOfWork, actor: Actor, *, choice: EmbedderChoice, embedders: Embedders, version: int, now: datetime
) -> KnownRetrieval:
    """Choose what makes vectors; a directory is read before any transaction. Raises Forbidden, Invalid, VersionConflict."""
    actor.require(Permission.ADMINISTER)
    wanted = choice.needed()
    errors = FieldErrors()
    wanted.check(errors)
    errors.raise_if_any("retrieval setting")
    dimensions = await _pinned(embedders, wanted) if wanted.kind is EmbedderKind.DIRECTORY else None
    async with units.for_actor(actor) as uow:
        settings = await uow.embedding.settings(lock=True)
        require_version(settings, version=version)
        provider = await provider_of(uow, wanted)
        if wanted.kind in PROVIDERS and provider is None:
            words = f"There is no {wanted.kind} provider of this name. Add it in the AI settings, or choose another."
            raise Invalid(words, fields={"provider_id": words})
        before = settings.choice
        settings.choice, settings.dimensions, settings.problem = wanted, dimensions, ""
        settings.set_by, settings.updated_at = actor.user_id, now
        await uow.embedding.save(settings)
        await uow.embedding.drop_others(wanted.fingerprint(provider))
        summary = f"What makes vectors of passages was changed from {_named(before)} to {_named(wanted)}."
        await record_setting(
            uow, step="retrieval_settings", summary=summary, now=now, before=_told(before), after=_told(wanted)
        )
        return await read_retrieval_settings(uow)


async def _pinned(embedders: Embedders, choice: EmbedderChoice) -> int:
    """Dimensions of the directory's model. Raises Invalid unless its files are those that the hash was made of."""
    try:
        found = await embedders.pin(replace(choice, sha256=""))
    except EmbeddingFailed as error:
        raise Invalid(error.reason, fields={"directory": error.reason}) from error
    if choice.sha256 != found.sha256:
        words = f"The files in this folder hash to {found.sha256}. Give that as sha256 if they are the ones you trust."
        raise Invalid(words, fields={"sha256": words}, details={"sha256": found.sha256})
    return found.dimensions


def _named(choice: EmbedderChoice) -> str:
    where = choice.directory or (f"{choice.model} at {choice.provider}" if choice.provider else "")
    return f"{choice.kind.value} ({where})" if where else choice.kind.value


def _told(choice: EmbedderChoice) -> Mapping[str, Any]:
    return {
        "embedder": choice.kind.value,
        "provider": choice.provider,
        "model": choice.model,
        "directory": choice.directory,
        "sha256": choice.sha256,
    }
