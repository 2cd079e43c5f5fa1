from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.documents import Piece, Section, number, pieces_of
from nexusplanner.domain.documents.pieces import LONG_ENOUGH, LONGEST

SENTENCE = "Our heat pump saves a third of the bill, as the institute measured in forty homes."
words = st.text(alphabet="abcdef .\n", max_size=4000)
sections = st.lists(
    st.builds(
        Section, heading=st.sampled_from(["", "Prices", "Savings"]), text=words, page=st.sampled_from([None, 1, 2])
    ),
    max_size=6,
)


@given(sections)
def test_nothing_that_was_written_is_lost_and_no_piece_is_too_long(found: list[Section]) -> None:
    pieces = pieces_of(found)
    assert all(0 < len(piece.text) <= LONGEST for piece in pieces)
    letters = "".join(section.text for section in found)
    kept = "".join(f"{piece.heading} {piece.text}" for piece in pieces)
    for letter in "abcdef":
        assert kept.count(letter) >= letters.count(letter)


def test_paragraphs_stay_together_until_there_is_enough() -> None:
    (first, second) = pieces_of([Section(text="\n".join([SENTENCE] * 12))])
    assert LONG_ENOUGH <= len(first.text) <= LONGEST
    assert first.text.count(SENTENCE) + second.text.count(SENTENCE) == 12


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join([SENTENCE] * 40)
    pieces = pieces_of([Section(text=text)])
    assert len(pieces) == 3
    assert all(piece.text.startswith("Our") and piece.text.endswith("homes.") for piece in pieces)


def test_a_short_section_joins_its_neighbour_with_its_heading() -> None:
    (piece,) = pieces_of(
        [Section(heading="Prices", text="It costs 5."), Section(heading="Savings", text="It saves 3.")]
    )
    assert (piece.heading, piece.text) == ("Prices", "It costs 5.\nSavings\nIt saves 3.")


def test_short_texts_of_different_pages_stay_apart() -> None:
    pieces = pieces_of([Section(text="One.", page=1), Section(text="Two.", page=2)])
    assert [(piece.text, piece.page) for piece in pieces] == [("One.", 1), ("Two.", 2)]


def test_a_text_keeps_its_number_and_a_number_is_never_given_to_another_text() -> None:
    before = number([_piece("a"), _piece("b"), _piece("c")], earlier=(), last=0)
    assert [piece.number for piece in before] == [1, 2, 3]
    after = number([_piece("new"), _piece("c"), _piece("a")], earlier=before, last=3)
    assert [(piece.text, piece.number) for piece in after] == [("new", 4), ("c", 3), ("a", 1)]
    again = number([_piece("b"), _piece("a")], earlier=after, last=4)
    assert [(piece.text, piece.number) for piece in again] == [("b", 5), ("a", 1)]


def test_texts_that_stand_twice_have_two_numbers() -> None:
    before = number([_piece("a"), _piece("a")], earlier=(), last=0)
    assert [piece.number for piece in number([_piece("a")] * 3, earlier=before, last=2)] == [1, 2, 3]


def _piece(text: str) -> Piece:
    return Piece(heading="", text=text)
