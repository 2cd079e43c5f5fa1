"""Which provider of texts writes for a run."""

from __future__ import annotations

from typing import Protocol

from nexusplanner.application.ports import CampaignIdeationService, UnitOfWork
from nexusplanner.domain.runs import Run


class IdeationServices(Protocol):
    """Opens the provider of texts for one step of one run."""

    async def for_run(self, uow: UnitOfWork, run: Run, *, step: str) -> CampaignIdeationService:
        """What the workspace has set up, read in this transaction and used after it."""
        ...


class OneIdeationService:
    """The same provider for every run."""

    def __init__(self, service: CampaignIdeationService) -> None:
        self._service = service

    async def for_run(self, uow: UnitOfWork, run: Run, *, step: str) -> CampaignIdeationService:
        """That provider."""
        del uow, run, step
        return self._service
