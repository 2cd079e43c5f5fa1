"""Signals are matched to services in the services' own words, and opinions move that within bounds."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.domain.catalog import Service
from nexusplanner.domain.market.matching import matches, profile_of
from nexusplanner.domain.market.scoring import ServiceMatch, Taught
from nexusplanner.domain.market.teaching import MOST_DOWN, MOST_UP, lesson
from nexusplanner.domain.market.terms import Weighing, terms_of
from nexusplanner.domain.shared import TenantId

BRAND = records.brand(TenantId(uuid4()))
TIME = records.service(
    BRAND,
    name="Tidemark Time",
    category="Workforce software",
    description="Shift planning and time recording for clinics.",
    benefits=("Keeps the working time rule.",),
)
PUMP = records.service(BRAND, name="Heat pump", category="Heating")
NEWS = "A new working time rule obliges clinics to change their shift planning from May."


def matched(text: str, *services: Service) -> tuple[ServiceMatch, ...]:
    terms = terms_of(text)
    (found,) = matches([terms], profiles=[profile_of(service) for service in services], weighing=Weighing([terms]))
    return found


def taught(text: str, *, irrelevant: tuple[str, ...] = (), watched: tuple[str, ...] = ()) -> Taught:
    texts = [terms_of(each) for each in (text, *irrelevant, *watched)]
    likeness = Weighing(texts).cosines(texts[:1], texts[1:])[0]
    against = np.array([at < len(irrelevant) for at in range(len(texts) - 1)], dtype=bool)
    return lesson(likeness, irrelevant=against, watched=~against)


def test_news_matches_the_service_whose_words_it_uses_and_names_them() -> None:
    (found,) = matched(NEWS, TIME, PUMP)
    assert found.service_id == TIME.id
    assert set(found.words[:2]) == {"shift planning", "working time rule"}
    assert 0.5 < found.score < 1


def test_words_that_every_offer_uses_make_no_match() -> None:
    assert matched("A company wants better service for its customers and staff at low prices.", TIME, PUMP) == ()


def test_one_word_in_common_is_chance() -> None:
    assert matched("Clinics in the valley were flooded.", TIME) == ()


def test_news_like_what_was_dismissed_counts_less_and_like_what_is_watched_more() -> None:
    like = "Clinics must change shift planning from May under the new working time rule, unions say."
    far = "Gas prices fell on the exchange."
    assert taught(NEWS, irrelevant=(like,)).shift < 0 < taught(NEWS, watched=(like,)).shift
    assert taught(NEWS, irrelevant=(like, like)).dismissed == 2
    assert taught(NEWS, irrelevant=(far,)) == Taught()
    assert taught(NEWS) == Taught()


@given(against=st.integers(0, 40), towards=st.integers(0, 40))
def test_opinions_move_relevance_within_bounds(against: int, towards: int) -> None:
    found = taught(NEWS, irrelevant=(NEWS,) * against, watched=(NEWS,) * towards)
    assert -MOST_DOWN <= found.shift <= MOST_UP
    assert (found.dismissed, found.watched) == (against, towards)


def test_many_signals_are_matched_at_once_as_each_is_alone() -> None:
    texts = [terms_of(each) for each in (NEWS, "Gas prices fell.", "A heat pump for heating.", "")]
    profiles, weighing = [profile_of(service) for service in (TIME, PUMP)], Weighing(texts)
    together = matches(texts, profiles=profiles, weighing=weighing)
    assert together == tuple(matches([each], profiles=profiles, weighing=weighing)[0] for each in texts)
    assert [len(each) for each in together] == [1, 0, 1, 0]
    assert matches(texts, profiles=[], weighing=weighing) == ((),) * 4
