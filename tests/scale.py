"""How much the tests do: enough to find a fault in every change, or as much as the stated figures were made with.

`./nexus test --full` sets the scale; NEXUS_TEST_SCALE=full does it for pytest alone.
"""

from __future__ import annotations

import os
from typing import Final, TypeVar

T = TypeVar("T")
VARIABLE: Final = "NEXUS_TEST_SCALE"
_asked: Final = os.environ.get(VARIABLE, "")
if _asked not in {"", "full"}:
    _message = f"{VARIABLE} is {_asked!r}; set it to 'full', or to nothing for the usual scale."
    raise ValueError(_message)
FULL: Final = _asked == "full"


def scaled(usual: T, *, full: T) -> T:
    """What this run does of the two."""
    return full if FULL else usual


def examples(full: int) -> int:
    """How many examples a costly property is tried with: `full`, or usually a third of them and at least three."""
    return scaled(max(3, full // 3), full=full)
