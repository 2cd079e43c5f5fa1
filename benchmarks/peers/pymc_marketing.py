"""PyMC-Marketing's media mix model with the settings of its own examples.

Geometric adstock over 8 weeks, logistic saturation, two yearly Fourier pairs, the controls and a linear trend, default
priors, nutpie: 4 chains of 1,000 draws after 1,000 of tuning. (Its Hill saturation with default priors took five times
as long and erred more: 242 CPU seconds and a mean ROI error of 1.19 on the first set.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from benchmarks.peers.results import PeerFit, from_draws
from pymc_marketing.mmm import MMM, GeometricAdstock, LogisticSaturation

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.fit.fitting import FitData

LONGEST_CARRY = 8
YEARLY_PAIRS = 2


def fit_peer(data: FitData, *, holdout: int, seed: int) -> PeerFit:
    """Fit the rows before the holdout."""
    training = len(data.dates) - holdout
    table = pd.DataFrame({"date": pd.to_datetime(list(data.dates)), "trend": np.linspace(0.0, 1.0, len(data.dates))})
    table[list(data.channels)] = data.spend
    table[list(data.control_names)] = data.controls
    model = MMM(
        date_column="date",
        channel_columns=list(data.channels),
        control_columns=["trend", *data.control_names],
        adstock=GeometricAdstock(l_max=LONGEST_CARRY),
        saturation=LogisticSaturation(),
        yearly_seasonality=YEARLY_PAIRS,
    )
    model.fit(
        table.iloc[:training],
        pd.Series(data.outcome[:training], name="y"),
        nuts_sampler="nutpie",
        chains=4,
        draws=1000,
        tune=1000,
        random_seed=seed,
        progressbar=False,
    )
    contributions = model.compute_channel_contribution_original_scale()
    draws = np.asarray(contributions.transpose("chain", "draw", "date", "channel"), dtype=np.float64)
    draws = draws.reshape(-1, *draws.shape[2:])
    return from_draws(draws, spend=data.spend[:training], ahead=_ahead(model, table.iloc[training:]))


def _ahead(model: object, rows: object) -> FloatArray | None:
    found = model.sample_posterior_predictive(  # type: ignore[attr-defined]
        rows, extend_idata=False, combined=True, include_last_observations=True, progressbar=False
    )
    return np.asarray(found["y"].mean("sample"), dtype=np.float64)
