"""A handful of texts ranked by words, by meaning, and by vectors of somebody else's making."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.retrieval.few import near_enough, rank_few

TEXTS = ("refund of a delayed flight", "price of a family ticket", "winter storm")


def test_without_vectors_nothing_changes() -> None:
    assert rank_few(TEXTS, query="refund") == rank_few(TEXTS, query="refund", given=(0.0, 0.0, 0.0))


def test_a_text_that_shares_no_word_rises_by_its_vector() -> None:
    plain, near = rank_few(TEXTS, query="refund"), rank_few(TEXTS, query="refund", given=(0.0, 0.0, 0.9))
    assert plain[2].fused == 0
    assert near[2].fused > 0
    assert [each.lexical for each in near] == [each.lexical for each in plain]
    assert near[0] == plain[0], "what has no vector keeps the mean of its two"


def test_near_enough_is_what_half_of_those_with_the_querys_words_are() -> None:
    assert near_enough([0.2, 0.0, 0.6, 0.3]) == 0.3
    assert near_enough([0.0]) == inf
    assert near_enough([]) == inf


@given(st.lists(st.floats(0.01, 1.0), min_size=1))
def test_it_is_never_less_than_the_farthest_of_them_nor_more_than_the_nearest(cosines: list[float]) -> None:
    assert min(cosines) <= near_enough(cosines) <= max(cosines)
