from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.documents import Document, DocumentKind, DocumentState, Parsed, Piece
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import Invalid, TenantId
from nexusplanner.domain.sources import Trust

PIECE = Piece(number=3, heading="Savings", text="It saves a third.", page=12)


def document(**changes: object) -> Document:
    return records.document(records.brand(TenantId(uuid4())), **changes)


def test_a_passage_says_where_it_stands_and_whose_word_it_is() -> None:
    found = document(pages=20, on=date(2025, 5, 1), trust=Trust.PUBLISHED).passage(PIECE)
    assert (found.title, found.origin) == ("Brochure 2026: Savings", "Brochure 2026, page 12")
    assert (found.on, found.trust) == (date(2025, 5, 1), "published")
    assert found.id.startswith("document:")
    assert found.id.endswith(":3")


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [
        ("Plan v2.1.pdf", DocumentKind.PDF, "Plan v2.1"),
        ("Plan v2.1", DocumentKind.TEXT, "Plan v2.1"),
        (".md", DocumentKind.MARKDOWN, ".md"),
        ("a.html", DocumentKind.PAGE, "a.html"),
    ],
)
def test_it_is_called_by_its_name_without_the_ending_of_a_file(name: str, kind: DocumentKind, label: str) -> None:
    assert document(name=name, kind=kind).label == label


def test_a_day_that_lies_ahead_is_not_believed() -> None:
    read = document()
    tomorrow = records.NOW.date() + timedelta(days=1)
    read.take(Parsed(sections=(), on=tomorrow), pieces=[PIECE], cut=False, now=records.NOW)
    assert read.on is None
    assert read.passage(PIECE).on == records.NOW.date()


def test_what_is_missing_is_remarked() -> None:
    read = document()
    read.take(Parsed(sections=(), remark="2 pages are damaged."), pieces=[PIECE], cut=True, now=records.NOW)
    assert read.remark == "2 pages are damaged. Only its first 1 passages were kept; split it to have the rest."
    assert read.numbered == 3


def test_every_state_of_a_run_is_one_of_its_document() -> None:
    assert {DocumentState.of(state) for state in RunState} == set(DocumentState)


def test_what_makes_no_document_is_refused() -> None:
    for changes in ({"name": " "}, {"name": "x" * 201}, {"size": 9_500_001}):
        with pytest.raises(Invalid) as refused:
            document(**changes).check()
        assert set(refused.value.fields) == {"file"}
