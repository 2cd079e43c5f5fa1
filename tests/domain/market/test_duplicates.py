"""Reports of one story are found in spite of their differences, and what only looks like one is told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.news_corpus import news_corpus
from tests.factories.retold import START, Piece, f1, retold, same_pairs

from nexusplanner.domain.market.duplicates import Text, compare
from nexusplanner.domain.market.stories import Report, looks, stories
from nexusplanner.domain.market.terms import Weighing, terms_of
from nexusplanner.domain.shared import ClusterId, SignalId

STORY = (
    "Aldora will open 14 clinics by May, the first of them in Ghent. The chain treats 2,450 patients a year. "
    "An investor from abroad has put in fresh capital for the expansion."
)


def report(piece: Piece) -> Report:
    terms = terms_of(f"{piece.title}. {piece.content}")
    return Report(id=SignalId(piece.id), timestamp=piece.published, terms=terms)


def clustered(pieces: Sequence[Piece], *, parts: int = 1) -> dict[SignalId, ClusterId]:
    """The clusters of the pieces, which come in so many parts."""
    known: list[Report] = []
    joined: dict[SignalId, ClusterId] = {}
    texts = {SignalId(piece.id): Text(piece.content) for piece in pieces}
    size = -(-len(pieces) // parts)
    for at in range(0, len(pieces), size):
        fresh = [report(piece) for piece in pieces[at : at + size]]
        weighing = Weighing([one.terms for one in (*known, *fresh)])
        candidates = looks(fresh, known=known, weighing=weighing)
        joined |= stories(fresh, known=known, candidates=candidates, texts=texts)
        known += [
            Report(id=one.id, timestamp=one.timestamp, terms=one.terms, cluster_id=joined[one.id]) for one in fresh
        ]
    return joined


def of_other_authors() -> tuple[Piece, ...]:
    return tuple(
        Piece(
            id=uuid5(UUID(int=1), one.key),
            source=one.source,
            title=one.title,
            content=one.content,
            published=one.published,
            story=one.story,
        )
        for one in news_corpus()
    )


@pytest.mark.parametrize("parts", [1, 30])
def test_sixty_retellings_of_twenty_stories_are_found_among_three_hundred_reports(parts: int) -> None:
    pieces = of_other_authors()
    assert len(pieces) == 300
    assert f1(same_pairs(pieces, by=dict(clustered(pieces, parts=parts))), same_pairs(pieces)) >= 0.95


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_stories_of_other_names_figures_and_wordings_are_found_too(seed: int) -> None:
    pieces = retold(seed)
    assert f1(same_pairs(pieces, by=dict(clustered(pieces, parts=4))), same_pairs(pieces)) >= 0.95


@pytest.mark.parametrize(
    "retelling",
    [
        f"BRUSSELS (bwn) - {STORY}",
        f"Market Herald - {STORY} Subscribe to our newsletter and never miss a story.",
        f"{STORY[:110]} \u2026",
        "The chain treats 2450 patients a year. An investor from abroad has put in fresh capital for the expansion. "
        "Aldora will open fourteen clinics by May, the first of them in Ghent.".replace("fourteen", "14"),
        STORY.replace("will open", "is going to open").replace("treats", "looks after"),
    ],
)
def test_another_dateline_frame_length_order_or_wording_is_the_same_story(retelling: str) -> None:
    assert compare(Text(STORY), Text(retelling)).same
    assert compare(Text(retelling), Text(STORY)).same


@pytest.mark.parametrize(
    ("said", "other"), [("Aldora", "Westmark"), ("14", "15"), ("Ghent", "Turin"), ("2,450", "2,540"), ("May", "June")]
)
def test_another_company_figure_place_or_date_is_another_story(said: str, other: str) -> None:
    assert not compare(Text(STORY), Text(STORY.replace(said, other))).same


def test_last_years_edition_is_another_story() -> None:
    text = "The survey of 2025 found that shops in Lyon expect more customers than in the year before."
    assert not compare(Text(text), Text(text.replace("2025", "2026"))).same


def test_the_same_number_may_be_written_in_several_ways() -> None:
    one = "Helios Homes sold 2,500,000 panels for 48.0 million euros, 12 per cent more than in the summer."
    other = "Helios Homes sold 2500000 panels for 48m euros, 12% more than in the summer."
    assert compare(Text(one), Text(other)).same


def test_a_chain_of_reports_that_each_resemble_the_next_is_no_single_story() -> None:
    """Each report repeats the second sentence of the one before and adds another."""
    things = ("bridge", "tower", "harbour", "market", "theatre", "station", "canal", "library")
    people = ("masons", "monks", "sailors", "farmers", "actors", "smiths", "diggers", "printers")
    sentences = [
        f"The {thing} was once built by {own}, who were paid in {thing} tokens and left {own} marks behind."
        for thing, own in zip(things, people, strict=True)
    ]
    pieces = [
        Piece(
            id=uuid5(UUID(int=2), str(at)),
            source="Valley Post",
            title="",
            content=" ".join(sentences[at : at + 2]),
            published=START + timedelta(hours=at),
            story=at,
        )
        for at in range(7)
    ]
    assert compare(Text(pieces[0].content), Text(pieces[1].content)).same
    assert max(_sizes(clustered(pieces).values())) <= 3


def test_reports_that_lie_more_than_a_month_apart_are_not_joined() -> None:
    first = Piece(id=UUID(int=3), source="A", title="", content=STORY, published=START, story=1)
    later = Piece(id=UUID(int=4), source="B", title="", content=STORY, published=START + timedelta(days=31), story=2)
    assert _sizes(clustered([first, later]).values()) == [1, 1]


@given(one=st.text(max_size=300), other=st.text(max_size=300))
def test_any_two_texts_can_be_compared_in_either_order(one: str, other: str) -> None:
    found = compare(Text(one), Text(other))
    assert found == compare(Text(other), Text(one))
    assert 0 <= found.shared <= 1
    assert compare(Text(one), Text(one)).shared == 1 or not one.strip()


def _sizes(clusters: Iterable[ClusterId]) -> list[int]:
    found = list(clusters)
    return sorted(found.count(each) for each in set(found))
