"""What signed checkpoints show that the chain alone cannot, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.chains import chain, check, head_of, moved, resealed, signed

from nexusplanner.domain.checkpoints import Checkpoint, CheckpointsBroken, Head
from nexusplanner.domain.ledger import ChainCheck, Fault


def test_a_chain_that_was_never_touched_fits_its_checkpoints() -> None:
    entries = chain(10)
    found = check(entries, checkpoints=signed(entries, 3, 4, 8))
    assert found.intact
    assert found.checkpoint_fits
    assert found.after_checkpoint == 2
    assert "covers the entries up to 8" in found.text
    assert "The 2 entries after it are not protected yet" in found.text


def test_without_a_checkpoint_the_text_says_that_nothing_is_protected() -> None:
    found = check(chain(1))
    assert found.intact
    assert (found.checkpoint, found.checkpoint_fits, found.after_checkpoint) == (None, False, 1)
    assert found.text.startswith("1 entry, all as recorded.")
    assert "no signed checkpoint" in found.text


def test_an_empty_ledger_has_nothing_to_protect() -> None:
    assert check([]).text == "There are no entries yet."


@given(length=st.integers(2, 12), data=st.data())
def test_a_cut_before_the_checkpoint_shows_where_it_begins(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    covered = data.draw(st.integers(1, length))
    kept = data.draw(st.integers(0, covered - 1))
    found = check(entries[:kept], checkpoints=signed(entries, covered))
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (kept + 1, Fault.MISSING)
    assert not found.checkpoint_fits
    assert check(entries[:kept]).intact, "the chain alone cannot tell"


@given(length=st.integers(2, 12), data=st.data())
def test_a_chain_sealed_again_before_the_checkpoint_shows_at_its_first_new_row(
    length: int, data: st.DataObject
) -> None:
    entries = chain(length)
    covered = data.draw(st.integers(1, length))
    ends = sorted({covered, *data.draw(st.lists(st.integers(1, covered), max_size=3))})
    row = data.draw(st.integers(1, covered))
    forged = list(entries)
    forged[row - 1] = replace(
        entries[row - 1], content=entries[row - 1].content.replace(b'"seed": null', b'"seed": 1'), columns={}
    )
    forged = resealed(forged, start=row)
    found = check(forged, checkpoints=signed(entries, *ends))
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (row, Fault.REWRITTEN)
    assert not found.checkpoint_fits
    assert check(forged).intact, "the chain alone cannot tell"


@given(length=st.integers(3, 12), data=st.data())
def test_rows_taken_out_or_put_in_and_sealed_again_show_at_the_row(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    row = data.draw(st.integers(1, length - 1))
    without = [*entries[: row - 1], *(moved(entry, to=entry.sequence - 1) for entry in entries[row:])]
    again = [*entries[:row], *(moved(entry, to=entry.sequence + 1) for entry in entries[row - 1 :])]
    for forged, first in ((without, row), (again, row + 1)):
        found = check(resealed(forged), checkpoints=signed(entries, length))
        assert found.first_bad is not None
        assert (found.first_bad.sequence, found.first_bad.fault) == (first, Fault.REWRITTEN)


def test_what_lies_behind_the_last_checkpoint_is_not_protected() -> None:
    entries = chain(6)
    forged = resealed([*entries[:4], replace(entries[4], content=entries[4].content + b" ")], start=5)
    assert forged[4].hash != entries[4].hash
    found = check(forged, checkpoints=signed(entries, 4))
    assert found.intact
    assert found.after_checkpoint == 1


def test_a_fault_behind_the_checkpoint_leaves_the_checkpoint_fitting() -> None:
    entries = chain(6)
    found = check([*entries[:5], replace(entries[5], hash="0" * 64)], checkpoints=signed(entries, 4))
    assert found.first_bad is not None
    assert found.first_bad.sequence == 6
    assert found.checkpoint_fits


def test_the_newest_checkpoint_alone_still_protects_what_was_before_it() -> None:
    entries = chain(6)
    last = signed(entries, 3, 6)[1:]
    assert check(entries, checkpoints=last).intact
    sealed = resealed([replace(entries[0], content=entries[0].content + b" "), *entries[1:]])
    found = check(sealed, checkpoints=last)
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (3, Fault.REWRITTEN)


def test_broken_checkpoints_are_told_and_protect_only_up_to_where_they_hold() -> None:
    entries = chain(6)

    def broken() -> Iterator[Checkpoint]:
        yield signed(entries, 2)[0]
        raise CheckpointsBroken("Line 2 of the checkpoints was changed.")

    checking = ChainCheck(checkpoints=broken())
    for entry in entries:
        checking.feed(entry)
    found = checking.finish(head_of(entries))
    assert found.first_bad is None
    assert not found.intact
    assert found.checkpoint is not None
    assert found.checkpoint.head.sequence == 2
    assert "Line 2 of the checkpoints was changed." in found.text


@pytest.mark.parametrize("start", [0, 3])
def test_a_check_can_go_on_where_another_ended(start: int) -> None:
    entries = chain(6)
    checking = ChainCheck(start=head_of(entries[:start]) if start else Head())
    for entry in entries[start:]:
        checking.feed(entry)
    assert checking.finish(head_of(entries)).intact
    wrong = ChainCheck(start=Head(sequence=start, hash="ab" * 32))
    wrong.feed(entries[start])
    assert wrong.finish(None).first_bad is not None
