"""PyMC-Marketing: posterior draws of adstock and saturation on spend divided by channel_scale.

Outcome of a week is target_scale * saturation(adstock(spend / channel_scale)). Saturations that are not of Hill form
are replaced by the nearest Hill curve on the range used, and refused when it is not near.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nexusplanner.application.measurement.foreign.draws import DrawsFile, read_draws
from nexusplanner.application.measurement.foreign.shared import ForeignChannel, ForeignModel, ModelFileError
from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.hill_fit import nearest_hill

MOST_RETENTION = 0.98
USED = 1.5
"""Curves are matched up to this many times the largest spend, which is what plans use."""
POINTS = 48
TOLERATED = 0.08
"""A Hill curve that strays further than this part of the top does not stand for the other curve."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Hill:
    """scale, half, slope: (S,) on scaled spend. error: of the match, 0 when it is exact."""

    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    error: float = 0.0


def read_pymc(content: bytes) -> ForeignModel:
    """The model of a file. Raises ModelFileError."""
    file = read_draws(content, constants=("channel_scale", "target_scale"), series=("spend",))
    saturation = str(file.options.get("saturation", _guess(file)))
    if saturation not in SATURATIONS:
        raise ModelFileError.at("saturation", f"{saturation!r} is not one of {', '.join(SATURATIONS)}")
    if file.options.get("adstock", "geometric") != "geometric":
        raise ModelFileError.at("adstock", "only a geometric adstock can be taken")
    if file.options.get("adstock_first", True) is not True:
        raise ModelFileError.at("adstock_first", "only models that adstock before they saturate can be taken")
    normalised = file.options.get("normalize", True)
    if not isinstance(normalised, bool):
        raise ModelFileError.at("normalize", "true or false is expected here")
    retention = np.minimum(file.draw("adstock_alpha", most=1.0), MOST_RETENTION)
    spend = file.series.get("spend")
    channels = []
    for index, name in enumerate(file.channels):
        kept = retention[:, index]
        found = SATURATIONS[saturation](file, index)
        stretch = file.constant("channel_scale")[index] * (1.0 if normalised else 1.0 - kept)
        channels.append(
            ForeignChannel(
                name=name,
                scale=found.scale * file.constant("target_scale")[index],
                half=found.half * stretch,
                slope=found.slope,
                retention=kept,
                error=found.error,
                spend=spend[:, index] if spend is not None else None,
                spend_seen=float(spend[:, index].max() if spend is not None else file.constant("channel_scale")[index]),
                note="the largest spend is taken to be channel_scale" if spend is None else "",
            )
        )
    return ForeignModel(
        source=ModelSource.PYMC_MARKETING, channels=tuple(channels), weeks=len(spend) if spend is not None else 0
    )


def _guess(file: DrawsFile) -> str:
    """The saturation whose parameters are there."""
    for name, parameters in _PARAMETERS.items():
        if all(f"saturation_{each}" in file.draws for each in parameters):
            return name
    raise ModelFileError.at("saturation", f"name it; one of {', '.join(SATURATIONS)}")


def _parameter(file: DrawsFile, name: str, index: int) -> FloatArray:
    return np.asarray(np.maximum(file.draw(f"saturation_{name}")[:, index], 1e-9))


def _hill(file: DrawsFile, index: int) -> _Hill:
    scale, half, slope = (_parameter(file, name, index) for name in ("beta", "kappa", "slope"))
    return _Hill(scale=scale, half=half, slope=slope)


def _michaelis_menten(file: DrawsFile, index: int) -> _Hill:
    scale, half = _parameter(file, "alpha", index), _parameter(file, "lam", index)
    return _Hill(scale=scale, half=half, slope=np.ones_like(scale))


def _logistic(file: DrawsFile, index: int) -> _Hill:
    beta, steep = _parameter(file, "beta", index), _parameter(file, "lam", index)
    return _matched(file, index, lambda spend: beta[:, None] * np.tanh(steep[:, None] * spend / 2))


def _tanh(file: DrawsFile, index: int) -> _Hill:
    top, cost = _parameter(file, "b", index), _parameter(file, "c", index)
    return _matched(file, index, lambda spend: top[:, None] * np.tanh(spend / (top * cost)[:, None]))


def _matched(file: DrawsFile, index: int, curve: Callable[[FloatArray], FloatArray]) -> _Hill:
    """The Hill curves nearest to `curve` on the range used. Raises ModelFileError when they are not near."""
    spend = USED * (np.arange(1, POINTS + 1) / POINTS)
    found = nearest_hill(spend, values=curve(spend))
    error = float(np.quantile(found.error, 0.95))
    if error > TOLERATED:
        raise ModelFileError.at(
            f"posterior ({file.channels[index]})",
            f"the nearest Hill curve strays by {error:.0%} of the top, more than the {TOLERATED:.0%} that is tolerated",
        )
    return _Hill(scale=found.scale, half=found.half, slope=found.slope, error=error)


SATURATIONS: Mapping[str, Callable[[DrawsFile, int], _Hill]] = {
    "hill": _hill,
    "michaelis_menten": _michaelis_menten,
    "logistic": _logistic,
    "tanh": _tanh,
}
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "hill": ("slope", "kappa", "beta"),
    "michaelis_menten": ("alpha", "lam"),
    "logistic": ("lam", "beta"),
    "tanh": ("b", "c"),
}
