"""A brand's model on the command line: fitted, listed, imported, decided on and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import EXAMPLES, Shell


@pytest.fixture(scope="module")
def planned(shell: Shell, actuals: Path) -> Shell:
    """A workspace with a brand, its actuals, and the model that its first plan filed."""
    told = shell.nexus("plan", EXAMPLES / "brief.yaml", "--actuals", actuals)
    assert told.code == 0, told.errors
    return shell


def test_versions_are_listed_with_their_figures(planned: Shell) -> None:
    listed = planned.nexus("models", "list")
    assert listed.code == 0, listed.errors
    assert "adopted" in listed.out
    assert "fit" in listed.out
    assert "%" in listed.out


def test_a_refit_of_the_same_figures_comes_back_to_the_same_version(planned: Shell) -> None:
    told = planned.nexus("refit")
    assert told.code == 0, told.errors
    assert "Version 1 is adopted." in " ".join(told.out.split())


def test_an_unknown_brand_is_told_with_those_there_are(planned: Shell) -> None:
    told = planned.nexus("refit", "Nobody")
    assert told.code == 1
    assert "There are:" in told.words


def test_a_model_is_imported_adopted_and_taken_back(planned: Shell, tmp_path: Path) -> None:
    draws = {"alpha_m": [[0.3]] * 60, "ec_m": [[1.0]] * 60, "slope_m": [[1.2]] * 60, "beta_m": [[0.5]] * 60}
    content = {"channels": ["tv_S"], "posterior": draws, "spend_per_unit": 4000, "outcome_scale": 50000}
    file = tmp_path / "model.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    made = planned.nexus("models", "import", file, "--format", "meridian")
    assert made.code == 0, made.errors
    assert "Version 2 is a candidate" in made.out
    assert planned.nexus("models", "adopt", "2", "--reason", "Our analysts made it.").code == 0
    assert "superseded" in planned.nexus("models", "list").out
    assert planned.nexus("models", "adopt", "1").code == 0
    refused = planned.nexus("models", "reject", "1")
    assert refused.code == 1
    assert "cannot become rejected" in refused.words
    missing = planned.nexus("models", "adopt", "9")
    assert missing.code == 1
    assert "no model version 9" in missing.words
    assert "entries, all as recorded" in planned.nexus("verify").out


def test_a_bad_model_file_is_told_by_its_key(planned: Shell, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text("{}", encoding="utf-8")
    told = planned.nexus("models", "import", file, "--format", "robyn")
    assert told.code == 1
    assert "InputCollect: this key is missing" in told.words


def test_a_report_is_written_where_there_is_a_folder(planned: Shell, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    told = planned.nexus("models", "report", "1", file)
    assert told.code == 0, told.errors
    assert "Contributions over time" in file.read_text(encoding="utf-8")
    nowhere = planned.nexus("models", "report", "1", tmp_path / "none" / "report.html")
    assert nowhere.code == 1
    assert "no folder" in nowhere.words
