"""What measurement answers and takes."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from nexusplanner.api.shapes import Estimate, Input, Shape
from nexusplanner.domain.measurement import ModelSource, ModelState
from nexusplanner.domain.planning.quality import QualityClass


class ModelFacts(Shape):
    """What a version's row and its whole have in common."""

    id: UUID
    brand_id: UUID
    number: int
    state: ModelState
    source: ModelSource
    created_at: datetime
    weeks: int
    holdout_weeks: int
    holdout_wmape: float | None
    holdout_coverage: float | None
    holdout_bias: float | None
    r2: float | None
    adopted_at: datetime | None
    reason: str
    run_id: UUID | None
    warnings: list[str]
    version: int


class ModelRow(ModelFacts):
    """A version of a brand's response model. reason: why it is adopted or not. holdout_*: on weeks it had not seen."""

    channels: list[str]


class Series(Shape):
    """Mean and 90 % band by week; lists of one length, empty when nothing is known."""

    mean: list[float]
    low: list[float]
    high: list[float]


class WeeklyCurve(Shape):
    """A weekly response curve: outcome at weekly spends in major units; lists of one length."""

    spend: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]


class HeldOut(Shape):
    """Weeks a fit did not see. coverage: share inside the 90 % band. bias: above 0 when too much was expected."""

    dates: list[date]
    actual: list[float]
    expected: list[float]
    low: list[float]
    high: list[float]
    wmape: float
    coverage: float | None
    bias: float


class ModelChannel(Shape):
    """A channel in a model. roi: outcome per unit of spend. half: weekly spend at half effect. spend_seen: largest week.

    share: of the fitted outcome. adstock: part of an effect carried into the next week. experiments: those the fit used.
    """

    channel: str
    channel_name: str
    quality: QualityClass
    quality_reason: str
    roi: Estimate | None
    marginal_roi: Estimate | None
    contribution: Estimate | None
    spend: float
    share: float | None
    weekly: Series
    adstock: float | None
    half: float | None
    slope: float | None
    spend_seen: float | None
    curve: WeeklyCurve | None
    experiments: list[UUID]


class Model(ModelFacts):
    """A version with everything it says of the past. dates: first day of each training week."""

    dates: list[date]
    outcome: list[float]
    fitted: Series
    baseline: Series
    residuals: list[float]
    holdout: HeldOut | None
    channels: list[ModelChannel]
    cannot_tell: list[str]
    diagnosis: dict[str, Any]
    settings: dict[str, Any]
    input_hash: str
    seed: int


class ForeignFormat(StrEnum):
    """Programs whose models can be imported."""

    MERIDIAN = "meridian"
    ROBYN = "robyn"
    PYMC_MARKETING = "pymc_marketing"


class ReasonInput(Input):
    """Why, in words; kept with the version and in the decision ledger."""

    reason: Annotated[str, Field(max_length=500)] = ""


class ChannelFigures(Shape):
    """What one version says of a channel."""

    roi: Estimate | None
    quality: QualityClass


class ChannelComparison(Shape):
    """A channel in two versions; null where a version does not have it."""

    channel: str
    channel_name: str
    first: ChannelFigures | None
    second: ChannelFigures | None


class ModelComparison(Shape):
    """Two versions side by side, scored on the last quarter of the present actuals. verdict: the second's, in words."""

    first: ModelRow
    second: ModelRow
    channels: list[ChannelComparison]
    verdict: str
    worse_on_holdout: bool


class ModelAccuracy(Shape):
    """How one version did on weeks it had not seen."""

    model_id: UUID
    number: int
    created_at: datetime
    weeks: int
    coverage: float | None
    bias: float | None
    wmape: float | None


class Accuracy(Shape):
    """How forecasts did. band: the part of weeks that should lie inside. The top figures are the model's in use."""

    coverage: float | None
    bias: float | None
    wmape: float | None
    weeks: int
    by_model: list[ModelAccuracy]
    band: float


class Measurement(Shape):
    """Where the measurement of a brand stands. channels: of the adopted model. experiments: how many there are."""

    accuracy: Accuracy
    adopted: ModelRow | None
    candidate: ModelRow | None
    stale: bool
    stale_reason: str
    cannot_tell: list[str]
    channels: list[ModelChannel]
    experiments: int


class Experiment(Shape):
    """A lift test. lift: incremental outcome over its days, with the 90 % interval."""

    id: UUID
    brand_id: UUID
    channel: str
    channel_name: str
    start_date: date
    end_date: date
    lift: Estimate
    method: str
    notes: str
    version: int
    created_at: datetime
    updated_at: datetime


class LiftInput(Input):
    """Incremental outcome over the days of the test, with the ends of its 90 % interval."""

    mean: Annotated[float, Field(allow_inf_nan=False)]
    low: Annotated[float, Field(allow_inf_nan=False)]
    high: Annotated[float, Field(allow_inf_nan=False)]


class ExperimentInput(Input):
    """The result of a lift test. channel: a key of the reference list, or a channel of the brand's actuals."""

    brand_id: UUID
    channel: Annotated[str, Field(min_length=1, max_length=60)]
    start_date: date
    end_date: date
    lift: LiftInput
    method: Annotated[str, Field(max_length=200)] = ""
    notes: Annotated[str, Field(max_length=4000)] = ""


class ExperimentEdit(Input):
    """What to change; what is left out stays."""

    channel: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    start_date: date | None = None
    end_date: date | None = None
    lift: LiftInput | None = None
    method: Annotated[str, Field(max_length=200)] | None = None
    notes: Annotated[str, Field(max_length=4000)] | None = None
