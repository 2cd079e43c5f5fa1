"""The hash chain of the decision ledger: how entries are linked and how a broken link is found.

Each entry's hash covers the hash before it and the entry's own canonical bytes, so that changing, removing, inserting
or moving an entry breaks the chain at the first row it touches. The head, kept apart, shows a tail that was cut off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nexusplanner.domain.shared import DecisionId

GENESIS = "0" * 64
"""What stands before the first entry."""


def chain_hash(*, previous: str, content: bytes) -> str:
    """SHA-256 over the previous hash and the entry's canonical bytes. previous and the result: 64 hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(previous) + content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """An entry as it is stored.

    content: the canonical bytes that were hashed, a JSON object. columns: what is also kept beside the content, by the
    content's own names, as JSON values; it must say the same.
    """

    sequence: int
    id: DecisionId
    content: bytes
    columns: Mapping[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """The end of the chain as the ledger remembers it. sequence: of the last entry, 0 before the first."""

    sequence: int = 0
    hash: str = GENESIS


class Fault(StrEnum):
    """What is wrong with a row."""

    MISSING = "missing"
    CHANGED = "changed"
    UNCHAINED = "unchained"
    BEYOND_HEAD = "beyond_head"


FAULTS: Mapping[Fault, str] = {
    Fault.MISSING: "The entry is missing.",
    Fault.CHANGED: "The entry is not what was recorded: its content no longer fits its hash.",
    Fault.UNCHAINED: "The entry does not continue the entry before it.",
    Fault.BEYOND_HEAD: "The entry stands behind the recorded end of the ledger, or that end was changed.",
}


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """The first row that breaks the chain. id: None when the row is missing."""

    sequence: int
    id: DecisionId | None
    fault: Fault

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return f"Entry {self.sequence}: {FAULTS[self.fault]}"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a check of the whole chain found. entries: how many were read. head: the last hash that holds."""

    entries: int
    head: str
    first_bad: BadRow | None

    @property
    def intact(self) -> bool:
        """Whether every entry is what was recorded."""
        return self.first_bad is None


class ChainCheck:
    """Checks a chain entry by entry, so that a long ledger need not be held in memory."""

    def __init__(self) -> None:
        self._entries = 0
        self._last = Head()
        self._first_bad: BadRow | None = None

    def feed(self, entry: LedgerEntry) -> None:
        """Check the next entry in order of sequence."""
        self._entries += 1
        if self._first_bad is not None:
            return
        self._first_bad = self._fault(entry)
        if self._first_bad is None:
            self._last = Head(sequence=entry.sequence, hash=entry.hash)

    def finish(self, head: Head) -> Verification:
        """Compare the end of the chain with what the ledger remembers."""
        if self._first_bad is None and head.sequence > self._last.sequence:
            self._first_bad = BadRow(sequence=self._last.sequence + 1, id=None, fault=Fault.MISSING)
        if self._first_bad is None and head != self._last:
            beyond = min(head.sequence + 1, self._last.sequence)
            self._first_bad = BadRow(sequence=beyond, id=None, fault=Fault.BEYOND_HEAD)
        return Verification(entries=self._entries, head=self._last.hash, first_bad=self._first_bad)

    def _fault(self, entry: LedgerEntry) -> BadRow | None:
        expected = self._last.sequence + 1
        if entry.sequence > expected:
            return BadRow(sequence=expected, id=None, fault=Fault.MISSING)
        fault: Fault | None = None
        if entry.sequence < expected or entry.previous_hash != self._last.hash:
            fault = Fault.UNCHAINED
        if not _says_the_same(entry) or entry.hash != chain_hash(previous=self._last.hash, content=entry.content):
            fault = fault or Fault.CHANGED
        return None if fault is None else BadRow(sequence=entry.sequence, id=entry.id, fault=fault)


def _says_the_same(entry: LedgerEntry) -> bool:
    try:
        content = json.loads(entry.content)
    except ValueError:
        return False
    beside = {"sequence": entry.sequence, "id": str(entry.id), **entry.columns}
    return isinstance(content, dict) and all(content.get(name) == value for name, value in beside.items())
