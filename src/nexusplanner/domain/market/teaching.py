"""What earlier opinions on signals say about another one, by how alike they are.

Nothing is accumulated: the effect is worked out from the opinions as they stand, so taking one back undoes it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nexusplanner.domain.market.scoring import Taught
from nexusplanner.domain.market.terms import FloatArray, Terms, Weighing

ALIKE = 0.2
"""Below this likeness two signals have little more than their language in common."""
FIRM = 0.6
"""Summed likeness that makes two thirds of the whole effect: one close case, or three fair ones."""
MOST_DOWN = 0.5
"""Dismissals can take away at most this much relevance, so that news which plainly matches an offer stays in sight."""
MOST_UP = 0.25


def lessons(terms: Terms, *, irrelevant: Sequence[Terms], watched: Sequence[Terms], weighing: Weighing) -> Taught:
    """What opinions on other signals do to the relevance of the one with these words."""
    against = _alike(terms, irrelevant, weighing=weighing)
    towards = _alike(terms, watched, weighing=weighing)
    return Taught(shift=_shift(float(towards.sum() - against.sum())), dismissed=len(against), watched=len(towards))


def _alike(terms: Terms, others: Sequence[Terms], *, weighing: Weighing) -> FloatArray:
    """(m,) likeness to those others that are alike at all."""
    if not others:
        return np.zeros(0)
    found = weighing.cosines([terms], others)[0]
    return np.asarray(found[found >= ALIKE])


def _shift(pull: float) -> float:
    """-MOST_DOWN to MOST_UP."""
    return round((MOST_UP if pull > 0 else MOST_DOWN) * math.tanh(pull / FIRM), 4)
