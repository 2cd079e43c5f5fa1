"""Google Meridian's national model with the settings of its own examples.

Default priors (ROI LogNormal(0.2, 0.9)), Hill after geometric adstock over 8 weeks, 4 chains of 500 draws after 500 of
adaptation and 500 of burn-in. The baseline is one knot with a linear trend, two yearly Fourier pairs and the controls:
automatic knots leave the weeks after the last training row at their prior (a holdout error of .28 in a first run).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from benchmarks.peers.results import PeerFit, from_draws
from meridian.analysis.analyzer import Analyzer
from meridian.data.data_frame_input_data_builder import DataFrameInputDataBuilder
from meridian.model.model import Meridian
from meridian.model.spec import ModelSpec

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.fit.fitting import FitData

CHAINS = 4
DRAWS = 500


def fit_peer(data: FitData, *, holdout: int, seed: int) -> PeerFit:
    """Fit with the holdout rows masked from the likelihood."""
    table = pd.DataFrame({"time": [day.isoformat() for day in data.dates], "kpi": data.outcome})
    table[list(data.channels)] = data.spend
    table[list(data.control_names)] = data.controls
    season = _season(len(data.dates))
    table[list(season)] = np.column_stack(list(season.values()))
    channels = list(data.channels)
    inputs = (
        DataFrameInputDataBuilder(kpi_type="revenue")
        .with_kpi(table)
        .with_media(table, media_cols=channels, media_spend_cols=channels, media_channels=channels)
        .with_controls(table, control_cols=[*data.control_names, *season])
        .build()
    )
    training = len(data.dates) - holdout
    held = np.arange(len(data.dates)) >= training
    model = Meridian(input_data=inputs, model_spec=ModelSpec(holdout_id=held, knots=1))
    model.sample_prior(100, seed=seed)
    model.sample_posterior(n_chains=CHAINS, n_adapt=500, n_burnin=500, n_keep=DRAWS, seed=seed)
    analyzer = Analyzer(model)
    weekly = np.asarray(analyzer.incremental_outcome(aggregate_times=False), dtype=np.float64)
    expected = np.asarray(analyzer.expected_outcome(aggregate_times=False), dtype=np.float64)
    draws = weekly.reshape(-1, *weekly.shape[2:])[:, :training]
    ahead = expected.reshape(-1, expected.shape[-1]).mean(axis=0)[training:]
    return from_draws(draws, spend=data.spend[:training], ahead=ahead)


def _season(weeks: int) -> dict[str, FloatArray]:
    """A linear trend and two yearly Fourier pairs, (T,) each."""
    time = np.arange(weeks) * 7 / 365.25
    pairs = {
        f"{name}_{order}": wave(2 * np.pi * order * time)
        for order in (1, 2)
        for name, wave in (("sin", np.sin), ("cos", np.cos))
    }
    return {"trend": time, **pairs}
