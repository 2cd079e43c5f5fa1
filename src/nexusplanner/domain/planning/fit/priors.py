"""Priors of the parameters of a channel, on the scales where a normal is a fair description."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import ChannelPrior, FitConfig, FitDataError

# Columns of every parameter array: log effect, logit retention, log of half over mean spend, log slope, and with a
# delayed adstock the logit of the weeks to the peak over the longest delay. The effect is the ROI (money), the share of
# the outcome (counts), or for anchored channels the return of the first spend.
EFFECT, RETENTION, HALF, SLOPE, DELAY = range(5)

ROI_LOG_MEDIAN, ROI_LOG_SPREAD = 0.2, 0.9
"""LogNormal(0.2, 0.9) on ROI, the default of Google Meridian."""

MEDIA_SHARE, SHARE_LOG_SPREAD = 0.3, 1.1
"""For counts: the channels together explain about this share of the outcome, each an equal part, give or take e^1.1."""

LONGEST_DELAY = 5.0
"""Weeks to the peak of a delayed adstock at most."""

_SHAPE_CENTRE = (-1.1, 0.0, 0.2)
_SHAPE_SPREAD = (1.4, 0.9, 0.45)
_DELAYED_CENTRE, _DELAYED_SPREAD = (0.0, -1.4), (1.2, 1.3)
"""Logit of the decay and of the delay: half of the delays between 0.5 and 1.9 weeks."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Priors:
    """Normal priors; centre and spread are (C, P). anchored: (C,), true where the effect is that of the first spend."""

    centre: FloatArray
    spread: FloatArray
    anchored: NDArray[np.bool_]


def priors_for(channels: tuple[str, ...], *, config: FitConfig, weekly_spend: FloatArray) -> Priors:
    """Priors of `channels` in order: the default for the outcome's kind, or what `config.priors` gives.

    weekly_spend: (C,) mean spend in the training rows, > 0.
    """
    if config.kind == "money":
        effect, width = ROI_LOG_MEDIAN, ROI_LOG_SPREAD
    else:
        effect, width = float(np.log(MEDIA_SHARE / len(channels))), SHARE_LOG_SPREAD
    middle, around = [effect, *_SHAPE_CENTRE], [width, *_SHAPE_SPREAD]
    if config.adstock == "delayed":
        middle[RETENTION], around[RETENTION] = _DELAYED_CENTRE[0], _DELAYED_SPREAD[0]
        middle.append(_DELAYED_CENTRE[1])
        around.append(_DELAYED_SPREAD[1])
    centre = np.tile(middle, (len(channels), 1))
    spread = np.tile(around, (len(channels), 1))
    anchored = np.zeros(len(channels), dtype=np.bool_)
    for index, channel in enumerate(channels):
        given = config.priors.get(channel)
        if given is None:
            continue
        _check(channel, given)
        centre[index, EFFECT], spread[index, EFFECT] = np.log(given.median), given.spread
        if given.shape is not None:
            anchored[index] = True
            shape = given.shape
            centre[index, [HALF, SLOPE]] = np.log([shape.half / weekly_spend[index], shape.slope])
            spread[index, [HALF, SLOPE]] = shape.half_spread, shape.slope_spread
            if config.adstock == "geometric":
                centre[index, RETENTION] = np.log(shape.retention / (1.0 - shape.retention))
                spread[index, RETENTION] = shape.retention_spread
    if config.saturation == "concave":
        centre[:, SLOPE] = spread[:, SLOPE] = 0.0
    return Priors(centre=centre, spread=spread, anchored=anchored)


def _check(channel: str, given: ChannelPrior) -> None:
    if given.median <= 0 or given.spread <= 0:
        raise FitDataError(f"prior of {channel}: median and spread must be > 0")
    shape = given.shape
    if shape is None:
        return
    above = (shape.half, shape.half_spread, shape.slope, shape.slope_spread, shape.retention, shape.retention_spread)
    if min(above) <= 0 or shape.retention >= 1:
        raise FitDataError(f"prior of {channel}: half, slope and spreads must be > 0 and retention between 0 and 1")
