"""What a read tool is given: the open transaction of the person who asks, and what the question is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from nexusplanner.application.assistants.findings import NotKnown
from nexusplanner.application.assistants.names import Mention, NameKind, Names, tokens
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.ports.rows import BrandRow, CampaignRow, SegmentRow, ServiceRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import CAMPAIGN_TRANSITIONS, Campaign, ChannelPlan, Plan
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.sessions import AssistantKind, Topic
from nexusplanner.domain.shared import CampaignId

FINAL = frozenset(status for status, following in CAMPAIGN_TRANSITIONS.items() if not following)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Who asks what, where. bound: the campaign of a planning session. text: the question. before: the topic so far."""

    uow: UnitOfWork
    reference: ReferenceData
    now: datetime
    names: Names
    assistant: AssistantKind
    counterfactuals: Counterfactuals
    bound: CampaignId | None = None
    text: str = ""
    before: Topic = field(default_factory=Topic)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the question."""
        return tokens(self.text)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The names in the question."""
        return self.names.mentions(self.words)

    def keys(self, kind: NameKind) -> tuple[str, ...]:
        """What is named of one kind, each once."""
        return tuple(dict.fromkeys(each.name.key for each in self.mentions if each.name.kind is kind))

    def channel_name(self, channel: str) -> str:
        """The channel in words."""
        return self.reference.name_of(channel)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are named."""
        return self.keys(NameKind.CHANNEL)

    @property
    def channel(self) -> str:
        """The channel that is named, else the one spoken of last; "" for none."""
        return next(iter(self.channels), "") or self.before.channel

    @property
    def service(self) -> ServiceRow | None:
        """The service that is named, else the one spoken of last."""
        key = next(iter(self.keys(NameKind.SERVICE)), "") or self.before.service
        return next((row for row in self.names.services if str(row.id) == key), None)

    @property
    def segment(self) -> SegmentRow | None:
        """The segment that is named, else the one spoken of last."""
        key = next(iter(self.keys(NameKind.SEGMENT)), "") or self.before.segment
        return next((row for row in self.names.segments if str(row.id) == key), None)

    @property
    def named_brand(self) -> BrandRow | None:
        """The brand that is named."""
        key = next(iter(self.keys(NameKind.BRAND)), "")
        return next((row for row in self.names.brands if str(row.id) == key), None)

    @property
    def named_campaign(self) -> CampaignRow | None:
        """The campaign that is named."""
        key = next(iter(self.keys(NameKind.CAMPAIGN)), "")
        return self.names.campaign(key) if key else None

    def brand(self) -> BrandRow:
        """The brand that is named, of the campaign or service in question, spoken of last, or the only one.

        Raises: NotKnown.
        """
        if self.named_brand is not None:
            return self.named_brand
        owners = [str(row.brand_id) for row in (self.named_campaign, self._named_service()) if row is not None]
        bound = self.names.campaign(self.bound) if self.bound else None
        last = self.names.campaign(self.before.campaign_id) if self.before.campaign_id else None
        keys = (*owners, self.before.brand, str(bound.brand_id) if bound else "", str(last.brand_id) if last else "")
        for key in keys:
            found = next((row for row in self.names.brands if str(row.id) == key), None)
            if found is not None:
                return found
        if not self.names.brands:
            raise NotKnown("There is no brand in this workspace yet, so there is nothing to look at.")
        return max(self.names.brands, key=lambda row: (row.campaigns, row.name))

    def _named_service(self) -> ServiceRow | None:
        return self.service if self.keys(NameKind.SERVICE) else None

    async def campaign(self, *, planned: bool = False) -> Campaign:
        """The campaign that is named, spoken of last, bound, or changed last. planned: it has to have a plan.

        Raises: NotKnown.
        """
        named = self.named_campaign
        key = named.id if named else self.before.campaign_id or self.bound or self._latest()
        if key is None:
            raise NotKnown("There is no campaign in this workspace yet. Write a brief to make the first.")
        campaign = await self.uow.campaigns.get(key)
        if planned and campaign.plan is None:
            raise NotKnown(
                f"“{campaign.name}” has no plan yet, so there are no figures to tell. Generate the plan first."
            )
        return campaign

    def _latest(self) -> CampaignId | None:
        rows = [row for row in self.names.campaigns if row.expected is not None] or list(self.names.campaigns)
        brand = self.named_brand
        rows = [row for row in rows if brand is None or row.brand_id == brand.id] or rows
        rows.sort(key=lambda row: row.status in FINAL)
        return rows[0].id if rows else None

    def plan_channel(self, plan: Plan, channel: str) -> ChannelPlan | None:
        """The channel's part of a plan."""
        return next((each for each in plan.channel_plans if each.channel == channel), None)


def plan_of(campaign: Campaign) -> Plan:
    """The plan of a campaign that was asked for with one. Raises: NotKnown."""
    if campaign.plan is None:
        raise NotKnown(f"“{campaign.name}” has no plan yet. Generate the plan first.")
    return campaign.plan
