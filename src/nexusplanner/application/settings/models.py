"""Use cases on how a workspace uses language models. A key is taken and used, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nexusplanner.application.editing import require_version
from nexusplanner.application.ledger.decisions import record_setting
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.ai import EFFORTS, AiSettings, Effort, Provider, ProviderKind, SpendLimits, TextStep
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import FieldErrors, NotFound
from nexusplanner.domain.spending import dollars

LONGEST_KEY = 4096
RULES_ALONE = "rules (no language model is set up)"


@dataclass(frozen=True, kw_only=True)
class KnownAi:
    """The settings, and when each provider's key was set; those without one are left out."""

    settings: AiSettings
    key_dates: Mapping[str, datetime]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should be known."""
        return tuple(words for provider in self.settings.providers for words in provider.warnings)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Providers that are asked but have no key where one is needed."""
        return tuple(
            each.name
            for each in self.settings.asked
            if each.kind is not ProviderKind.COMPATIBLE and each.name not in self.key_dates
        )

    @property
    def in_words(self) -> str:
        """Who writes texts, in order."""
        if not self.settings.providers:
            return RULES_ALONE
        asked = [
            f"{each.name} ({', '.join(dict.fromkeys(filter(None, each.models.values())))})"
            for each in self.settings.asked
        ]
        order = ", then ".join([*asked, "rules"]) if asked else "rules alone, as the settings say"
        return f"{order}; no key: {', '.join(self.lacking)}" if self.lacking else order


@dataclass(frozen=True, kw_only=True)
class AiChange:
    """What the settings are to be; fields as in `AiSettings`."""

    providers: tuple[Provider, ...]
    rules_only: bool
    efforts: Mapping[TextStep, Effort]
    limits: SpendLimits


async def read_ai_settings(uow: UnitOfWork) -> KnownAi:
    """How the workspace uses language models. Raises Forbidden."""
    uow.actor.require(Permission.READ)
    return KnownAi(settings=await uow.ai.settings(), key_dates=await uow.ai.key_dates())


async def save_ai_settings(uow: UnitOfWork, *, change: AiChange, version: int, now: datetime) -> KnownAi:
    """Change the settings as a whole.

    A provider that is left out loses its key, and so does one that is sent elsewhere: whoever may change an address
    must not be able to have a key that somebody else set sent to it. Raises: Forbidden, Invalid, VersionConflict.
    """
    uow.actor.require(Permission.ADMINISTER)
    settings = await uow.ai.settings(lock=True)
    require_version(settings, version=version)
    before, old = _told(settings), {provider.name: provider for provider in settings.providers}
    settings.providers, settings.rules_only, settings.limits = change.providers, change.rules_only, change.limits
    settings.efforts = {step: effort for step, effort in change.efforts.items() if effort is not EFFORTS[step]}
    settings.updated_at = now
    settings.check()
    await uow.ai.save(settings)
    kept = {provider.name: provider for provider in settings.providers}
    lost = [
        name
        for name in await uow.ai.key_dates()
        if name not in kept or name not in old or kept[name].destination != old[name].destination
    ]
    for name in lost:
        await uow.ai.remove_key(name)
    gone = f" The keys of {', '.join(lost)} were destroyed." if lost else ""
    summary = f"The AI settings were changed.{gone}"
    await record_setting(uow, step="ai_settings", summary=summary, now=now, before=before, after=_told(settings))
    return await read_ai_settings(uow)


async def set_provider_key(uow: UnitOfWork, *, name: str, key: str, now: datetime) -> None:
    """Keep the provider's key, sealed. Raises: Forbidden, NotFound, Invalid."""
    uow.actor.require(Permission.ADMINISTER)
    provider = await provider_of(uow, name=name, lock=True)
    check_key(key, kind=provider.kind)
    had = name in await uow.ai.key_dates()
    await uow.ai.set_key(name, key=key, at=now)
    words = "replaced" if had else "set"
    await _record_key(uow, name=name, summary=f"The key of {name} was {words}.", before=had, after=True, now=now)


async def remove_provider_key(uow: UnitOfWork, *, name: str, now: datetime) -> None:
    """Destroy the provider's key. Raises: Forbidden, NotFound."""
    uow.actor.require(Permission.ADMINISTER)
    await provider_of(uow, name=name)
    if await uow.ai.remove_key(name):
        await _record_key(
            uow, name=name, summary=f"The key of {name} was destroyed.", before=True, after=False, now=now
        )


async def provider_of(uow: UnitOfWork, *, name: str, lock: bool = False) -> Provider:
    """The provider of this name, which stays as it is until the transaction ends when locked. Raises NotFound."""
    return provider_in(await uow.ai.settings(lock=lock), name=name)


def provider_in(settings: AiSettings, *, name: str) -> Provider:
    """The provider of this name among these. Raises NotFound."""
    found = next((each for each in settings.providers if each.name == name), None)
    if found is None:
        raise NotFound("There is no provider of this name in this workspace.", code="PROVIDER_NOT_FOUND")
    return found


def check_key(key: str, *, kind: ProviderKind) -> None:
    """Raise Invalid, without the key, unless it can be one."""
    errors = FieldErrors()
    errors.check(bool(key), "key", "Paste the key.")
    errors.check(len(key) <= LONGEST_KEY, "key", f"A key has at most {LONGEST_KEY} characters.")
    plain = key.isascii() and key.isprintable() and " " not in key
    errors.check(plain, "key", "A key has no spaces, line breaks or special letters. Paste it again.")
    if kind is ProviderKind.BEDROCK and ":" in key:
        one, _, other = key.partition(":")
        errors.check(bool(one and other), "key", "Write access key id and secret with a colon between them.")
    errors.raise_if_any("key")


async def _record_key(uow: UnitOfWork, *, name: str, summary: str, before: bool, after: bool, now: datetime) -> None:
    await record_setting(
        uow,
        step="provider_key",
        summary=summary,
        now=now,
        before={"provider": name, "has_key": before},
        after={"provider": name, "has_key": after},
    )


def _told(settings: AiSettings) -> dict[str, Any]:
    """The settings for the ledger."""
    limits = settings.limits
    return {
        "providers": [_told_provider(each) for each in settings.providers],
        "rules_only": settings.rules_only,
        "efforts": {step.value: effort.value for step, effort in sorted(settings.efforts.items())},
        "limits": {
            "workspace_per_day": _amount(limits.workspace_per_day),
            "user_per_day": _amount(limits.user_per_day),
            "campaign": _amount(limits.campaign),
        },
    }


def _told_provider(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "kind": provider.kind.value,
        "base_url": provider.base_url,
        "region": provider.region,
        "models": {effort.value: model for effort, model in sorted(provider.models.items())},
        "enabled": provider.enabled,
        "input_price": provider.input_price,
        "output_price": provider.output_price,
    }


def _amount(microunits: int | None) -> str | None:
    return None if microunits is None else dollars(microunits)
