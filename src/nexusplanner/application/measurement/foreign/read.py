"""Reading any format, and giving it the form that versions are kept in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from nexusplanner.application.measurement.documents import channel_document
from nexusplanner.application.measurement.fitting import DRAWS
from nexusplanner.application.measurement.foreign.meridian import read_meridian
from nexusplanner.application.measurement.foreign.pymc import read_pymc
from nexusplanner.application.measurement.foreign.robyn import read_robyn
from nexusplanner.application.measurement.foreign.shared import (
    ForeignChannel,
    ForeignModel,
    ModelFileError,
    even_draws,
)
from nexusplanner.domain.measurement import ModelDocument, ModelSource
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass

READERS: Mapping[ModelSource, Callable[[bytes], ForeignModel]] = {
    ModelSource.MERIDIAN: read_meridian,
    ModelSource.ROBYN: read_robyn,
    ModelSource.PYMC_MARKETING: read_pymc,
}
PROGRAMS: Mapping[ModelSource, str] = {
    ModelSource.MERIDIAN: "Meridian",
    ModelSource.ROBYN: "Robyn",
    ModelSource.PYMC_MARKETING: "PyMC-Marketing",
}


def read_foreign(
    content: bytes, *, source: ModelSource, channel_of: Callable[[str], str | None]
) -> tuple[ForeignModel, tuple[KeptCurve, ...], ModelDocument]:
    """The model of a file, its curves and its document, under the product's channel keys.

    channel_of: the key that a channel's name means, None when it means none. Raises ModelFileError.
    """
    if source not in READERS:
        raise ModelFileError(f"Choose a format: {', '.join(READERS)}.", fields={"format": "Choose one of the list."})
    model = READERS[source](content)
    keys = _keys(model, channel_of=channel_of)
    curves = tuple(_curve(channel, key=key, model=model) for channel, key in zip(model.channels, keys, strict=True))
    documents = tuple(
        channel_document(curve, spend=channel.spend) for curve, channel in zip(curves, model.channels, strict=True)
    )
    program = PROGRAMS[model.source]
    return (
        model,
        curves,
        ModelDocument(
            channels=documents,
            cannot_tell=(
                f"How the model did on weeks it had not seen is known to {program}, not from this file.",
                "Whether the actuals here are those the model was made from.",
            ),
            diagnosis=dict(model.figures),
            settings={"imported from": program, "draws": DRAWS},
        ),
    )


def _keys(model: ForeignModel, *, channel_of: Callable[[str], str | None]) -> tuple[str, ...]:
    keys = tuple(channel_of(channel.name) or channel.name for channel in model.channels)
    for index, key in enumerate(keys):
        if key in keys[:index]:
            first = model.channels[keys.index(key)].name
            raise ModelFileError.at(
                "channels", f"{first!r} and {model.channels[index].name!r} both mean {key}: rename one of them"
            )
    return keys


def _curve(channel: ForeignChannel, *, key: str, model: ForeignModel) -> KeptCurve:
    for name in ("scale", "half", "slope", "retention"):
        values = getattr(channel, name)
        least = 0.0 if name in {"scale", "retention"} else 1e-12
        if not np.all(np.isfinite(values)) or np.any(values < least):
            raise ModelFileError.at(channel.name, f"some draws give no curve (its {name} is out of range)")
    kept = even_draws(len(channel.scale), wanted=DRAWS)
    reasons = [f"imported from {PROGRAMS[model.source]}"]
    if channel.error:
        reasons.append(f"its curve is matched by a Hill curve within {channel.error:.1%} of the top")
    if channel.note:
        reasons.append(channel.note)
    return KeptCurve(
        channel=key,
        scale=tuple(channel.scale[kept].tolist()),
        half=tuple(channel.half[kept].tolist()),
        slope=tuple(channel.slope[kept].tolist()),
        retention=tuple(channel.retention[kept].tolist()),
        quality=QualityClass.MEASURED,
        quality_reason="; ".join(reasons),
        spend_seen=channel.spend_seen,
    )
