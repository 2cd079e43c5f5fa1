"""Which provider of texts writes for a run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from nexusplanner.application.ports.models import ModelDesk
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, UnitOfWork
from nexusplanner.application.run_requests import Replaying
from nexusplanner.domain.ai import Effort, Provider
from nexusplanner.domain.runs import PartialIdea, Run

RULES = "rules"
"""The name under which rules are asked for instead of a provider."""

OnIdeas = Callable[[Sequence[PartialIdea]], Awaitable[None]]
"""Told of all ideas as far as they are written, as often as the provider likes; it may let some calls pass."""


class IdeationServices(Protocol):
    """Opens the provider of texts for one step of one run."""

    async def for_run(
        self, uow: UnitOfWork, run: Run, *, step: str, on_ideas: OnIdeas | None = None
    ) -> CampaignIdeationService:
        """What the workspace has set up, read in this transaction and used after it. on_ideas: follows the ideas."""
        ...

    def over(self, desk: ModelDesk) -> CampaignIdeationService:
        """The same texts over another desk: one that gives recorded answers, say."""
        ...


class OneIdeationService:
    """The same provider for every run."""

    def __init__(self, service: CampaignIdeationService) -> None:
        self._service = service

    async def for_run(
        self, uow: UnitOfWork, run: Run, *, step: str, on_ideas: OnIdeas | None = None
    ) -> CampaignIdeationService:
        """That provider."""
        del uow, run, step, on_ideas
        return self._service

    def over(self, desk: ModelDesk) -> CampaignIdeationService:
        """That provider, which asks no desk."""
        del desk
        return self._service


def preferred(providers: Sequence[Provider], *, replaying: Replaying | None) -> tuple[Provider, ...]:
    """The providers in the order a run asks them: a replay with another model asks that model first, at every effort.

    A replay with "rules" asks none.
    """
    if replaying is None:
        return tuple(providers)
    if replaying.provider == RULES:
        return ()
    wanted = [
        replace(each, models=dict.fromkeys(Effort, replaying.model))
        for each in providers
        if each.name == replaying.provider
    ]
    return (*wanted, *(each for each in providers if each.name != replaying.provider))
