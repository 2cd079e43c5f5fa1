"""What a report is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nexusplanner.domain.measurement import Experiment, ModelDocument, ModelVersion
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.shared import Estimate


@dataclass(frozen=True, kw_only=True)
class ReportedExperiment:
    """A lift test that the fit used."""

    channel: str
    start: date
    end: date
    lift: Estimate
    method: str = ""


def as_written(channel: str) -> str:
    """A channel's key as its name."""
    return channel.replace("_", " ")


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """Everything a report tells. outcome: its name; facts: lines for the top; naming: a channel's name for readers."""

    title: str
    outcome: str
    currency: str
    document: ModelDocument
    curves: tuple[KeptCurve, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    experiments: tuple[ReportedExperiment, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    naming: Callable[[str], str] = as_written


def content_of(
    model: ModelVersion,
    *,
    brand: str,
    outcome: str,
    currency: str,
    experiments: tuple[Experiment, ...],
    naming: Callable[[str], str],
) -> ReportContent:
    """The content of a stored version's report. experiments: of the brand; only those the fit used are told."""
    used = {each for channel in model.document.channels for each in channel.experiments}
    return ReportContent(
        title=f"Response model of {brand}, version {model.number}",
        outcome=outcome,
        currency=currency,
        document=model.document,
        curves=model.curves,
        facts={
            "State": f"{model.state}. {model.reason}",
            "Source": model.source.value.replace("_", " "),
            "Made": f"{model.created_at:%Y-%m-%d %H:%M} UTC",
            "Training weeks": str(model.weeks),
        },
        warnings=model.warnings,
        experiments=tuple(
            ReportedExperiment(
                channel=each.channel, start=each.start_date, end=each.end_date, lift=each.lift, method=each.method
            )
            for each in experiments
            if str(each.id) in used
        ),
        settings={**model.document.settings, "input hash": model.input_hash, "seed": model.seed},
        naming=naming,
    )
