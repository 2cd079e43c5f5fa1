"""Requests that may be sent twice and count once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nexusplanner.domain.shared import Conflict, Invalid


class InFlight(Conflict):
    """The first request with this key has not ended."""

    code = "IDEMPOTENCY_IN_FLIGHT"


class KeyReused(Invalid):
    """The key was sent before with another body."""

    code = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, kw_only=True)
class StoredResponse:
    """A response as it was sent, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Idempotency(Protocol):
    """Answers already given to the actor, in the unit of work's transaction."""

    async def begin(self, *, route: str, key: str, body_hash: str) -> StoredResponse | None:
        """The answer to send again; None when this request is the first, which then holds the key until it ends.

        route: method and path template. body_hash: of the raw body. Raises: InFlight, KeyReused.
        """
        ...

    async def resume(self) -> None:
        """Hold the keys again in a new transaction. Raises InFlight when another request used one in between."""
        ...

    async def keep(self, *, route: str, key: str, body_hash: str, response: StoredResponse, now: datetime) -> None:
        """Remember the answer, a later one instead of an earlier; it is gone when the transaction is rolled back."""
        ...

    async def prune(self, *, before: datetime) -> int:
        """Drop answers older than `before`; how many they were."""
        ...
