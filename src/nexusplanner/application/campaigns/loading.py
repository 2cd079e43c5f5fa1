"""What use cases on a plan start from: the campaign, its plan, its curves and what other campaigns spend."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from nexusplanner.application.agents.gathering.facts import load_committed
from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.agents.optimization import terms_of
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.problems import Terms
from nexusplanner.application.agents.solving.standing import allocated_of
from nexusplanner.application.editing import require_version
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Brief, Campaign, Plan
from nexusplanner.domain.shared import CampaignId, Money


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A campaign with the curves its plan was made on.

    committed: what other approved or running campaigns of the brand spend on the same days, by channel.
    """

    campaign: Campaign
    allocated: Allocated
    committed: Mapping[str, Money]

    @property
    def model(self) -> ResponseModel:
        """The curves."""
        return self.allocated.model

    def terms(self, brief: Brief) -> Terms:
        """What `brief` asks of an allocation on this ground."""
        return terms_of(brief, committed=self.committed)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that an allocation depends on besides its terms."""
        draws, dates = self.model.draws(), self.campaign.brief.dates
        seen = [curve.spend_seen for curve in self.model.curves]
        others = sorted((name, money.amount) for name, money in self.committed.items())
        told = repr((draws.channels, seen, dates.start, dates.end, others))
        digest = hashlib.sha256(told.encode())
        for array in (draws.scale, draws.half, draws.slope):
            digest.update(array.tobytes())
        return digest.hexdigest()


async def ground_of(uow: UnitOfWork, campaign: Campaign) -> Ground:
    """The ground of the campaign's plan. Raises: Conflict (NO_PLAN), NotFound (CURVES_NOT_FOUND)."""
    allocated = await allocated_of(uow, plan_of(campaign))
    committed = await load_committed(uow, campaign=campaign)
    return Ground(campaign=campaign, allocated=allocated, committed=committed)


def plan_of(campaign: Campaign) -> Plan:
    """The plan. Raises Conflict (NO_PLAN) when there is none yet."""
    return campaign.require_plan()


async def editable(uow: UnitOfWork, campaign_id: CampaignId, *, version: int) -> Campaign:
    """The campaign as the caller saw it. Raises: NotFound, VersionConflict."""
    campaign = await uow.campaigns.get(campaign_id)
    require_version(campaign, version=version)
    return campaign
