"""How workspaces use language models: their settings, and the sealed keys of their providers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    String,
    Table,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.models import Keys
from nexusplanner.domain.ai import AiSettings, Effort, Provider, SpendLimits, TextStep
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import TenantId, VersionConflict
from nexusplanner.infrastructure.db.identity import tenants
from nexusplanner.infrastructure.db.sealing import CannotOpen, Sealer
from nexusplanner.infrastructure.db.types import Jsonb, in_tenant, instant, metadata, uuid_column

_log = logging.getLogger(__name__)

ai_settings = Table(
    "ai_settings",
    metadata,
    uuid_column("tenant_id"),
    Column("providers", Jsonb[tuple[Provider, ...]](tuple[Provider, ...]), nullable=False),
    Column("rules_only", Boolean, nullable=False),
    Column("efforts", Jsonb[dict[TextStep, Effort]](dict[TextStep, Effort]), nullable=False),
    Column("workspace_per_day", BigInteger),
    Column("user_per_day", BigInteger),
    Column("campaign", BigInteger),
    Column("version", Integer, nullable=False),
    instant("updated_at"),
    PrimaryKeyConstraint("tenant_id"),
    in_tenant(),
)

provider_keys = Table(
    "provider_keys",
    metadata,
    uuid_column("tenant_id"),
    Column("provider", String(40), nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    instant("set_at"),
    PrimaryKeyConstraint("tenant_id", "provider"),
    in_tenant(),
)


class SqlAiStore:
    """How the actor's workspace uses language models. sealer: with the installation's encryption key."""

    def __init__(self, session: AsyncSession, *, actor: Actor, sealer: Sealer) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._sealer = sealer

    async def settings(self, *, lock: bool = False) -> AiSettings:
        """The settings; the defaults, in version 0, while nothing was saved. lock: nobody changes them meanwhile."""
        query = select(ai_settings).where(ai_settings.c.tenant_id == self._tenant)
        if lock:
            query = query.with_for_update()
        found = (await self._session.execute(query)).first()
        if found is not None:
            return _settings(found)
        tenant = await self._session.execute(select(tenants.c.created_at).where(tenants.c.id == self._tenant))
        return AiSettings(tenant_id=self._tenant, updated_at=tenant.scalar_one())

    async def save(self, settings: AiSettings) -> None:
        """Keep the settings and count their version up. Raises VersionConflict when they were read before another change."""
        row = _row(settings, version=settings.version + 1)
        if settings.version == 0:
            new = insert(ai_settings).values(tenant_id=self._tenant, **row).on_conflict_do_nothing()
            written = await self._session.scalar(new.returning(ai_settings.c.version))
        else:
            same = (ai_settings.c.tenant_id == self._tenant) & (ai_settings.c.version == settings.version)
            change = ai_settings.update().where(same).values(row)
            written = await self._session.scalar(change.returning(ai_settings.c.version))
        if written is None:
            raise VersionConflict("Somebody else changed the AI settings meanwhile. Load them again.")
        settings.version += 1

    async def with_keys(self) -> tuple[AiSettings, Keys]:
        """The settings and the providers' secrets in clear, by name, as they stood together at one moment.

        One statement sees one moment: a key that is destroyed because its provider was sent elsewhere is never read
        beside the new address. The secrets are for handing to `LanguageModels` and nothing else.
        """
        query = (
            select(tenants.c.created_at, ai_settings, provider_keys.c.provider, provider_keys.c.sealed_key)
            .select_from(tenants)
            .outerjoin(ai_settings, ai_settings.c.tenant_id == tenants.c.id)
            .outerjoin(provider_keys, provider_keys.c.tenant_id == tenants.c.id)
            .where(tenants.c.id == self._tenant)
        )
        rows = (await self._session.execute(query)).all()
        first = rows[0]
        if first.version is None:
            return AiSettings(tenant_id=self._tenant, updated_at=first.created_at), self._opened(rows)
        return _settings(first), self._opened(rows)

    def _opened(self, rows: Sequence[Row[Any]]) -> Keys:
        """The secrets in these rows; one sealed with another encryption key is left out."""
        opened: dict[str, str] = {}
        for row in rows:
            if row.provider is None:
                continue
            try:
                opened[row.provider] = self._sealer.open(
                    row.sealed_key, bound_to=_name(self._tenant, row.provider)
                ).decode()
            except CannotOpen:
                _log.warning("A provider's key was sealed with another encryption key: it has to be set again.")
        return opened

    async def set_key(self, provider: str, *, key: str, at: datetime) -> None:
        """Seal and keep the provider's secret, instead of an earlier one."""
        sealed = self._sealer.seal(key.encode(), bound_to=_name(self._tenant, provider))
        row = {"sealed_key": sealed, "set_at": at}
        kept = insert(provider_keys).values(tenant_id=self._tenant, provider=provider, **row)
        await self._session.execute(
            kept.on_conflict_do_update(index_elements=provider_keys.primary_key.columns, set_=row)
        )

    async def remove_key(self, provider: str) -> bool:
        """Destroy the provider's secret. Whether there was one."""
        this = (provider_keys.c.tenant_id == self._tenant) & (provider_keys.c.provider == provider)
        gone = provider_keys.delete().where(this).returning(provider_keys.c.provider)
        return await self._session.scalar(gone) is not None

    async def key_dates(self) -> Mapping[str, datetime]:
        """When each provider's secret was set."""
        query = select(provider_keys.c.provider, provider_keys.c.set_at)
        rows = await self._session.execute(query.where(provider_keys.c.tenant_id == self._tenant))
        return {row.provider: row.set_at for row in rows}


def _name(tenant_id: TenantId, provider: str) -> bytes:
    return f"provider-keys/{tenant_id}/{provider}".encode()


def _row(settings: AiSettings, *, version: int) -> dict[str, Any]:
    return {
        "providers": settings.providers,
        "rules_only": settings.rules_only,
        "efforts": dict(settings.efforts),
        "workspace_per_day": settings.limits.workspace_per_day,
        "user_per_day": settings.limits.user_per_day,
        "campaign": settings.limits.campaign,
        "version": version,
        "updated_at": settings.updated_at,
    }


def _settings(row: Row[Any]) -> AiSettings:
    return AiSettings(
        tenant_id=row.tenant_id,
        providers=row.providers,
        rules_only=row.rules_only,
        efforts=row.efforts,
        limits=limits_of(row),
        version=row.version,
        updated_at=row.updated_at,
    )


def limits_of(row: Row[Any] | None) -> SpendLimits:
    """The limits in a row of `ai_settings`, the defaults without one."""
    if row is None:
        return SpendLimits()
    return SpendLimits(workspace_per_day=row.workspace_per_day, user_per_day=row.user_per_day, campaign=row.campaign)
