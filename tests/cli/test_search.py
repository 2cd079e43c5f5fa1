"""Searching the workspace on the command line."""

from __future__ import annotations

import pytest
from tests.cli.conftest import EXAMPLES, Shell


@pytest.fixture(scope="module")
def planned(shell: Shell) -> Shell:
    """A workspace with one plan."""
    told = shell.nexus("plan", EXAMPLES / "brief.yaml")
    assert told.code == 0, told.errors
    return shell


def test_passages_come_with_the_sentences_that_answer_and_their_ids(planned: Shell) -> None:
    told = planned.nexus("search", "who is it meant for, and what is offered?", "--kind", "service")
    assert told.code == 0, told.errors
    assert "service:" in told.out
    assert '"' in told.out
    assert "brand:" not in told.out


def test_nothing_found_and_nothing_asked_are_said_in_words(planned: Shell) -> None:
    nothing = planned.nexus("search", "xylophone")
    assert nothing.code == 0
    assert "Nothing was found." in nothing.errors
    empty = planned.nexus("search", " ")
    assert empty.code != 0
    assert "characters" in empty.errors
