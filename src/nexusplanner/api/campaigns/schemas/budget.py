"""Response curves, allocations and their proof."""

from __future__ import annotations

from datetime import datetime

from nexusplanner.api.shapes import Estimate, Money, Shape
from nexusplanner.domain.planning.quality import QualityClass


class BindingLimit(Shape):
    """A limit that holds the plan back. channel: a channel or a group. worth: outcome that moving it by 1,000 would add."""

    channel: str
    kind: str
    worth: float


class Certificate(Shape):
    """Proof of how good an allocation is: no plan inside the limits reaches more than upper_bound.

    objective: what was made as large as possible. problem: "static over the period" or "by week". least_possible: for
    the least spend, no plan that spends less reaches the outcome. reached: the outcome asked for is reached.
    """

    objective: str
    problem: str
    value: float
    upper_bound: float
    gap: float
    shadow_price: float
    binding: list[BindingLimit]
    unspent: Money
    unspent_reason: str
    even_value: float | None
    least_possible: Money | None
    reached: bool
    in_words: str


class CurveTable(Shape):
    """The mean response at knots, straight between them: what the server itself plans on."""

    spend: list[float]
    mean: list[float]


class CurveSamples(Shape):
    """Joint draws of the response: outcome = scale * x^slope / (x^slope + half^slope); position i belongs together."""

    scale: list[float]
    half: list[float]
    slope: list[float]


class Curve(Shape):
    """Response of one channel over the whole campaign, in major units of money and units of outcome.

    usual_maximum: the most the channel gets unless a limit says otherwise. committed: what other campaigns spend there
    in the same weeks; the response starts above it.
    """

    channel: str
    channel_name: str
    quality: QualityClass
    quality_reason: str
    seen_max: float | None
    spend: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]
    table: CurveTable
    draws: CurveSamples
    usual_maximum: Money
    spend_seen: float | None
    committed: Money


class Curves(Shape):
    """The response curves a campaign was planned with; low and high bound the 90 % band."""

    currency: str
    minor_per_unit: int
    channels: list[Curve]


class ChannelAllocation(Shape):
    """What one channel would get."""

    channel: str
    budget: Money
    minimum: Money
    maximum: Money
    locked: bool
    expected_outcome: Estimate
    next_thousand: float
    committed: Money | None


class Allocation(Shape):
    """What the budget would become under other limits; nothing is saved."""

    channels: list[ChannelAllocation]
    spent: Money
    expected_outcome: Estimate
    certificate: Certificate


class ModelChange(Shape):
    """What computing the plan anew on another version of the model would change.

    expected_outcome: of the plan's present amounts on that version. allocation: the best split there under the brief's
    terms.
    """

    number: int
    adopted_at: datetime | None
    expected_outcome: Estimate
    allocation: Allocation


class StandsOn(Shape):
    """The version of the model a plan stands on, 0 for none that is kept. change: when another one is in use."""

    number: int
    change: ModelChange | None
