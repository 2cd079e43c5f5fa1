"""The data sets of the fit benchmark, and the plain baseline on them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from scipy.stats import t as student

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.baseline import design
from nexusplanner.domain.planning.fit.fitting import FitData
from nexusplanner.domain.planning.simulate import STRAINS, Truth, World


def worlds(kind: str, *, weeks: int) -> list[tuple[str, World]]:
    """The worlds of one kind by name."""
    if kind == "stress":
        return [(strain, World(shape="hill", weeks=weeks, strain=strain)) for strain in STRAINS]
    return [(kind, World(shape="mm" if kind == "mm" else "hill", weeks=weeks))]


def raw_least_squares(data: FitData, *, training: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Coefficients of raw spend with the ends of their 90 % intervals, (C,) each."""
    columns, _ = design(
        weeks=training,
        training=training,
        harmonics=2,
        controls=data.controls[:training],
        names=data.control_names,
    )
    table = np.column_stack([data.spend[:training], columns])
    found, *_ = np.linalg.lstsq(table, data.outcome[:training], rcond=None)
    residual = data.outcome[:training] - table @ found
    freedom = training - table.shape[1]
    error = np.sqrt(np.diag(np.linalg.pinv(table.T @ table)) * (residual @ residual) / freedom)
    count = data.spend.shape[1]
    reach = student.ppf(0.95, freedom) * error[:count]
    middle = np.asarray(found[:count], dtype=np.float64)
    return middle, middle - reach, middle + reach


def write_set(folder: Path, *, name: str, data: FitData, truth: Truth, holdout: int) -> None:
    """Write NAME.csv (date, outcome, spends, controls) and NAME.json (what the rows were made of).

    The json holds the training rows' number, ROI (C,) over them, contributions (training, C) and the expected outcome
    of the holdout rows, without noise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    training = len(data.dates) - holdout
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "outcome", *data.channels, *data.control_names])
        for day, outcome, spend, controls in zip(data.dates, data.outcome, data.spend, data.controls, strict=True):
            writer.writerow([day.isoformat(), *(repr(float(cell)) for cell in (outcome, *spend, *controls))])
    document = {
        "training": training,
        "holdout": holdout,
        "channels": data.channels,
        "controls": data.control_names,
        "roi": truth.roi_over(training).tolist(),
        "retention": truth.retention.tolist(),
        "half": truth.half.tolist(),
        "slope": truth.slope.tolist(),
        "scale": truth.scale.tolist(),
        "contributions": truth.contributions[:training].tolist(),
        "holdout_expected": truth.expected[training:].tolist(),
    }
    (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
