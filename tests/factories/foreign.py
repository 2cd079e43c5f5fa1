"""Small files of other programs' models, and what is read from them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from nexusplanner.application.measurement.foreign import read_foreign
from nexusplanner.domain.measurement import MeasuredChannel, ModelSource
from nexusplanner.domain.planning.kept import KeptCurve

WEEKS, COUNT = 60, 300
RNG = np.random.default_rng(5)
SPEND = np.round(RNG.uniform(1_000, 9_000, (WEEKS, 2)), 2)
CHANNELS = ["tv_S", "search_S"]


def key_of(name: str) -> str | None:
    return {"tv_S": "tv", "search_S": "search"}.get(name)


def read(
    content: dict[str, Any] | bytes, source: ModelSource
) -> tuple[tuple[KeptCurve, ...], tuple[MeasuredChannel, ...]]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    _, curves, document = read_foreign(raw, source=source, channel_of=key_of)
    return curves, document.channels


ALPHA = RNG.uniform(0.2, 0.5, (COUNT, 2))
EC = RNG.uniform(0.7, 1.3, (COUNT, 2))
SLOPE = RNG.uniform(0.9, 1.4, (COUNT, 2))
ROI = RNG.uniform(1.5, 2.5, (COUNT, 2))


def meridian(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "channels": CHANNELS,
        "posterior": {
            "alpha_m": ALPHA.tolist(),
            "ec_m": EC.tolist(),
            "slope_m": SLOPE.tolist(),
            "roi_m": ROI.tolist(),
        },
        "spend": SPEND.tolist(),
        "media_scaled": (SPEND / 4_000).tolist(),
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


LAM = RNG.uniform(1.5, 3.0, (COUNT, 2))
BETA = RNG.uniform(0.2, 0.4, (COUNT, 2))


def pymc(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "channels": CHANNELS,
        "saturation": "logistic",
        "channel_scale": {"tv_S": 9_000, "search_S": 8_000},
        "target_scale": 100_000,
        "posterior": {
            "adstock_alpha": ALPHA.tolist(),
            "saturation_lam": LAM.tolist(),
            "saturation_beta": BETA.tolist(),
        },
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def robyn(**changes: Any) -> dict[str, Any]:
    def row(name: str, coefficient: float, **more: float) -> dict[str, Any]:
        return {"variable": name, "coef": coefficient, "decompPer": 0.1, **more}

    values: dict[str, Any] = {
        "InputCollect": {
            "dayInterval": [7],
            "adstock": ["geometric"],
            "paid_media_spends": CHANNELS,
            "rollingWindowStartWhich": [3],
            "rollingWindowEndWhich": [WEEKS],
        },
        "ExportedModel": {
            "select_model": ["3_165_9"],
            "summary": [
                row("(Intercept)", 9.0),
                row("tv_S", 40_000.0, ci_low=1.0, ci_up=4.0),
                row("search_S", 20_000.0, ci_low=0, ci_up=4.0),
            ],
            "errors": [{"rsq_train": 0.87, "nrmse_train": 0.08, "mape": 0}],
            "hyper_values": {
                "tv_S_alphas": [1.5],
                "tv_S_gammas": [0.5],
                "tv_S_thetas": [0.4],
                "search_S_alphas": [1.0],
                "search_S_gammas": [0.3],
                "search_S_thetas": [0.0],
            },
        },
        "Extras": {
            "raw_data": [
                {"DATE": f"w{index}", "tv_S": float(tv), "search_S": float(search)}
                for index, (tv, search) in enumerate(SPEND)
            ]
        },
    }
    return {**values, **changes}
