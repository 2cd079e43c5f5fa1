"""The report of a fit of files, in the form that kept models have."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nexusplanner.application.fit_files.settings import FitSettings
from nexusplanner.application.measurement.documents import document_of, held_out
from nexusplanner.application.measurement.fitting import kept_curve
from nexusplanner.application.measurement.report import ReportContent, ReportedExperiment, render
from nexusplanner.domain.planning.fit.fitting import FitResult
from nexusplanner.domain.shared import Estimate


def fit_report(
    result: FitResult,
    *,
    settings: FitSettings,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    config: Mapping[str, Any],
) -> str:
    """One HTML file; the same table and settings give the same bytes."""
    curves = tuple(
        kept_curve(result.curves, index=index, quality=quality, seen=quality.seen[1] or None)
        for index, quality in enumerate(result.channel(channel).quality for channel in result.curves.channels)
    )
    document = document_of(result, curves=curves, experiments=(), settings={})
    experiments = settings.config.experiments
    return render(
        ReportContent(
            title=f"Response model of {settings.outcome}",
            outcome=settings.outcome,
            currency="",
            document=replace(document, holdout=held_out(result.holdout) if result.holdout else None),
            curves=curves,
            facts={"Training weeks": str(len(result.dates)), "Channels": ", ".join(settings.spend)},
            warnings=result.warnings,
            experiments=tuple(
                ReportedExperiment(
                    channel=each.channel,
                    start=each.start,
                    end=each.end,
                    lift=Estimate(mean=each.lift, low=each.low, high=each.high),
                )
                for each in experiments
            ),
            settings={
                **{key: json.dumps(value, default=str) for key, value in sorted(config.items())},
                "data hash": _hash([list(headers), [list(row) for row in rows]]),
                "settings hash": _hash(dict(config)),
            },
            naming=str,
        )
    )


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
