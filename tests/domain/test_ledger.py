"""The chain of hashes, without a database."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.chains import chain, check, head_of
from tests.scale import scaled

from nexusplanner.domain.checkpoints import GENESIS, Head
from nexusplanner.domain.ledger import Fault, LedgerEntry, chain_hash
from nexusplanner.domain.shared import DecisionId


def test_the_hash_covers_the_previous_hash_and_the_content() -> None:
    expected = hashlib.sha256(bytes(32) + b"{}").hexdigest()
    assert chain_hash(previous=GENESIS, content=b"{}") == expected


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_chain_that_was_never_touched_holds(length: int) -> None:
    entries = chain(length)
    found = check(entries, head=head_of(entries))
    assert found.intact
    assert found.entries == length
    assert found.head == head_of(entries).hash


@given(length=st.integers(1, 12), data=st.data())
def test_one_changed_byte_shows_at_its_row(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length - 1))
    position = data.draw(st.integers(0, len(entries[at].content) - 1))
    content = bytearray(entries[at].content)
    content[position] ^= data.draw(st.integers(1, 255))
    forged = [*entries[:at], replace(entries[at], content=bytes(content)), *entries[at + 1 :]]
    found = check(forged, head=head_of(entries))
    assert found.first_bad is not None
    assert found.first_bad.sequence == at + 1
    assert found.first_bad.id == entries[at].id
    assert found.first_bad.fault is Fault.CHANGED


@given(length=st.integers(1, 12), data=st.data())
def test_a_removed_entry_shows_where_it_was(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length - 1))
    found = check([*entries[:at], *entries[at + 1 :]], head=head_of(entries))
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (at + 1, Fault.MISSING)
    assert "missing" in found.first_bad.message


@given(length=st.integers(2, 12), data=st.data())
def test_two_swapped_entries_show_at_the_first_of_them(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    first = data.draw(st.integers(0, length - 2))
    second = data.draw(st.integers(first + 1, length - 1))
    swapped = list(entries)
    swapped[first] = replace(entries[second], sequence=first + 1)
    swapped[second] = replace(entries[first], sequence=second + 1)
    found = check(swapped, head=head_of(entries))
    assert found.first_bad is not None
    assert found.first_bad.sequence == first + 1


@given(length=st.integers(1, 12), data=st.data())
def test_an_inserted_entry_shows_where_it_stands(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    at = data.draw(st.integers(0, length))
    previous = entries[at - 1].hash if at else GENESIS
    content = json.dumps({"id": str(UUID(int=99)), "sequence": at + 1, "step": "forged"}).encode()
    forged = LedgerEntry(
        sequence=at + 1,
        id=DecisionId(UUID(int=99)),
        content=content,
        columns={"step": "forged"},
        previous_hash=previous,
        hash=chain_hash(previous=previous, content=content),
    )
    moved = [replace(entry, sequence=entry.sequence + 1) for entry in entries[at:]]
    found = check([*entries[:at], forged, *moved], head=head_of(entries))
    assert found.first_bad is not None
    # A forged entry that fits what stands before it shows by what follows: the next row, or the head.
    assert found.first_bad.sequence in {at + 1, at + 2}


def test_a_column_that_says_something_else_than_the_entry_shows() -> None:
    entries = chain(3)
    entries[1] = replace(entries[1], columns={"step": "another"})
    found = check(entries, head=head_of(chain(3)))
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (2, Fault.CHANGED)


def test_a_rewritten_chain_shows_against_the_remembered_head() -> None:
    entries = chain(3)
    found = check(entries, head=Head(sequence=3, hash="ab" * 32))
    assert found.first_bad is not None
    assert found.first_bad.fault is Fault.BEYOND_HEAD


def test_content_that_is_no_json_object_shows() -> None:
    for content in (b"[1]", b"\xff", b"nonsense"):
        forged = replace(chain(1)[0], content=content, hash=chain_hash(previous=GENESIS, content=content))
        found = check([forged], head=Head(sequence=1, hash=forged.hash))
        assert found.first_bad is not None
        assert found.first_bad.fault is Fault.CHANGED


FLIPS = scaled(1200, full=6000)
LENGTH = 100


def flipped(entry: LedgerEntry, *, part: str, rng: random.Random) -> LedgerEntry:
    """The stored row with one bit of one of its parts turned over."""
    if part == "content":
        content = bytearray(entry.content)
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        return replace(entry, content=bytes(content))
    if part == "sequence":
        return replace(entry, sequence=entry.sequence ^ (1 << rng.randrange(16)))
    if part == "id":
        return replace(entry, id=DecisionId(UUID(int=entry.id.int ^ (1 << rng.randrange(128)))))
    if part == "column":
        return replace(entry, columns={"step": _with_a_bit_less(entry.columns["step"], rng=rng)})
    old = entry.previous_hash if part == "previous" else entry.hash
    new = _with_a_bit_less(old, rng=rng)
    return replace(entry, previous_hash=new) if part == "previous" else replace(entry, hash=new)


def _with_a_bit_less(text: str, *, rng: random.Random) -> str:
    position = rng.randrange(len(text))
    return text[:position] + chr(ord(text[position]) ^ (1 << rng.randrange(7))) + text[position + 1 :]


@pytest.mark.parametrize("part", ["content", "hash", "previous", "column", "id", "sequence"])
def test_every_turned_bit_of_a_long_chain_shows_at_its_row(part: str) -> None:
    rng = random.Random(part)
    entries = chain(LENGTH)
    for _ in range(FLIPS // 6):
        at = rng.randrange(LENGTH)
        forged = list(entries)
        forged[at] = flipped(entries[at], part=part, rng=rng)
        # A database gives rows in the order of their sequence numbers.
        found = check(sorted(forged, key=lambda entry: entry.sequence), head=head_of(entries))
        assert found.first_bad is not None
        here = found.first_bad.sequence == at + 1 or found.first_bad.id == entries[at].id
        # A row whose number is now another's stands beside that one; which of the two comes first is the database's.
        doubled = part == "sequence" and found.first_bad.sequence == forged[at].sequence <= at + 1
        assert here or doubled
