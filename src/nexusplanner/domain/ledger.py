"""The hash chain of the decision ledger: how entries are linked and how a broken link is found.

Each entry's hash covers the hash before it and the entry's own canonical bytes, so that changing, removing, inserting
or moving an entry breaks the chain at the first row it touches. The head, kept apart, shows a tail that was cut off.
Signed checkpoints, kept outside of the database, show what was rewritten together with the head.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nexusplanner.domain.checkpoints import Anchors, Checkpoint, Head
from nexusplanner.domain.shared import Conflict, DecisionId


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


class Fault(StrEnum):
    """What is wrong with a row."""

    MISSING = "missing"
    CHANGED = "changed"
    UNCHAINED = "unchained"
    REWRITTEN = "rewritten"
    BEYOND_HEAD = "beyond_head"


FAULTS: Mapping[Fault, str] = {
    Fault.MISSING: "The entry is missing.",
    Fault.CHANGED: "The entry is not what was recorded: its content no longer fits its hash.",
    Fault.UNCHAINED: "The entry does not continue the entry before it.",
    Fault.REWRITTEN: "The entry fits its neighbours, but a signed checkpoint knows another one in its place.",
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


class LedgerNotIntact(Conflict):
    """The ledger is not what was recorded; nothing is signed or built on it."""

    code = "LEDGER_NOT_INTACT"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a check of the whole chain found.

    entries: how many were read. sequence, head: of the last entry that holds. checkpoint: the last one that was read
    and is signed. checkpoint_fault: what is wrong with the checkpoints themselves, in words; empty when nothing is.
    """

    entries: int
    head: str
    first_bad: BadRow | None
    sequence: int = 0
    checkpoint: Checkpoint | None = None
    checkpoint_fault: str = ""

    @property
    def intact(self) -> bool:
        """Whether every entry is what was recorded, and every checkpoint what was signed."""
        return self.first_bad is None and not self.checkpoint_fault

    @property
    def checkpoint_fits(self) -> bool:
        """Whether everything up to the last checkpoint is what it was when that was signed."""
        bad = self.first_bad
        return self.checkpoint is not None and (bad is None or bad.sequence > self.checkpoint.head.sequence)

    @property
    def after_checkpoint(self) -> int:
        """Entries that hold, behind the last checkpoint."""
        return max(0, self.sequence - (self.checkpoint.head.sequence if self.checkpoint else 0))

    @property
    def text(self) -> str:
        """What was found, and what is not protected, in words."""
        if self.first_bad is not None:
            found = self.first_bad.message
        elif self.entries:
            found = f"{_entries(self.entries)}, all as recorded."
        else:
            found = "There are no entries yet."
        return " ".join(part for part in (found, self.checkpoint_fault, self._covered()) if part)

    def _covered(self) -> str:
        if self.checkpoint is None:
            if not self.sequence:
                return ""
            return (
                "There is no signed checkpoint: whoever controls the database could rewrite entries and their end "
                "unseen."
            )
        covered = f"The signed checkpoint of {self.checkpoint.at:%Y-%m-%d %H:%M} UTC covers the entries up to "
        covered += f"{self.checkpoint.head.sequence}."
        if self.after_checkpoint:
            covered += (
                f" The {_entries(self.after_checkpoint)} after it {'is' if self.after_checkpoint == 1 else 'are'} not "
                "protected yet: whoever controls the database could rewrite them unseen."
            )
        return covered


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


class ChainCheck:
    """Checks a chain entry by entry, so that a long ledger need not be held in memory.

    start: the end of the part that is known to hold. checkpoints: what was signed of the chain, in order.
    """

    def __init__(self, *, start: Head | None = None, checkpoints: Iterable[Checkpoint] = ()) -> None:
        self._entries = 0
        self._last = start or Head()
        self._first_bad: BadRow | None = None
        self._anchors = Anchors(checkpoints)

    def feed(self, entry: LedgerEntry) -> None:
        """Check the next entry in order of sequence."""
        self._entries += 1
        if self._first_bad is not None:
            return
        self._first_bad = self._fault(entry)
        if self._first_bad is None:
            self._last = Head(sequence=entry.sequence, hash=entry.hash)

    def feed_unreadable(self) -> None:
        """Note that what stands where the next entry should be is none."""
        self._entries += 1
        if self._first_bad is None:
            self._first_bad = BadRow(sequence=self._last.sequence + 1, id=None, fault=Fault.CHANGED)

    def finish(self, head: Head | None) -> Verification:
        """Compare the end of the chain with what the ledger, when `head` is given, and the checkpoints remember."""
        checkpoint = self._anchors.drain()
        remembered = max(
            head.sequence if head else 0, checkpoint.head.sequence if checkpoint else 0, self._last.sequence
        )
        if self._first_bad is None and remembered > self._last.sequence:
            self._first_bad = BadRow(sequence=self._last.sequence + 1, id=None, fault=Fault.MISSING)
        if self._first_bad is None and head is not None and head != self._last:
            beyond = min(head.sequence + 1, self._last.sequence)
            self._first_bad = BadRow(sequence=beyond, id=None, fault=Fault.BEYOND_HEAD)
        return Verification(
            entries=self._entries,
            head=self._last.hash,
            first_bad=self._first_bad,
            sequence=self._last.sequence,
            checkpoint=checkpoint,
            checkpoint_fault=self._anchors.fault,
        )

    def _fault(self, entry: LedgerEntry) -> BadRow | None:
        expected = self._last.sequence + 1
        if entry.sequence > expected:
            return BadRow(sequence=expected, id=None, fault=Fault.MISSING)
        fault: Fault | None = None
        if entry.sequence < expected or entry.previous_hash != self._last.hash:
            fault = Fault.UNCHAINED
        if not _says_the_same(entry) or entry.hash != chain_hash(previous=self._last.hash, content=entry.content):
            fault = fault or Fault.CHANGED
        if fault is None and self._anchors.hash_at(entry.sequence) not in {None, entry.hash}:
            fault = Fault.REWRITTEN
        return None if fault is None else BadRow(sequence=entry.sequence, id=entry.id, fault=fault)


def _says_the_same(entry: LedgerEntry) -> bool:
    try:
        content = json.loads(entry.content)
    except ValueError:
        return False
    beside = {"sequence": entry.sequence, "id": str(entry.id), **entry.columns}
    return isinstance(content, dict) and all(content.get(name) == value for name, value in beside.items())
