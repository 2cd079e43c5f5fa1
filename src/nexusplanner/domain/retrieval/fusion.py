"""Several rankings made one, by ranks alone, so that scores of different kinds need no common scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SMOOTHING = 10
DEPTH = 200
"""How far down a ranking counts; below, it is noise."""


def reciprocal_ranks(rankings: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """(n,) fused scores, 0 to 1, of n items given their scores in each ranking; items scored 0 or less have no rank.

    Items of equal score share the best rank among them, so that the order of the items does not matter.
    Source: Cormack, Clarke and Buettcher 2009, "Reciprocal Rank Fusion Outperforms Condorcet".
    """
    fused = np.zeros(len(rankings[0]))
    for scores in rankings:
        least = np.partition(scores, -DEPTH)[-DEPTH] if len(scores) > DEPTH else 0.0
        ranked = np.flatnonzero((scores >= least) & (scores > 0))
        places = np.searchsorted(np.sort(-scores[ranked]), -scores[ranked], side="left")
        fused[ranked] += 1 / (SMOOTHING + 1 + places)
    return fused * (SMOOTHING + 1) / len(rankings)
