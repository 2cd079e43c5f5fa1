"""Quotes are exact words with their offsets; stems bring the forms of a word together; ranks are fused fairly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.retrieval.fusion import DEPTH, reciprocal_ranks
from nexusplanner.domain.retrieval.quotes import LONGEST, best_quotes, sentences
from nexusplanner.domain.retrieval.stemming import stem, stems

TEXT = "Aurora pays within 24 hours. Claims are settled by phone, v2.5 of the app or e-mail!\nBenefit: no deductible."


@given(text=st.text(max_size=1500), query=st.text(max_size=60))
def test_every_quote_stands_where_it_says(text: str, query: str) -> None:
    pieces = sentences(text)
    for piece in [*pieces, *best_quotes(text, query=query)]:
        assert text[piece.start : piece.end] == piece.quote
        assert 0 < len(piece.quote) <= LONGEST
    assert all(one.end <= other.start for one, other in pairwise(pieces))


def test_sentences_end_at_marks_and_lines_but_not_inside_numbers() -> None:
    assert [piece.quote for piece in sentences(TEXT)] == [
        "Aurora pays within 24 hours.",
        "Claims are settled by phone, v2.5 of the app or e-mail!",
        "Benefit: no deductible.",
    ]


def test_the_best_quote_is_the_sentence_that_answers() -> None:
    assert best_quotes(TEXT, query="how are claims settled?", limit=1)[0].quote.startswith("Claims are settled")
    assert best_quotes(TEXT, query="deductibles", limit=3)[0].quote == "Benefit: no deductible."
    assert best_quotes(TEXT, query="submarine") == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("plastered", "plaster"),
        ("motoring", "motor"),
        ("conflated", "conflat"),
        ("hopping", "hop"),
        ("falling", "fall"),
        ("happy", "happi"),
        ("relational", "relat"),
        ("vietnamization", "vietnam"),
        ("electrical", "electr"),
        ("adoption", "adopt"),
        ("controlling", "control"),
        ("sky", "sky"),
        ("b2b", "b2b"),
        ("überzogen", "überzogen"),
    ],
)
def test_stems_are_those_that_porter_published(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_forms_of_a_word_meet_and_stop_words_go() -> None:
    assert stems("The insurer's insured insures") == ["insur", "insur", "insur"]


@given(st.lists(st.integers(-3, 9), min_size=1, max_size=40), st.data())
def test_fused_scores_do_not_depend_on_the_order_of_the_items(values: list[int], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(values))))
    scores = np.array(values, dtype=np.float64)
    assert np.array_equal(reciprocal_ranks([scores])[order], reciprocal_ranks([scores[order]]))


def test_the_first_everywhere_scores_one_and_what_is_nowhere_scores_nothing() -> None:
    fused = reciprocal_ranks([np.array([3.0, 2, 0, -1]), np.array([9.0, 1, 0, 2])])
    assert fused[0] == pytest.approx(1)
    assert fused[2] == 0
    assert fused[0] > fused[1] > 0
    assert np.count_nonzero(reciprocal_ranks([np.arange(1.0, 3 * DEPTH)])) == DEPTH
