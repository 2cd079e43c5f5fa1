"""Making a run again on the command line."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url
from tests.cli.conftest import EXAMPLES, Shell


@pytest.fixture(scope="module")
def planned(shell: Shell, actuals: Path) -> Shell:
    told = shell.nexus("plan", EXAMPLES / "brief.yaml", "--actuals", actuals)
    assert told.code == 0, told.errors
    return shell


def tampered(shell: Shell) -> None:
    """Somebody changes what a step kept, behind the program's back."""
    assert shell.database is not None
    admin = make_url(shell.database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin) as connection:
        connection.execute(
            "UPDATE step_outputs SET output = jsonb_set(output, '{ideas,0,theme}', '\"Other\"') WHERE step = 'refine'"
        )


def test_the_latest_run_gives_the_same_bytes_until_somebody_changes_them(planned: Shell) -> None:
    told = planned.nexus("replay", "latest")
    assert told.code == 0, told.errors
    assert "All 9 steps gave the same bytes." in told.words
    for step in ("gather_context", "allocate", "explain", "save"):
        assert any(line.startswith(step) and " yes " in line for line in told.out.splitlines()), told.out
    draft = planned.nexus("replay", "latest", "--model", "rules")
    assert draft.code == 0, draft.errors
    assert "(replayed with rules)" in draft.words

    tampered(planned)
    told = planned.nexus("replay", "latest")
    assert told.code == 1
    assert "NO" in told.out
    assert "differ, the first: refine" in told.words


def test_what_is_no_run_is_refused_in_words(planned: Shell) -> None:
    told = planned.nexus("replay", "yesterday")
    assert told.code != 0
    assert "is no id of a run" in told.words
    told = planned.nexus("replay", "latest", "--model", "nobody:x")
    assert told.code != 0
    assert "No provider 'nobody' is asked here" in told.words
