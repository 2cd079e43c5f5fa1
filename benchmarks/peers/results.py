"""What a peer's fit is scored on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class PeerFit:
    """roi, low, high: (C,) posterior mean and 90 % interval over the training rows. contributions: (T, C) means by week.

    ahead: (H,) expected outcome of the holdout rows, None when there are none.
    """

    roi: FloatArray
    low: FloatArray
    high: FloatArray
    contributions: FloatArray
    ahead: FloatArray | None


def from_draws(contributions: FloatArray, *, spend: FloatArray, ahead: FloatArray | None) -> PeerFit:
    """From draws of the weekly contributions, (S, T, C), and the spend of the same rows, (T, C)."""
    roi = contributions.sum(axis=1) / spend.sum(axis=0)
    low, high = np.quantile(roi, (0.05, 0.95), axis=0)
    return PeerFit(roi=roi.mean(axis=0), low=low, high=high, contributions=contributions.mean(axis=0), ahead=ahead)
