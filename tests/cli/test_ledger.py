"""The ledger on the command line: verified, signed, exported, and checked elsewhere without the database."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import make_url
from tests.cli.conftest import EXAMPLES, Shell

from nexusplanner.infrastructure.checkpoints import public_pem


@pytest.fixture(scope="module")
def planned(shell: Shell) -> Shell:
    """A workspace with a plan, and what its run left in the ledger."""
    told = shell.nexus("plan", EXAMPLES / "brief.yaml")
    assert told.code == 0, told.errors
    return shell


def checkpoints_of(shell: Shell) -> Path:
    (path,) = (shell.home / "checkpoints").glob("*.jsonl")
    return path


def test_a_ledger_is_signed_exported_and_verified_without_its_database(planned: Shell, tmp_path: Path) -> None:
    signed = planned.nexus("checkpoint")
    assert signed.code == 0, signed.errors
    assert signed.out.startswith("Signed up to entry ")
    here = planned.nexus("verify")
    assert "entries, all as recorded" in here.out
    assert "The signed checkpoint of " in here.out
    export, key = tmp_path / "ledger.jsonl", tmp_path / "key.pem"
    assert planned.nexus("ledger", "export", export).code == 0
    assert planned.nexus("ledger", "key", key).code == 0
    assert planned.nexus("ledger", "key").out == key.read_text()
    elsewhere = Shell(home=tmp_path / "elsewhere")
    there = elsewhere.nexus("verify", "--file", export, "--checkpoints", checkpoints_of(planned), "--key", key)
    assert there.code == 0, there.errors
    assert there.out == here.out
    assert not (tmp_path / "elsewhere").exists(), "an export needs no installation"
    assert "no signed checkpoint" in elsewhere.nexus("verify", "--file", export).out
    unsaid = elsewhere.nexus("verify", "--file", export, "--checkpoints", checkpoints_of(planned))
    assert unsaid.code == 1
    assert "--key" in unsaid.words


def test_a_forged_export_is_told_by_its_row(planned: Shell, tmp_path: Path) -> None:
    planned.nexus("checkpoint")
    export, key = tmp_path / "ledger.jsonl", tmp_path / "key.pem"
    planned.nexus("ledger", "export", export)
    planned.nexus("ledger", "key", key)
    lines = export.read_bytes().splitlines(keepends=True)
    third = json.loads(lines[2])
    changed = json.dumps({**third, "entry": third["entry"].replace('"seed":null', '"seed":1')}).encode() + b"\n"
    for forged, row in (
        ([*lines[:2], changed, *lines[3:]], 3),
        ([*lines[:2], b"nonsense\n", *lines[3:]], 3),
        (lines[:2] + lines[3:], 3),
        (lines[:4], 5),
        ([], 1),
    ):
        export.write_bytes(b"".join(forged))
        told = planned.nexus("verify", "--file", export, "--checkpoints", checkpoints_of(planned), "--key", key)
        assert told.code == 1
        assert f"Entry {row}:" in told.words


def test_checkpoints_of_an_unknown_key_prove_nothing(planned: Shell, tmp_path: Path) -> None:
    planned.nexus("checkpoint")
    export, key = tmp_path / "ledger.jsonl", tmp_path / "key.pem"
    planned.nexus("ledger", "export", export)
    key.write_text(public_pem(Ed25519PrivateKey.generate().public_key()))
    told = planned.nexus("verify", "--file", export, "--checkpoints", checkpoints_of(planned), "--key", key)
    assert told.code == 1
    assert "Line 1 of the checkpoints is signed with the unknown key" in told.words
    key.write_text("nonsense")
    told = planned.nexus("verify", "--file", export, "--key", key)
    assert told.code == 1
    assert "not an Ed25519 public key" in told.words


def test_a_ledger_rewritten_with_its_head_is_told_against_a_copy_of_its_checkpoints(
    planned: Shell, tmp_path: Path
) -> None:
    planned.nexus("checkpoint")
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(checkpoints_of(planned).read_bytes())
    assert planned.nexus("verify", "--checkpoints", copy).code == 0
    assert planned.database is not None
    url = make_url(planned.database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM decisions WHERE sequence > 4")
        connection.execute(
            "UPDATE ledger_heads SET sequence = 4, hash = (SELECT hash FROM decisions WHERE sequence = 4)"
        )
    for told in (planned.nexus("verify"), planned.nexus("verify", "--checkpoints", copy)):
        assert told.code == 1
        assert "Entry 5: The entry is missing." in told.words
    refused = planned.nexus("checkpoint")
    assert refused.code == 1
    assert "No checkpoint is made of a ledger that does not hold" in refused.words


def test_the_key_needs_no_database_and_an_export_needs_a_folder(bare: Shell, tmp_path: Path) -> None:
    told = bare.nexus("ledger", "export", tmp_path / "missing" / "ledger.jsonl")
    assert told.code == 1
    assert "Make it first" in told.words
    told = bare.nexus("ledger", "key")
    assert told.code == 0
    assert "BEGIN PUBLIC KEY" in told.out
