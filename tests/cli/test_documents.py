"""Documents on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import EXAMPLES, Shell
from tests.factories import files


@pytest.fixture(scope="module")
def planned(shell: Shell) -> Shell:
    """A workspace with one plan."""
    told = shell.nexus("plan", EXAMPLES / "brief.yaml")
    assert told.code == 0, told.errors
    return shell


def test_files_are_taken_read_listed_and_found(planned: Shell, tmp_path: Path) -> None:
    good, bad = tmp_path / "pumps.docx", tmp_path / "secret.pdf"
    good.write_bytes(files.word([("Savings", files.WORDS)]))
    bad.write_bytes(files.protected(files.pdf([["a"]]), user="x"))
    told = planned.nexus("documents", "add", good, bad, tmp_path / "none.txt")
    assert told.code == 1
    assert "pumps.docx: 1 passages." in told.out
    assert "secret.pdf: This PDF is protected by a password." in told.out
    assert "There is no such file." in told.out
    listed = planned.nexus("documents", "list").out
    assert "indexed" in listed
    assert "failed" in listed
    assert files.WORDS in " ".join(
        planned.nexus("search", "what did the institute measure", "--kind", "document").out.split()
    )


def test_the_same_file_twice_and_an_unknown_service_are_told(planned: Shell, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Heat pumps are quiet.")
    assert planned.nexus("documents", "add", note).code == 0
    assert "is there already" in planned.nexus("documents", "add", note).out
    assert "has no such service" in planned.nexus("documents", "add", note, "--service", "Xylophones").out
