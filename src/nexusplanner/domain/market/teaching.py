"""What earlier opinions on signals say about another one, by how alike they are.

Nothing is accumulated: the effect is worked out from the opinions as they stand, so taking one back undoes it.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.market.scoring import Taught
from nexusplanner.domain.market.terms import FloatArray

BoolArray: TypeAlias = NDArray[np.bool_]

ALIKE = 0.2
"""Below this likeness two signals have little more than their language in common."""
FIRM = 0.6
"""Summed likeness that makes two thirds of the whole effect: one close case, or three fair ones."""
MOST_DOWN = 0.5
"""Dismissals can take away at most this much relevance, so that news which plainly matches an offer stays in sight."""
MOST_UP = 0.25


def lesson(likeness: FloatArray, *, irrelevant: BoolArray, watched: BoolArray) -> Taught:
    """What opinions on other signals do to the relevance of one.

    likeness: (m,) cosines with the signals people judged. irrelevant, watched: (m,) which of them count, and how.
    """
    against = likeness[irrelevant & (likeness >= ALIKE)]
    towards = likeness[watched & (likeness >= ALIKE)]
    return Taught(shift=_shift(float(towards.sum() - against.sum())), dismissed=len(against), watched=len(towards))


def _shift(pull: float) -> float:
    """-MOST_DOWN to MOST_UP."""
    return round((MOST_UP if pull > 0 else MOST_DOWN) * math.tanh(pull / FIRM), 4)
