"""What ran in the weeks before a campaign: where its carry-over starts, and how unsteady its delivery may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from nexusplanner.domain.analytics import ChannelActual
from nexusplanner.domain.planning.curves import FloatArray

WEEK = 7
CARRIED = 13
"""Weeks whose spend can still be felt."""
REACHES = 2
"""A history whose last row is older than so many weeks does not reach the start."""
YEAR = 52


def felt_from(start: date) -> date:
    """The first day whose spend can still be felt at `start`."""
    return start - timedelta(weeks=CARRIED)


def spend_before(actuals: Sequence[ChannelActual], *, channels: Sequence[str], start: date) -> FloatArray | None:
    """(C, 13) currency units in the full weeks before `start`, oldest first; None when the history ends earlier."""
    recent = [row for row in actuals if 0 < (start - row.day).days <= WEEK * REACHES]
    return _weekly(actuals, channels=channels, start=start, weeks=CARRIED) if recent else None


def spend_history(actuals: Sequence[ChannelActual], *, channels: Sequence[str], start: date) -> FloatArray | None:
    """(C, 52) currency units in the year that ends with the history, oldest first; None without one."""
    last = max((row.day for row in actuals if row.day < start), default=None)
    if last is None:
        return None
    end = date.fromordinal(last.toordinal() + 1)
    return _weekly(actuals, channels=channels, start=end, weeks=YEAR)


def _weekly(actuals: Sequence[ChannelActual], *, channels: Sequence[str], start: date, weeks: int) -> FloatArray:
    table = np.zeros((len(channels), weeks))
    rows = {channel: index for index, channel in enumerate(channels)}
    for actual in actuals:
        ago = (start - actual.day).days - 1
        if actual.channel in rows and 0 <= ago < weeks * WEEK:
            table[rows[actual.channel], weeks - 1 - ago // WEEK] += actual.spend.major
    return table
