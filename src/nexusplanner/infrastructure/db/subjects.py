"""Personal payloads, encrypted with a key of each person's own; without the key nobody can read them again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from sqlalchemy import Column, CursorResult, LargeBinary, PrimaryKeyConstraint, Table, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.shared import DecisionId, TenantId
from nexusplanner.infrastructure.db.canonical import canonical
from nexusplanner.infrastructure.db.sealing import CannotOpen, Sealer, new_key
from nexusplanner.infrastructure.db.types import in_tenant, metadata, uuid_column

subject_keys = Table(
    "subject_keys",
    metadata,
    uuid_column("tenant_id"),
    Column("subject", Text, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant_id", "subject"),
    in_tenant(),
)


class SubjectVault:
    """Seals and opens payloads of one tenant with AES-256-GCM.

    encryption_key: 32 bytes; it seals the subjects' keys, which seal the payloads. A subject is an id, never a name.
    """

    def __init__(self, session: AsyncSession, *, tenant_id: TenantId, encryption_key: bytes) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._sealer = Sealer(encryption_key)

    async def seal(self, payload: Any, *, subject: str, decision_id: DecisionId) -> str:
        """The payload as URL-safe base64 of nonce and ciphertext; only this entry of this subject can open it."""
        key = await self._key(subject) or await self._new_key(subject)
        sealed = Sealer(key).seal(canonical(payload), bound_to=self._name(subject, decision_id))
        return base64.urlsafe_b64encode(sealed).decode()

    async def open_all(self, sealed: Mapping[str, str], *, decision_id: DecisionId) -> dict[str, Any]:
        """The payloads by subject; those whose key was destroyed are left out."""
        opened: dict[str, Any] = {}
        for subject, text in sealed.items():
            key = await self._key(subject)
            if key is None:
                continue
            # A subject who came back has a new key; what the destroyed one sealed stays closed.
            with suppress(CannotOpen):
                sealed_bytes = base64.urlsafe_b64decode(text)
                content = Sealer(key).open(sealed_bytes, bound_to=self._name(subject, decision_id))
                opened[subject] = json.loads(content)
        return opened

    async def destroy(self, subject: str) -> bool:
        """Forget the subject's key. Whether there was one."""
        query = subject_keys.delete().where(*self._is(subject))
        result = cast("CursorResult[Any]", await self._session.execute(query))
        return result.rowcount > 0

    async def _key(self, subject: str) -> bytes | None:
        sealed = await self._session.scalar(select(subject_keys.c.sealed_key).where(*self._is(subject)))
        return None if sealed is None else self._sealer.open(sealed, bound_to=self._name(subject))

    async def _new_key(self, subject: str) -> bytes:
        key = new_key()
        sealed = self._sealer.seal(key, bound_to=self._name(subject))
        row = {"tenant_id": self._tenant_id, "subject": subject, "sealed_key": sealed}
        await self._session.execute(insert(subject_keys).values(row).on_conflict_do_nothing())
        return await self._key(subject) or key

    def _is(self, subject: str) -> tuple[Any, Any]:
        return subject_keys.c.tenant_id == self._tenant_id, subject_keys.c.subject == subject

    def _name(self, *parts: object) -> bytes:
        return "/".join(str(part) for part in (self._tenant_id, *parts)).encode()
