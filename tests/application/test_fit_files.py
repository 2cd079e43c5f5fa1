import json
from datetime import date, timedelta
from itertools import count

import numpy as np
import pytest

from nexusplanner.application.fit_files.fitting import (
    FitTableError,
    fit_document,
    read_table,
)
from nexusplanner.application.fit_files.settings import FitSettingsError, read_settings
from nexusplanner.domain.planning.fit.fitting import UnevenDates
from nexusplanner.domain.planning.simulate import World, simulate

HEADERS = ["date", "y", "tv", "search", "price", "remark"]
CONFIG = {"date": "date", "outcome": "y", "spend": ["tv", "search"], "controls": ["price"], "holdout": 13, "draws": 80}

LIFT = {"channel": "tv", "start": "2023-01-02", "end": "2023-02-01", "lift": 10, "low": 5, "high": 15}


@pytest.fixture(scope="module")
def cells():
    data, _ = simulate(World(weeks=91, channels=("tv", "search")), rng=np.random.default_rng(1))
    return [
        [day.isoformat(), str(outcome), str(tv), f" {search} ", str(price), "na"]
        for day, outcome, (tv, search), price in zip(
            data.dates, data.outcome, data.spend, data.controls[:, 0], strict=True
        )
    ]


def run(cells, **change):
    ticks = count()
    return fit_document(
        HEADERS,
        rows=cells,
        config={**CONFIG, **change},
        timer=lambda: float(next(ticks)),
        calendar=lambda region, start, end: {f"{region} day": (start + (end - start) / 2,)},
    )


def test_the_document_has_every_figure_and_is_json(cells):
    found = json.loads(json.dumps(run(cells), allow_nan=False))
    assert list(found["channels"]) == ["tv", "search"]
    channel = found["channels"]["tv"]
    for key in ("roi", "contribution", "marginal_roi"):
        assert channel[key]["low"] < channel[key]["mean"] < channel[key]["high"]
    assert 0 <= channel["adstock"] < 1
    assert channel["half"] > 0
    assert channel["slope"] > 0
    assert channel["quality"] in ("measured", "borrowed", "assumption")
    assert channel["reasons"]
    assert 0 < found["holdout"]["wmape"] < 0.2
    assert found["holdout"]["r2"] < 1
    assert found["training"]["weeks"] == 78
    assert found["seconds"] == 1.0


def test_roi_is_contribution_over_spend_in_the_training_rows(cells):
    found = run(cells)["channels"]["tv"]
    spent = sum(float(row[2]) for row in cells[:78])
    assert found["roi"]["mean"] * spent == pytest.approx(found["contribution"]["mean"])


def test_the_seed_decides_the_draws(cells):
    assert run(cells) == run(cells)
    assert run(cells, seed=2)["channels"] != run(cells)["channels"]


def test_without_a_holdout_and_without_spend_figures_are_null(cells):
    empty = [[*row[:3], "0", *row[4:]] for row in cells]
    found = run(empty, holdout=0, controls=None)
    assert found["holdout"] == {"wmape": None, "r2": None, "coverage": None}
    assert found["channels"]["search"]["roi"] == {"mean": None, "low": None, "high": None}
    assert found["channels"]["search"]["contribution"]["mean"] == 0


def test_blank_lines_and_short_lines_are_read(cells):
    rows = [*cells[:-1], cells[-1][:5], [""]]
    assert run(rows)["channels"] == run(cells)["channels"]


def test_a_last_line_that_was_cut_short_is_left_out_and_told(cells):
    found = run([*cells, ["2023-10-02", "12345", "1"]])
    assert found["channels"] == run(cells)["channels"]
    assert found["warnings"][0] == "line 93, the last, is cut short before column search and was left out"
    with pytest.raises(FitTableError, match="line 5, column search: the cell is empty"):
        run([*cells[:3], cells[3][:3], *cells[4:]])


def test_the_method_the_adstock_and_experiments_are_read(cells):
    quick = run(cells, method="laplace")
    assert quick["diagnosis"]["method"] == "laplace"
    assert quick["channels"]["tv"]["delay"] is None
    assert run(cells, method="laplace", adstock="delayed")["channels"]["tv"]["delay"] >= 0
    spent = sum(float(row[2]) for row in cells[20:40])
    lift = {
        "channel": "tv",
        "start": cells[20][0],
        "end": cells[39][0],
        "lift": spent,
        "low": 0.9 * spent,
        "high": 1.1 * spent,
    }
    tested = run(cells, experiments=[lift])
    assert any("measured by the experiment" in reason for reason in tested["channels"]["tv"]["reasons"])


