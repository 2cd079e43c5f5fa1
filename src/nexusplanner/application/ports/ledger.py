"""What the use cases need from the decision ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from nexusplanner.domain.audit import Decision
from nexusplanner.domain.checkpoints import Checkpoint, Head
from nexusplanner.domain.ledger import LedgerEntry, Verification
from nexusplanner.domain.shared import DecisionId


class Ledger(Protocol):
    """The decision ledger of the actor's tenant; entries can be added and read, never changed."""

    async def append(self, decision: Decision) -> str:
        """Chain the entry behind the last one; its hash in hexadecimal digits."""
        ...

    async def head(self) -> Head:
        """The end of the chain as it is remembered now."""
        ...

    async def entries(self, *, after: int, limit: int) -> Sequence[LedgerEntry]:
        """Up to `limit` entries behind the sequence number `after`, in order."""
        ...

    async def verify(self, *, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
        """Read the whole chain, as it stood at one instant, and name the first row that breaks it.

        checkpoints: what was signed of it, in order.
        """
        ...

    async def personal(self, decision_id: DecisionId) -> Mapping[str, Any]:
        """Personal payloads of an entry by subject; those whose key was destroyed are left out. Raises NotFound."""
        ...

    async def erase(self, subject: str) -> bool:
        """Destroy the subject's key: their payloads become unreadable, the chain stays. Whether there was one."""
        ...
