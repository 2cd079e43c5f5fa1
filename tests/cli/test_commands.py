"""The list of commands, and what starting one costs."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from tests.cli.conftest import Shell

from nexusplanner.cli.commands import COMMANDS

HEAVY = {"fastapi", "sqlalchemy", "dbos", "uvicorn"}
"""What serves and stores; a command on files needs none of it."""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    entry = COMMANDS[name]
    found = entry.load()
    own = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    assert own == entry.help


def test_all_commands_are_listed_and_a_misspelt_one_is_named(bare: Shell) -> None:
    listed = bare.nexus("--help")
    assert listed.code == 0
    assert all(name in listed.out for name in COMMANDS)
    wrong = bare.nexus("allocat")
    assert wrong.code == 2
    assert "allocate" in wrong.words, "the nearest one is suggested"


def test_a_list_of_commands_and_a_split_import_no_server(tmp_path: Path) -> None:
    curve = {"kind": "hill", "scale": 10.0, "half": 5.0, "slope": 1.0}
    problem = tmp_path / "problem.json"
    channels = [{"name": "tv", "min": 0.0, "max": 10.0, "curve": curve}]
    problem.write_text(json.dumps({"budget": 10.0, "channels": channels}), encoding="utf-8")
    for arguments, unused in ((["--help"], HEAVY | {"numpy"}), (["allocate", str(problem)], HEAVY)):
        told = subprocess.run(
            [sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=120
        )
        assert told.returncode == 0, told.stderr
        imported = set(told.stderr.split())
        assert "nexusplanner.cli.commands" in imported
        assert not imported & unused


_PROGRAM = """
import sys
from nexusplanner.cli.main import run
try:
    run()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_an_error_is_told_once(bare: Shell, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"budget": -1}', encoding="utf-8")
    told = bare.nexus("allocate", wrong)
    assert told.code == 1
    assert told.words.count("channels") == 1
