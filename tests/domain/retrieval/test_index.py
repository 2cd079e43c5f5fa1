"""The index of passages: what is added, replaced and erased shows, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.retrieval.index import Found, PassageIndex
from nexusplanner.domain.retrieval.latent import learn
from nexusplanner.domain.retrieval.stemming import stems

WORDS = ["insure", "travel", "refund", "delay", "flight", "family", "luggage", "claim", "price", "winter", "storm"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
COLLECTIONS = st.dictionaries(st.integers(0, 40).map("passage-{}".format), TEXTS, min_size=1, max_size=14)
QUERY = "refund for a delayed flight in winter"


def made(texts: Mapping[str, str], *, order: Sequence[str] | None = None, learned: bool = True) -> PassageIndex[str]:
    index: PassageIndex[str] = PassageIndex()
    for each in order or texts:
        index.put({each: (texts[each], "all")})
    if learned:
        index.refresh()
    return index


def scores(index: PassageIndex[str], query: str = QUERY) -> dict[str, tuple[float, float]]:
    return {each.id: (each.lexical, each.vector) for each in index.search(query, limit=100)}


def agree(one: PassageIndex[str], other: PassageIndex[str], query: str = QUERY) -> bool:
    left, right = scores(one, query), scores(other, query)
    return left.keys() == right.keys() and all(np.allclose(left[each], right[each], atol=1e-4) for each in left)


@settings(deadline=None, max_examples=60)
@given(texts=COLLECTIONS, data=st.data())
def test_the_order_in_which_passages_come_does_not_matter(texts: dict[str, str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(list(texts)))
    one, other = made(texts, learned=False), made(texts, order=shuffled, learned=False)
    assert one.search(QUERY, limit=100) == other.search(QUERY, limit=100)
    one.refresh()
    other.refresh()
    assert agree(one, other)


@settings(deadline=None, max_examples=60)
@given(texts=COLLECTIONS, changed=COLLECTIONS, data=st.data())
def test_adding_replacing_and_erasing_end_where_building_anew_does(
    texts: dict[str, str], changed: dict[str, str], data: st.DataObject
) -> None:
    gone = set(data.draw(st.lists(st.sampled_from(list(texts)), unique=True)))
    index = made(texts)
    index.put({each: (text, "all") for each, text in changed.items()})
    index.remove(gone)
    left = {each: text for each, text in (texts | changed).items() if each not in gone}
    index.refresh()
    anew = made(left)
    assert index.ids == left.keys()
    assert agree(index, anew)


@settings(deadline=None, max_examples=60)
@given(texts=COLLECTIONS)
def test_an_erased_passage_leaves_no_word_no_rank_and_no_lesson(texts: dict[str, str]) -> None:
    index, without = made(texts), made(texts)
    index.put({"secret": ("zanzibar quokka refund flight", "all")})
    assert "quokka" in index.vocabulary
    index.remove(["secret"])
    assert index.stale
    assert index.vocabulary == without.vocabulary == {stem for text in texts.values() for stem in stems(text)}
    index.refresh()
    assert agree(index, without)
    assert not index.search("quokka zanzibar", limit=10)


def test_many_changes_of_a_passage_leave_one() -> None:
    index = made({"a": "refund of a delayed flight", "b": "price of a family"})
    for turn in range(3000):
        index.put({"a": (f"refund number{turn} of a delayed flight", "all")})
    assert len(index) == 2
    assert "number2998" not in index.vocabulary
    assert index.bytes < 200_000
    assert [each.id for each in index.search("number2999", limit=5)] == ["a"]


def test_what_is_not_accepted_takes_no_part_in_any_ranking() -> None:
    texts = {f"theirs-{at}": (f"refund of a delayed flight {at}", "theirs") for at in range(30)}
    own = {"mine-1": ("luggage lost on a flight", "mine"), "mine-2": ("hospital claims in winter", "mine")}
    index: PassageIndex[str] = PassageIndex()
    index.put({**texts, **own})
    index.refresh()
    found = index.search(QUERY, limit=10, accept=lambda owner: owner == "mine")
    assert {each.id for each in found} <= own.keys()
    assert found[0].id in own
    assert found[0].score > 0.9, "ranks are counted among what is accepted, not behind others' passages"


def test_a_filter_asked_again_counts_what_changed_meanwhile() -> None:
    def is_mine(owner: str) -> bool:
        return owner == "mine"

    index: PassageIndex[str] = PassageIndex()
    index.put({"a": ("refund of a flight", "mine"), "b": ("refund of a flight", "theirs")})
    assert {each.id for each in index.search(QUERY, limit=9, accept=is_mine)} == {"a"}
    index.put({"c": ("refund of a flight", "mine"), "b": ("refund of a flight", "mine")})
    assert {each.id for each in index.search(QUERY, limit=9, accept=is_mine)} == {"a", "b", "c"}
    index.put({"a": ("refund of a flight", "theirs")})
    index.remove(["c"])
    assert {each.id for each in index.search(QUERY, limit=9, accept=is_mine)} == {"b"}


@settings(deadline=None, max_examples=60)
@given(texts=COLLECTIONS, query=TEXTS)
def test_one_text_is_placed_where_many_are_to_the_last_bit(texts: dict[str, str], query: str) -> None:
    words: dict[str, int] = {}
    made_of = [
        np.array([words.setdefault(each, len(words)) for each in text.split()], dtype=np.int32)
        for text in texts.values()
    ]
    space = learn(made_of, order=list(range(len(words))), widest=len(words))
    asked = np.array([words.get(each, len(words)) for each in query.split()], dtype=np.int32)
    assert np.array_equal(space.point(asked), space.place([*made_of, asked])[-1])


def test_passages_added_later_are_found_by_meaning_before_the_space_is_learned_anew() -> None:
    texts = {f"p{at}": text for at, text in enumerate(["travel insurance premium", "insurance premium price"] * 4)}
    index = made(texts)
    index.put({"new": ("premium price", "all")})
    assert "new" in scores(index, "insurance")
    assert index.search("insurance", limit=20)[-1].lexical == 0


def test_nothing_is_found_in_nothing() -> None:
    index: PassageIndex[None] = PassageIndex()
    index.refresh()
    assert index.search("anything", limit=5) == ()
    index.put({"a": ("the of and", None)})
    index.refresh()
    assert index.search("the", limit=5) == ()
    index.remove(["a"])
    index.refresh()
    assert index.search("the", limit=5) == ()


def test_both_rankings_first_is_the_full_score() -> None:
    index = made({"a": "storm warning", "b": "family price", "c": "student premium"})
    best: Found = index.search("storm warning", limit=1)[0]
    assert best.id == "a"
    assert best.score == pytest.approx(1)
