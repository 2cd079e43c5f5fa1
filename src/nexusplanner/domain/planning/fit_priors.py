"""Priors of the four parameters of a channel, on the scales where a normal is a fair description."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit_data import FitConfig

# Columns of every parameter array: log effect (ROI or share), logit retention, log of half over mean spend, log slope.
EFFECT, RETENTION, HALF, SLOPE = range(4)

ROI_LOG_MEDIAN, ROI_LOG_SPREAD = 0.2, 0.9
"""LogNormal(0.2, 0.9) on ROI, the default of Google Meridian."""

MEDIA_SHARE, SHARE_LOG_SPREAD = 0.3, 1.1
"""For counts: the channels together explain about this share of the outcome, each an equal part, give or take e^1.1."""

_SHAPE_CENTRE = (-1.1, 0.0, 0.2)
_SHAPE_SPREAD = (1.4, 0.9, 0.45)


@dataclass(frozen=True, kw_only=True, eq=False)
class Priors:
    """Normal priors; centre and spread are (C, 4)."""

    centre: FloatArray
    spread: FloatArray


def priors_for(channels: tuple[str, ...], *, config: FitConfig) -> Priors:
    """Priors of `channels` in order: the default for the outcome's kind, or what `config.priors` gives."""
    if config.kind == "money":
        effect, width = ROI_LOG_MEDIAN, ROI_LOG_SPREAD
    else:
        effect, width = float(np.log(MEDIA_SHARE / len(channels))), SHARE_LOG_SPREAD
    centre = np.tile([effect, *_SHAPE_CENTRE], (len(channels), 1))
    spread = np.tile([width, *_SHAPE_SPREAD], (len(channels), 1))
    for index, channel in enumerate(channels):
        given = config.priors.get(channel)
        if given is not None:
            if given.median <= 0 or given.spread <= 0:
                raise ValueError(f"prior of {channel}: median and spread must be > 0")
            centre[index, EFFECT], spread[index, EFFECT] = np.log(given.median), given.spread
    return Priors(centre=centre, spread=spread)
