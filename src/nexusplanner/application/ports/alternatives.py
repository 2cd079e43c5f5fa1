"""What alternatives need to be kept. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nexusplanner.domain.alternatives import Alternative
from nexusplanner.domain.shared import AlternativeId, CampaignId

MOST_SHOWN = 100
"""Alternatives of a campaign that are read at once, the newest; older ones stay on file."""


class Alternatives(Protocol):
    """Alternatives of the actor's tenant."""

    async def get(self, alternative_id: AlternativeId, *, campaign_id: CampaignId) -> Alternative:
        """The alternative of this campaign. Raises NotFound."""
        ...

    async def of_campaign(self, campaign_id: CampaignId, *, only_open: bool = False) -> Sequence[Alternative]:
        """The newest `MOST_SHOWN`, newest first."""
        ...

    def add(self, alternative: Alternative) -> None:
        """Keep a new alternative."""
        ...
