"""What the packaged description of the invented company holds. Money is in decimal strings of the brand's currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.segments import Rule
from nexusplanner.domain.shared import FieldErrors, Money, TenantId


@dataclass(frozen=True, kw_only=True)
class DemoService:
    """A service; fields as in the catalogue."""

    name: str
    category: str
    description: str
    target_audience: str
    benefits: tuple[str, ...]
    proofs: tuple[str, ...]
    price: str

    def of(self, brand: Brand, *, at: datetime) -> Service:
        """The service in the catalogue of `brand`, with a new id."""
        return Service(
            tenant_id=brand.tenant_id,
            brand_id=brand.id,
            name=self.name,
            category=self.category,
            description=self.description,
            target_audience=self.target_audience,
            benefits=self.benefits,
            proofs=self.proofs,
            price=Money.parse(self.price, currency=brand.currency),
            created_at=at,
            updated_at=at,
        )


@dataclass(frozen=True, kw_only=True)
class DemoBrand:
    """A brand and the world its actuals are simulated in.

    value_per_outcome: major units one outcome is worth, which turns the simulated money into counts. weekly_spend: of
    all channels, major units. seed: of the simulation.
    """

    name: str
    industry: str
    region: str
    currency: str
    profile: str
    voice: tuple[str, ...]
    banned_claims: tuple[str, ...]
    audiences: tuple[str, ...]
    outcome_name: str
    outcome_is_money: bool
    value_per_outcome: float
    weekly_spend: float
    seed: int
    channels: tuple[str, ...]
    services: tuple[DemoService, ...]

    def of(self, tenant_id: TenantId, *, at: datetime) -> Brand:
        """The brand in the catalogue of a tenant, with a new id."""
        return Brand(
            tenant_id=tenant_id,
            name=self.name,
            industry=self.industry,
            region=self.region,
            currency=self.currency,
            profile=self.profile,
            voice=self.voice,
            banned_claims=self.banned_claims,
            audiences=self.audiences,
            outcome_name=self.outcome_name,
            outcome_is_money=self.outcome_is_money,
            created_at=at,
            updated_at=at,
        )


@dataclass(frozen=True, kw_only=True)
class DemoSegment:
    """A segment and the customers to make for it. value: mean lifetime value in major units."""

    brand: str
    name: str
    customers: int
    value: float
    channel: str
    industry: str
    description: str


@dataclass(frozen=True, kw_only=True)
class DemoAudience:
    """A segment that fills itself from all customers of its brand."""

    brand: str
    name: str
    description: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class DemoIdea:
    """The idea a past campaign ran with."""

    theme: str
    framework: str
    angle: str
    description: str
    core_message: str


@dataclass(frozen=True, kw_only=True)
class DemoVerdict:
    """What people thought of it."""

    type: str
    reason: str
    comment: str


@dataclass(frozen=True, kw_only=True)
class DemoCampaign:
    """A completed campaign that began `weeks_ago` and ran for `weeks`."""

    brand: str
    service: str
    name: str
    theme: str
    weeks_ago: int
    weeks: int
    budget: str
    idea: DemoIdea
    verdict: DemoVerdict


@dataclass(frozen=True, kw_only=True)
class DemoSignal:
    """One signal of a thread. d: days ago. i: impact. t: title. c: content."""

    d: int
    i: float
    t: str
    c: str


@dataclass(frozen=True, kw_only=True)
class DemoThread:
    """Signals of one source about the same topics."""

    brand: str
    source: str
    topics: tuple[str, ...]
    items: tuple[DemoSignal, ...]


@dataclass(frozen=True, kw_only=True)
class DemoBrief:
    """The brief to begin with."""

    brand: str
    service: str
    theme: str
    target_audience: str
    key_objectives: tuple[str, ...]
    budget: str
    weeks: int


@dataclass(frozen=True, kw_only=True)
class DemoCompany:
    """All of it."""

    workspace: str
    brands: tuple[DemoBrand, ...]
    segments: tuple[DemoSegment, ...]
    audiences: tuple[DemoAudience, ...]
    campaigns: tuple[DemoCampaign, ...]
    signals: tuple[DemoThread, ...]
    brief: DemoBrief

    def check(self, reference: ReferenceData) -> None:
        """Raise Invalid unless frameworks, angles and channels are keys of the reference data.

        Under any other word nothing that is learned of them would ever meet what plans are made of.
        """
        errors = FieldErrors()
        for at, campaign in enumerate(self.campaigns):
            idea, where = campaign.idea, f"campaigns.{at}.idea"
            known = reference.framework(idea.framework) is not None
            errors.check(known, f"{where}.framework", f"There is no framework “{idea.framework}”.")
            errors.check(
                reference.angle(idea.angle) is not None, f"{where}.angle", f"There is no angle “{idea.angle}”."
            )
        keys = {channel.key for channel in reference.channels}
        named = [(f"brands.{at}.channels", key) for at, each in enumerate(self.brands) for key in each.channels]
        named += [(f"segments.{at}.channel", each.channel) for at, each in enumerate(self.segments)]
        for where, key in named:
            errors.check(key in keys, where, f"There is no channel “{key}”.")
        errors.raise_if_any("demonstration company")
