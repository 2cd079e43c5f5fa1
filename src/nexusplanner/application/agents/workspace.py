"""Opens the provider of texts that a workspace has set up."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.application.agents.ideation import OnIdeas, preferred
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.agents.prompting.writing import WrittenIdeation
from nexusplanner.application.models.desk import Desks
from nexusplanner.application.ports.models import ModelDesk, Spender
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, UnitOfWork
from nexusplanner.application.run_requests import replaying_of
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.runs import Run

ASKING = frozenset({"analyse_market", "find_opportunities", "ideate", "refine", "explain", "write_strategies"})
"""Steps of runs that need texts; the others read no settings."""


class WorkspaceIdeation:
    """An `IdeationServices` over the workspace's own models: rules where it has none, or wants none."""

    def __init__(
        self, *, desks: Desks, rules: CampaignIdeationService, builder: PromptBuilder, reference: ReferenceData
    ) -> None:
        self._desks = desks
        self._rules = rules
        self._builder = builder
        self._reference = reference

    async def for_run(
        self, uow: UnitOfWork, run: Run, *, step: str, on_ideas: OnIdeas | None = None
    ) -> CampaignIdeationService:
        """The models in the workspace's order, paid by who asked for the run; in a replay the model it asks for."""
        if step not in ASKING:
            return self._rules
        settings, keys = await uow.ai.with_keys()
        providers = preferred(settings.asked, replaying=replaying_of(run.request))
        if not providers:
            return self._rules
        spender = Spender(tenant_id=run.tenant_id, user_id=run.user_id, run_id=run.id, campaign_id=run.campaign_id)
        asked = replace(settings, providers=providers)
        return self._over(self._desks.open(asked, keys=keys, spender=spender), on_ideas=on_ideas)

    def over(self, desk: ModelDesk) -> CampaignIdeationService:
        """The same texts over another desk."""
        return self._over(desk)

    def _over(self, desk: ModelDesk, *, on_ideas: OnIdeas | None = None) -> CampaignIdeationService:
        return WrittenIdeation(
            desk=desk, rules=self._rules, builder=self._builder, reference=self._reference, on_ideas=on_ideas
        )
