"""Campaigns. Brief and plan are documents; what lists sort, filter and show stands beside them in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Index,
    Integer,
    String,
    Table,
    Text,
    event,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper

from nexusplanner.domain.campaigns import Brief, Campaign, CampaignStatus, Plan
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, CampaignId, DateRange, NotFound
from nexusplanner.infrastructure.db.holding import held_anew
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
    words,
)

campaigns = Table(
    "campaigns",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("name", Text, nullable=False),
    Column("status", words(CampaignStatus), nullable=False),
    Column("brief", Jsonb[Brief](Brief), nullable=False),
    Column("plan", Jsonb[Plan](Plan)),
    uuid_column("run_id", nullable=True),
    uuid_column("created_by"),
    instant("created_at"),
    instant("updated_at"),
    instant("deleted_at", nullable=True),
    Column("approved_plan", String(64)),
    Column("version", Integer, nullable=False),
    uuid_column("service_id"),
    Column("theme", Text, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    Column("budget_minor", BigInteger, nullable=False),
    Column("budget_currency", String(3), nullable=False),
    Column("ideas", Integer, nullable=False),
    texts("channels"),
    Column("expected_mean", Double),
    Column("expected_low", Double),
    Column("expected_high", Double),
    Column("outcome_name", Text),
    Column("outcome_is_money", Boolean),
    Column("supported_share", Double),
    of_tenant("brand_id", "brands", ondelete="RESTRICT"),
    of_tenant("service_id", "services", ondelete="RESTRICT"),
    of_tenant("run_id", "runs"),
    of_tenant("created_by", "users"),
    Index(None, "tenant_id", "updated_at"),
    Index(None, "tenant_id", "brand_id", "end_date"),
    Index(None, "tenant_id", "service_id"),
    Index("uq_campaigns_run", "tenant_id", "run_id", unique=True),
)

_SUMMARY = (
    "service_id",
    "theme",
    "start_date",
    "end_date",
    "budget_minor",
    "budget_currency",
    "ideas",
    "channels",
    "expected_mean",
    "expected_low",
    "expected_high",
    "outcome_name",
    "outcome_is_money",
    "supported_share",
)

mapper_registry.map_imperatively(
    Campaign,
    campaigns,
    version_id_col=campaigns.c.version,
    properties={f"_{name}": campaigns.c[name] for name in _SUMMARY},
)


def summary_of(campaign: Campaign) -> dict[str, Any]:
    """What stands in columns beside the documents, by column name."""
    brief, plan = campaign.brief, campaign.plan
    values: dict[str, Any] = dict.fromkeys(_SUMMARY)
    values |= {
        "service_id": brief.service_id,
        "theme": brief.theme,
        "start_date": brief.start_date,
        "end_date": brief.end_date,
        "budget_minor": brief.total_budget.amount,
        "budget_currency": brief.total_budget.currency,
        "ideas": 0,
        "channels": (),
    }
    if plan is not None:
        values |= {
            "ideas": len(plan.ideas),
            "channels": tuple(channel.channel for channel in plan.channel_plans if channel.budget.amount),
            "expected_mean": plan.expected_outcome.mean,
            "expected_low": plan.expected_outcome.low,
            "expected_high": plan.expected_outcome.high,
            "outcome_name": plan.outcome_name,
            "outcome_is_money": plan.outcome_is_money,
            "supported_share": _supported_share(plan),
        }
    return values


def _supported_share(plan: Plan) -> float:
    claims = [claim for idea in plan.ideas for claim in idea.claims]
    return sum(claim.supported for claim in claims) / len(claims) if claims else 1.0


def _write_summary(mapper: Mapper[Campaign], connection: Connection, campaign: Campaign) -> None:
    del mapper, connection
    for name, value in summary_of(campaign).items():
        setattr(campaign, f"_{name}", value)


event.listen(Campaign, "before_insert", _write_summary)
event.listen(Campaign, "before_update", _write_summary)


class SqlCampaigns:
    """Campaigns of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, campaign_id: CampaignId, *, deleted: bool = False, lock: bool = False) -> Campaign:
        """The campaign; locked until the transaction ends, and read anew, when asked.

        Raises NotFound; a deleted one is found only when `deleted`.
        """
        key = (self._tenant, campaign_id)
        found = await (held_anew(self._session, Campaign, key) if lock else self._session.get(Campaign, key))
        if found is None or (found.deleted_at is not None and not deleted):
            raise NotFound.of("campaign", campaign_id)
        return found

    async def past(self, *, brand_id: BrandId, before: date, limit: int) -> Sequence[Campaign]:
        """Campaigns of the brand that ended before `before`, newest first."""
        query = (
            select(Campaign)
            .where(
                campaigns.c.tenant_id == self._tenant,
                campaigns.c.brand_id == brand_id,
                campaigns.c.end_date < before,
                campaigns.c.deleted_at.is_(None),
            )
            .order_by(campaigns.c.end_date.desc(), campaigns.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def running(self, *, brand_id: BrandId, during: DateRange) -> Sequence[Campaign]:
        """Approved and active campaigns of the brand with days in common with `during`, first to start first."""
        query = (
            select(Campaign)
            .where(
                campaigns.c.tenant_id == self._tenant,
                campaigns.c.brand_id == brand_id,
                campaigns.c.status.in_((CampaignStatus.APPROVED, CampaignStatus.ACTIVE)),
                campaigns.c.start_date <= during.end,
                campaigns.c.end_date >= during.start,
                campaigns.c.deleted_at.is_(None),
            )
            .order_by(campaigns.c.start_date, campaigns.c.id)
        )
        return (await self._session.scalars(query)).all()

    def add(self, campaign: Campaign) -> None:
        """Keep a new campaign."""
        self._session.add(campaign)
