"""What was run, said, decided and measured."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.records.facts import NOW

from nexusplanner.domain.audit import Decision
from nexusplanner.domain.calibration import Calibration, Platt
from nexusplanner.domain.campaigns import (
    Author,
    Campaign,
)
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.measurement import (
    Experiment,
    HeldOut,
    MeasuredChannel,
    ModelDocument,
    ModelSource,
    ModelVersion,
    Series,
)
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.sessions import AssistantKind, AssistantSession, Draft, DraftKind, Message, Speaker, Topic
from nexusplanner.domain.shared import Estimate, TenantId, UserId


def assistant_session(of: Campaign, *, by: UserId, **changes: Any) -> AssistantSession:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "user_id": by,
        "assistant": AssistantKind.PLANNING,
        "campaign_id": of.id,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return AssistantSession(**values | changes)


def draft(of: Campaign, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "kind": DraftKind.REDO_IDEAS,
        "title": "Think of other ideas",
        "text": "All ideas are thought of anew.",
        "campaign_id": of.id,
        "campaign_version": of.version,
        "note": "Bolder, please.",
    }
    return Draft(**values | changes)


def assistant_answer(session: AssistantSession, *drafts: Draft, **changes: Any) -> Message:
    """The answer to the session's last question."""
    values: dict[str, Any] = {
        "text": "Other ideas can be thought of.",
        "author": Speaker.RULES,
        "citations": (),
        "drafts": drafts,
        "topic": Topic(),
        "fallback_reason": "",
        "at": NOW,
    }
    said = values | changes
    return session.answer(said.pop("text"), **said)


def run(tenant_id: TenantId, *, by: UserId, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "user_id": by,
        "kind": RunKind.GENERATE,
        "request": {"brief": {"theme": "Spring without gas"}},
        "created_at": NOW,
    }
    return Run(**values | changes)


def decision(tenant_id: TenantId, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "run_id": None,
        "campaign_id": None,
        "step": "ideate",
        "agent": "creative",
        "agent_version": "1",
        "author": Author.RULES,
        "summary": "Three ideas.",
        "decided_at": NOW,
    }
    return Decision(**values | changes)


def calibration(**changes: Any) -> Calibration:
    """What 120 outcomes taught."""
    values: dict[str, Any] = {
        "n": 120,
        "base_rate": 0.4,
        "platt": Platt(slope=4.0, intercept=-2.4, slope_variance=0.5, intercept_variance=0.2, covariance=-0.3),
        "skill": 0.1,
        "ece": 0.05,
        "fitted_at": NOW,
    }
    return Calibration(**values | changes)


def kept_curve(channel: str = "search", **changes: Any) -> KeptCurve:
    """Four draws of a curve that brings 1,000 a week at most."""
    values: dict[str, Any] = {
        "channel": channel,
        "scale": (900.0, 1000.0, 1100.0, 1000.0),
        "half": (2000.0, 2100.0, 1900.0, 2000.0),
        "slope": (1.0, 1.1, 0.9, 1.0),
        "retention": (0.2, 0.3, 0.2, 0.3),
        "quality": QualityClass.MEASURED,
        "quality_reason": "150 weeks",
        "spend_seen": 4000.0,
    }
    return KeptCurve(**values | changes)


def model_document(**changes: Any) -> ModelDocument:
    """Two weeks of one channel, and one week held out."""
    weekly = Series(mean=(300.0, 400.0), low=(250.0, 350.0), high=(350.0, 450.0))
    channel = MeasuredChannel(
        channel="search",
        quality=QualityClass.MEASURED,
        quality_reason="150 weeks",
        roi=Estimate(mean=2.0, low=1.5, high=2.5),
        marginal_roi=Estimate(mean=0.8, low=0.4, high=1.2),
        contribution=Estimate(mean=700.0, low=600.0, high=800.0),
        weekly=weekly,
        spend=350.0,
        share=0.35,
        adstock=0.25,
        half=2000.0,
        slope=1.0,
        spend_seen=4000.0,
    )
    values: dict[str, Any] = {
        "dates": (date(2025, 12, 29), date(2026, 1, 5)),
        "outcome": (1000.0, 1010.0),
        "fitted": Series(mean=(990.0, 1020.0), low=(950.0, 980.0), high=(1030.0, 1060.0)),
        "baseline": Series(mean=(690.0, 620.0), low=(650.0, 580.0), high=(730.0, 660.0)),
        "residuals": (10.0, -10.0),
        "holdout": HeldOut(
            dates=(date(2026, 1, 5),),
            actual=(1010.0,),
            expected=(1000.0,),
            low=(940.0,),
            high=(1060.0,),
            wmape=0.0099,
            coverage=1.0,
            bias=-0.0099,
        ),
        "channels": (channel,),
        "cannot_tell": ("Two weeks say nothing of the season.",),
        "diagnosis": {"mixing": 1.01},
        "settings": {"method": "1"},
    }
    return ModelDocument(**values | changes)


def model_version(of: Brand, **changes: Any) -> ModelVersion:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "number": 1,
        "source": ModelSource.FIT,
        "curves": (kept_curve(),),
        "scored_curves": (kept_curve(),),
        "document": model_document(),
        "weeks": 2,
        "r2": 0.9,
        "input_hash": "a" * 64,
        "seed": 7,
        "created_at": NOW,
    }
    return ModelVersion(**values | changes)


def experiment(of: Brand, **changes: Any) -> Experiment:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "channel": "search",
        "start_date": date(2026, 1, 5),
        "end_date": date(2026, 1, 18),
        "lift": Estimate(mean=120.0, low=80.0, high=160.0),
        "method": "geo holdout",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Experiment(**values | changes)