def test_the_saturation_is_read(cells):
    assert run(cells, method="laplace", saturation="concave")["channels"]["tv"]["slope"] == 1.0
    assert run(cells, method="laplace", saturation="hill")["channels"]["tv"]["slope"] != 1.0


def test_holidays_are_days_by_name_or_a_region(cells):
    plain = run(cells, method="laplace")["channels"]
    days = {"sale": [date(2022, 11, 25), "2023-11-24"]}
    assert run(cells, method="laplace", holidays=days)["channels"] != plain
    assert run(cells, method="laplace", holidays="DE")["channels"] != plain


def test_priors_may_be_given(cells):
    prior = {"tv": {"median": 2, "spread": 0.01, "source": "last year's experiment"}}
    assert run(cells, priors=prior)["channels"]["tv"]["roi"]["mean"] == pytest.approx(2, rel=0.05)


class TestBadTables:
    def test_a_missing_column_is_named_with_those_there_are(self, cells):
        with pytest.raises(FitTableError, match="no column radio: the columns are date, y"):
            run(cells, spend=["radio"])

    @pytest.mark.parametrize(
        ("column", "cell", "words"),
        [
            (2, "1,234", "line 6, column tv: '1,234' is not a number"),
            (2, "", "line 6, column tv: the cell is empty"),
            (1, "nan", "line 6, column y: 'nan' is not a finite number"),
            (0, "31.01.2025", "line 6, column date: '31.01.2025' is not a date"),
        ],
    )
    def test_a_bad_cell_is_named_by_line_and_column(self, cells, column, cell, words):
        rows = [list(row) for row in cells]
        rows[4][column] = cell
        with pytest.raises(FitTableError, match=words):
            run(rows)

    def test_cells_beyond_the_columns(self, cells):
        with pytest.raises(FitTableError, match="line 2 has 7 cells"):
            run([[*cells[0], "x"], *cells[1:]])

    def test_a_column_that_stands_twice(self, cells):
        settings = read_settings(CONFIG)
        with pytest.raises(FitTableError, match="column tv stands twice"):
            read_table(["date", "y", "tv", "tv", "price", "search"], rows=cells, settings=settings)

    def test_a_gap_in_the_dates(self, cells):
        with pytest.raises(UnevenDates, match="is expected"):
            run([*cells[:10], *cells[11:]])

    def test_a_date_with_a_time_is_a_date(self, cells):
        day = date(2022, 1, 3)
        rows = [[f"{day + timedelta(weeks=i)}T00:00:00", *row[1:]] for i, row in enumerate(cells)]
        assert run(rows)["channels"] == run(cells)["channels"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": 1}, "unknown key colour"),
        ({"kind": "euros"}, "kind must be money or count"),
        ({"date": None}, "date must name a column"),
        ({"spend": []}, "spend must name at least one column"),
        ({"spend": [1]}, "spend must be a list of column names"),
        ({"spend": ["tv", "tv"]}, "spend names a column twice"),
        ({"holdout": -1}, "holdout must be a whole number"),
        ({"holdout": True}, "holdout must be a whole number"),
        ({"draws": 3}, "draws must be a whole number, 50 or more"),
        ({"method": "guess"}, "method must be one of auto, laplace, sample"),
        ({"adstock": "none"}, "adstock must be one of geometric, delayed"),
        ({"saturation": "logistic"}, "saturation must be one of hill, concave"),
        ({"experiments": {"tv": 1}}, "experiments must be a list"),
        ({"experiments": [{"channel": "tv"}]}, "experiment 1: give channel, start and end"),
        ({"experiments": [5]}, "experiment 1: give channel"),
        ({"experiments": [{**LIFT, "low": 20}]}, "experiment 1: experiment on tv: the lift must lie inside"),
        ({"experiments": [{**LIFT, "colour": 1}]}, "experiment 1: unknown key colour"),
        ({"holidays": {"sale": "2025-11-28"}}, "holidays must name a region, or map names"),
        ({"holidays": {"sale": ["Friday"]}}, "holidays: .*write days like"),
        ({"priors": [1]}, "priors must map"),
        ({"priors": {"tv": {"median": 2}}}, "prior of tv: give numbers"),
        ({"priors": {"tv": {"median": -2, "spread": 1}}}, "prior of tv: median and spread must be above 0"),
    ],
)
def test_wrong_settings_are_named_by_key(change, words):
    with pytest.raises(FitSettingsError, match=words):
        read_settings({**CONFIG, **change})


def test_one_spend_column_may_be_written_without_a_list():
    assert read_settings({**CONFIG, "spend": "tv"}).spend == ("tv",)
