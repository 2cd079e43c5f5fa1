"""From what is kept of a model to what callers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from nexusplanner.api.edge import Edge
from nexusplanner.api.measurement import schemas
from nexusplanner.api.shapes import Estimate
from nexusplanner.application.measurement import documents, summary
from nexusplanner.application.ports.rows import ExperimentRow
from nexusplanner.domain import measurement
from nexusplanner.domain.planning.kept import KeptCurve


def shape_model(model: measurement.ModelVersion, *, edge: Edge) -> schemas.Model:
    """A version with everything it says."""
    document = model.document
    return schemas.Model(
        **facts_of(model),
        channels=shape_channels(document.channels, curves=model.curves, edge=edge),
        dates=list(document.dates),
        outcome=list(document.outcome),
        fitted=schemas.Series.model_validate(document.fitted),
        baseline=schemas.Series.model_validate(document.baseline),
        residuals=list(document.residuals),
        holdout=schemas.HeldOut.model_validate(document.holdout) if document.holdout else None,
        cannot_tell=list(document.cannot_tell),
        diagnosis=dict(document.diagnosis),
        settings=dict(document.settings),
        input_hash=model.input_hash,
        seed=model.seed,
    )


def facts_of(model: measurement.ModelVersion) -> dict[str, Any]:
    """What the row and the whole have in common."""
    return schemas.ModelFacts.model_validate(model).model_dump()


def shape_row(model: measurement.ModelVersion) -> schemas.ModelRow:
    """A version as in a list."""
    return schemas.ModelRow.model_validate(model)


def shape_channels(
    channels: Sequence[measurement.MeasuredChannel], *, curves: Sequence[KeptCurve], edge: Edge
) -> list[schemas.ModelChannel]:
    """Channels with their curves; those without spend have none."""
    known = {curve.channel: curve for curve in curves}
    return [_channel(each, curve=known.get(each.channel), edge=edge) for each in channels]


def _channel(found: measurement.MeasuredChannel, *, curve: KeptCurve | None, edge: Edge) -> schemas.ModelChannel:
    drawn = documents.curve_series(curve) if curve else None
    return schemas.ModelChannel(
        channel=found.channel,
        channel_name=edge.channel_name(found.channel),
        quality=found.quality,
        quality_reason=found.quality_reason,
        roi=_estimate(found.roi),
        marginal_roi=_estimate(found.marginal_roi),
        contribution=_estimate(found.contribution),
        spend=found.spend,
        share=found.share,
        weekly=schemas.Series.model_validate(found.weekly),
        adstock=found.adstock,
        half=found.half,
        slope=found.slope,
        spend_seen=found.spend_seen,
        curve=schemas.WeeklyCurve(**asdict(drawn)) if drawn else None,
        experiments=[UUID(each) for each in found.experiments],
    )


def _estimate(found: object) -> Estimate | None:
    return Estimate.model_validate(found) if found is not None else None


def shape_comparison(found: summary.Comparison, *, edge: Edge) -> schemas.ModelComparison:
    """Two versions side by side."""
    return schemas.ModelComparison(
        first=shape_row(found.first),
        second=shape_row(found.second),
        channels=[
            schemas.ChannelComparison(
                channel=each.channel,
                channel_name=edge.channel_name(each.channel),
                first=schemas.ChannelFigures.model_validate(each.first) if each.first else None,
                second=schemas.ChannelFigures.model_validate(each.second) if each.second else None,
            )
            for each in found.channels
        ],
        verdict=found.verdict,
        worse_on_holdout=found.worse_on_holdout,
    )


def shape_measurement(found: summary.Measurement, *, edge: Edge) -> schemas.Measurement:
    """Where the measurement of a brand stands."""
    current, adopted = found.current, found.adopted
    return schemas.Measurement(
        accuracy=schemas.Accuracy(
            coverage=current.holdout_coverage if current else None,
            bias=current.holdout_bias if current else None,
            wmape=current.holdout_wmape if current else None,
            weeks=current.holdout_weeks if current else 0,
            by_model=[
                schemas.ModelAccuracy(
                    model_id=row.id,
                    number=row.number,
                    created_at=row.created_at,
                    weeks=row.holdout_weeks,
                    coverage=row.holdout_coverage,
                    bias=row.holdout_bias,
                    wmape=row.holdout_wmape,
                )
                for row in found.scored
            ],
            band=summary.BAND,
        ),
        adopted=shape_row(adopted) if adopted else None,
        candidate=schemas.ModelRow.model_validate(found.candidate) if found.candidate else None,
        stale=bool(found.stale_reason),
        stale_reason=found.stale_reason,
        cannot_tell=list(adopted.document.cannot_tell) if adopted else [],
        channels=shape_channels(adopted.document.channels, curves=adopted.curves, edge=edge) if adopted else [],
        experiments=found.experiments,
    )


def shape_experiment(found: measurement.Experiment | ExperimentRow, *, edge: Edge) -> schemas.Experiment:
    """A lift test with its channel's name; also from a list's row."""
    return schemas.Experiment(
        id=found.id,
        brand_id=found.brand_id,
        channel=found.channel,
        channel_name=edge.channel_name(found.channel),
        start_date=found.start_date,
        end_date=found.end_date,
        lift=Estimate.model_validate(found.lift),
        method=found.method,
        notes=found.notes,
        version=found.version,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )
