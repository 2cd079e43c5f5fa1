"""What counts as a whole minor unit."""

from __future__ import annotations

import math

NEARLY_WHOLE = 1e-6
"""An amount this close to a whole number of minor units is that number: what binary fractions blur."""


def floor_units(amount: float) -> int:
    """The whole number below `amount`, or the one it all but equals."""
    nearest = round(amount)
    return nearest if abs(amount - nearest) <= NEARLY_WHOLE else math.floor(amount)


def ceil_units(amount: float) -> int:
    """The whole number above `amount`, or the one it all but equals."""
    return -floor_units(-amount)
