"""Commands that need no database, and how failures are told."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import EXAMPLES, Shell


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def keep(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return keep


Write = Callable[[str, str], Path]
CHANNELS = [
    {"name": "tv", "curve": {"kind": "hill", "scale": 2.1e6, "half": 4e5, "slope": 1.7}, "max": 600_000},
    {"name": "search", "curve": {"kind": "hill", "scale": 9e5, "half": 1e5, "slope": 0.8}},
]


def test_allocate_prints_the_split_with_its_certificate(bare: Shell, write: Write) -> None:
    problem = {"budget": 1_000_000.01, "channels": CHANNELS}
    told = bare.nexus("allocate", write("problem.json", json.dumps(problem)), "--unit", "cents")
    found = json.loads(told.out)
    assert told.code == 0
    assert round(sum(found["allocation"].values()), 2) == 1_000_000.01
    assert found["gap"] <= 1e-6
    many = bare.nexus("allocate", write("problems.json", json.dumps([problem, {**problem, "budget": 10}])))
    assert [sum(each["allocation"].values()) for each in json.loads(many.out)] == pytest.approx([1_000_000.01, 10])


def test_fit_prints_returns_with_intervals(bare: Shell, write: Write, actuals: Path) -> None:
    config = {"date": "DATE", "outcome": "revenue", "spend": ["tv_S", "search_S"], "holdout": 13}
    told = bare.nexus("fit", actuals, "--config", write("fit.yaml", yaml.safe_dump(config)))
    assert told.code == 0, told.words
    found = json.loads(told.out)
    assert set(found["channels"]) == {"tv_S", "search_S"}
    for channel in found["channels"].values():
        assert channel["roi"]["low"] <= channel["roi"]["mean"] <= channel["roi"]["high"]
    assert found["holdout"]["wmape"] > 0


def test_fit_writes_a_report_that_needs_nothing_else(bare: Shell, write: Write, actuals: Path, tmp_path: Path) -> None:
    config = {"date": "DATE", "outcome": "revenue", "spend": ["tv_S", "search_S"], "holdout": 13}
    settings, report = write("fit.yaml", yaml.safe_dump(config)), tmp_path / "report.html"
    told = bare.nexus("fit", actuals, "--config", settings, "--report", report)
    assert told.code == 0, told.words
    text = report.read_text(encoding="utf-8")
    assert "Response model of revenue" in text
    assert "Weeks it had not seen" in text
    assert "<script" not in text
    assert "http://" not in text
    again = tmp_path / "again.html"
    bare.nexus("fit", actuals, "--config", settings, "--report", again)
    assert again.read_bytes() == report.read_bytes()
    nowhere = bare.nexus("fit", actuals, "--config", settings, "--report", tmp_path / "none" / "report.html")
    assert nowhere.code == 1
    assert "no folder" in nowhere.words


def test_fit_leaves_out_a_last_line_that_was_cut_short(bare: Shell, write: Write, actuals: Path) -> None:
    cut = write("cut.csv", actuals.read_text(encoding="utf-8") + "\n2099-01-01,1000")
    config = {"date": "DATE", "outcome": "revenue", "spend": ["tv_S"], "method": "laplace", "holidays": "DE"}
    told = bare.nexus("fit", cut, "--config", write("fit.yaml", yaml.safe_dump(config)))
    assert told.code == 0, told.words
    assert "line 82, the last, is cut short before column tv_S" in json.loads(told.out)["warnings"][0]


def test_fit_names_a_region_it_does_not_know(bare: Shell, write: Write, actuals: Path) -> None:
    config = {"date": "DATE", "outcome": "revenue", "spend": ["tv_S"], "holidays": "Atlantis"}
    told = bare.nexus("fit", actuals, "--config", write("fit.yaml", yaml.safe_dump(config)))
    assert told.code == 1
    assert "The country of 'Atlantis' is not known" in told.words


def brief(**changes: object) -> str:
    content = yaml.safe_load((EXAMPLES / "brief.yaml").read_text(encoding="utf-8"))
    return yaml.safe_dump(content | changes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (brief(budget=5), ("fields to correct", "budget:")),
        (brief(brand={"name": "A", "curency": "EUR"}), ("brand.curency:",)),
        (brief(start_date="soon"), ("start_date:",)),
        (brief(total_budget="lots"), ("'lots' is not an amount",)),
        (brief(total_budget="1.005"), ("at most 2 digits",)),
        ("- a\n- b\n", ("keys and values",)),
        ("a: [\n", ("is not YAML",)),
    ],
)
def test_a_brief_with_a_mistake_names_it_before_anything_is_started(
    bare: Shell, write: Write, text: str, words: tuple[str, ...]
) -> None:
    told = bare.nexus("plan", write("brief.yaml", text))
    assert told.code == 1
    assert all(word in told.words for word in words), told.words
    assert "Traceback" not in told.words
    assert not bare.home.exists()


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (("allocate", "p.json", "{"), "is not JSON"),
        (("allocate", "p.json", '{"budget": -1, "channels": []}'), "budget"),
        (("fit", "data.csv", "week,y\n2026-01-05,1,2\n"), "Line 2"),
        (("fit", "data.csv", ""), "empty"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(bare: Shell, write: Write, case: tuple[str, str, str], words: str) -> None:
    command, name, text = case
    config = ("--config", write("fit.yaml", "{date: week, outcome: y, spend: [tv]}")) if command == "fit" else ()
    told = bare.nexus(command, write(name, text), *config)
    assert told.code == 1
    assert words in told.words
    assert told.out == ""


def test_a_mapping_with_a_wrong_shape_is_refused(bare: Shell, write: Write) -> None:
    data = write("a.csv", "week,y\n2026-01-05,1\n")
    for text in ("columns: [week]\n", "columns: {week: day}\ndateformat: iso\n", "columns: {week: 5}\n"):
        told = bare.nexus("import", "actuals", data, "--mapping", write("map.yaml", text))
        assert (told.code, "write columns:" in told.words) == (1, True), told.words
    assert not bare.home.exists()


def test_a_file_that_is_not_there_is_a_usage_error(bare: Shell, tmp_path: Path) -> None:
    told = bare.nexus("plan", tmp_path / "none.yaml")
    assert told.code == 2
    assert "does not exist" in told.words


def test_a_taken_port_is_told_before_anything_is_started(bare: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = bare.nexus("serve", "--port", str(port))
    assert told.code == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in told.words
    assert "--port" in told.words
    assert not (bare.home / "postgres").exists()


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    told = Shell(home=tmp_path, settings={"NEXUS_PORT": "many"}).nexus("migrate")
    assert told.code == 1
    assert "port:" in told.words
    assert "Traceback" not in told.words
