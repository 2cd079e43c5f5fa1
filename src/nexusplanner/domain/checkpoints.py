"""Checkpoints: what a signature outside of the database says of a chain, so that rewriting the database shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.domain.shared import Conflict, TenantId

GENESIS = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of a chain. sequence: of the last entry, 0 before the first. hash: 64 hexadecimal digits."""

    sequence: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A part of a chain as it was when it was signed.

    after: where the checkpoint before ended. hashes: of every entry since then, at least one, so that a rewritten entry
    is named and not only noticed. at: UTC.
    """

    tenant_id: TenantId
    after: Head
    hashes: tuple[str, ...]
    at: datetime

    @property
    def head(self) -> Head:
        """The last entry it covers."""
        return Head(sequence=self.after.sequence + len(self.hashes), hash=self.hashes[-1])

    def hash_at(self, sequence: int) -> str | None:
        """The hash of this entry, where the checkpoint knows it."""
        position = sequence - self.after.sequence
        if position == 0:
            return self.after.hash
        return self.hashes[position - 1] if 0 < position <= len(self.hashes) else None


class CheckpointsBroken(Conflict):
    """The checkpoints are not what was signed. The message names the line."""

    code = "CHECKPOINTS_BROKEN"


class Anchors:
    """What checkpoints say of one entry after the other, read along with the chain.

    fault: what is wrong with the checkpoints, empty as long as nothing is; from there on they say nothing any more.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self.fault = ""
        self._coming = iter(checkpoints)
        self._last: Checkpoint | None = None
        self._over = False
        self._advance()

    def hash_at(self, sequence: int) -> str | None:
        """The hash that was signed for this entry; None where nothing is known. Ask in ascending order."""
        while not self._over and self._last is not None and self._last.head.sequence < sequence:
            self._advance()
        return self._last.hash_at(sequence) if self._last is not None else None

    def drain(self) -> Checkpoint | None:
        """Read to the end; the last checkpoint that holds."""
        while not self._over:
            self._advance()
        return self._last

    def _advance(self) -> None:
        try:
            found = next(self._coming, None)
        except CheckpointsBroken as broken:
            self.fault, found = broken.message, None
        if found is None:
            self._over = True
        else:
            self._last = found
