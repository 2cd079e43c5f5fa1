"""From a brief in a file to a plan on the terminal, and what one does with it afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import EXAMPLES, Shell, Told

from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_THIS_TIME = ("hash", "decided_at")


@pytest.fixture(scope="module")
def planned(shell: Shell, actuals: Path) -> tuple[Told, dict[str, Any]]:
    file = shell.home / "plan.json"
    told = shell.nexus("plan", EXAMPLES / "brief.yaml", "--actuals", actuals, "--json", file)
    assert told.code == 0, told.errors
    return told, json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture
def fresh(bare: Shell) -> Iterator[Shell]:
    """A data folder in which nothing was ever done, with a server of its own."""
    yield bare
    EmbeddedPostgres(bare.home / "postgres").destroy()


def without_ids_and_times(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_ids_and_times(each) for name, each in value.items() if name not in OF_THIS_TIME}
    if isinstance(value, list):
        return [without_ids_and_times(each) for each in value]
    return UUID.sub("id", value) if isinstance(value, str) else value


def test_the_plan_is_exact_certified_and_sourced(planned: tuple[Told, dict[str, Any]]) -> None:
    _, plan = planned
    spent = sum(Decimal(channel["budget"]["amount"]) for channel in plan["channels"])
    assert spent + Decimal(plan["certificate"]["unspent"]["amount"]) == Decimal("500000.00")
    assert plan["certificate"]["gap"] <= 1e-6
    assert {channel["channel"] for channel in plan["channels"]} == {"tv", "out_of_home", "print", "search", "social"}
    assert len({idea["theme"] for idea in plan["ideas"]}) >= 3
    for idea in plan["ideas"]:
        quotes = {(plan["evidence"][each]["source"], plan["evidence"][each]["quote"]) for each in idea["citations"]}
        assert len(quotes) >= 2
    for each in plan["evidence"].values():
        assert each["text"][each["start"] : each["end"]] == each["quote"]
    assert len(plan["decisions"]) >= 5


def test_what_is_printed_is_the_plan(planned: tuple[Told, dict[str, Any]]) -> None:
    told, plan = planned
    printed = " ".join(told.out.split())
    for idea in plan["ideas"]:
        assert idea["theme"] in printed
    for words in ("Spring refresh", "500,000.00 EUR", "out of home", plan["certificate"]["in_words"], "Sources"):
        assert words in printed
    assert "480 figures taken" in told.words


def test_the_same_brief_in_another_fresh_folder_gives_the_same_plan(
    planned: tuple[Told, dict[str, Any]], fresh: Shell, actuals: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    told = fresh.process("plan", EXAMPLES / "brief.yaml", "--actuals", actuals, "--json", file)
    assert told.code == 0, told.errors
    again = json.loads(file.read_text(encoding="utf-8"))
    assert without_ids_and_times(again) == without_ids_and_times(planned[1])
    assert again["campaign"]["id"] != planned[1]["campaign"]["id"]


@pytest.mark.usefixtures("planned")
def test_what_was_decided_is_verified(shell: Shell) -> None:
    told = shell.nexus("verify")
    assert told.code == 0, told.errors
    assert re.search(
        r"\d+ entries, all as recorded\. .*covers the entries up to \d+\. Head: [0-9a-f]{64}",
        " ".join(told.out.split()),
    )


@pytest.mark.usefixtures("planned")
def test_a_file_with_a_bad_row_is_named_and_nothing_of_it_is_kept(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text("name,price\nBookshelves,899.00\nDesks,cheap\n", encoding="utf-8")
    told = shell.nexus("import", "services", file)
    assert told.code == 1
    assert "nothing was saved" in told.words
    assert "Line 3, column 'price'" in told.words
    assert "cheap" in told.errors
    assert "Traceback" not in told.errors
    skipped = shell.nexus("import", "services", file, "--skip-bad-rows")
    assert (skipped.code, skipped.out) == (0, "1 services imported, 0 replaced, 1 rows skipped.\n")
    again = shell.nexus("import", "services", file, "--skip-bad-rows", "--brand", "northmoor home")
    assert again.out == "0 services imported, 1 replaced, 1 rows skipped.\n"


@pytest.mark.usefixtures("planned")
def test_an_unknown_workspace_or_brand_is_refused_by_name(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text("name\nDesks\n", encoding="utf-8")
    told = shell.nexus("import", "services", file, "--brand", "Acme")
    assert (told.code, "Northmoor Home" in told.words) == (1, True)
    told = shell.nexus("verify", "--tenant", "elsewhere")
    assert (told.code, "elsewhere" in told.words) == (1, True)
