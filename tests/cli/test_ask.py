"""Asking an assistant on the command line."""

from __future__ import annotations

import pytest
from tests.cli.conftest import EXAMPLES, Shell


@pytest.fixture(scope="module")
def planned(shell: Shell) -> Shell:
    """A workspace with one plan."""
    told = shell.nexus("plan", EXAMPLES / "brief.yaml")
    assert told.code == 0, told.errors
    return shell


def name_of(shell: Shell) -> str:
    told = shell.nexus("ask", "Which campaigns do we have?")
    assert told.code == 0, told.errors
    return " ".join(told.out.split()).split("“")[1].split("”")[0]


def test_a_question_is_answered_with_its_sources(planned: Shell) -> None:
    told = planned.nexus("ask", "How is the budget split?", "--campaign", name_of(planned))
    assert told.code == 0, told.errors
    assert "of the budget) and should bring" in " ".join(told.out.split())
    assert "Sources:" in told.errors
    assert "/budget" in told.words


def test_a_change_is_offered_and_nothing_is_done(planned: Shell) -> None:
    told = planned.nexus("ask", "What if the budget was 10 % less?", "--campaign", name_of(planned))
    assert told.code == 0, told.errors
    assert "Nothing is changed yet." in told.out
    assert "Offered: Keep the scenario" in told.words
    again = planned.nexus("ask", "Compare the scenarios", "--campaign", name_of(planned))
    assert "has no scenarios yet" in " ".join(again.out.split())


def test_answers_are_in_the_ledger_and_the_words_are_not(planned: Shell) -> None:
    assert planned.nexus("ask", "Is the xylophone ledger intact?", "--assistant", "insights").code == 0
    assert "intact" in planned.nexus("ask", "Is the ledger intact?", "--assistant", "insights").out
    assert planned.nexus("verify").code == 0


def test_what_cannot_be_asked_is_refused_in_words(planned: Shell) -> None:
    unknown = planned.nexus("ask", "How is it going?", "--campaign", "The moon landing")
    assert unknown.code == 1
    assert "There is no campaign 'The moon landing'" in unknown.words
    empty = planned.nexus("ask", " ")
    assert empty.code == 1
    assert "A question needs words" in empty.words
