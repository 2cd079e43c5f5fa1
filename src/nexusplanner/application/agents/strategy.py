"""The strategy agent: reads what is known, names what is worth acting on, and lets nothing pass without a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nexusplanner.application.agents.checking.evidence import inputs_of, output_of, standing, strength_words
from nexusplanner.application.agents.decided import Decided, Record
from nexusplanner.application.agents.gathering.news import opening, starts_from
from nexusplanner.application.origins import Origin
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.knowledge import SourceKind

_READ = (
    SourceKind.BRIEF,
    SourceKind.SERVICE,
    SourceKind.BRAND,
    SourceKind.SIGNAL,
    SourceKind.DOCUMENT,
    SourceKind.SEGMENT,
    SourceKind.PAST_CAMPAIGN,
    SourceKind.ACTUALS,
    SourceKind.SEASON,
    SourceKind.FEEDBACK,
)
MOST_OPPORTUNITIES = 10


class StrategyAgent:
    """Asks the provider for findings and opportunities and drops what cites nothing that stands."""

    name = "strategy"
    version = "1"

    def __init__(self, *, provider: CampaignIdeationService) -> None:
        self._provider = provider

    async def analyse(self, context: BriefContext) -> Decided[MarketAnalysis]:
        """Findings whose citations stand in the context."""
        proposed = await self._provider.analyse(context)
        findings = proposed.value.findings
        checked = [replace(finding, citations=standing(context, finding.citations)) for finding in findings]
        kept = tuple(finding for finding in checked if finding.citations)
        dropped = [finding.topic for finding in checked if not finding.citations]
        citations = [citation for finding in kept for citation in finding.citations]
        about = ", ".join(finding.topic for finding in kept[:4])
        summary = f"{counted(len(kept), 'finding', 'findings').capitalize()}{f': {about}' if about else ''}."
        record = self._record(
            context,
            origin=proposed.origin,
            summary=summary,
            evidence=tuple(dict.fromkeys(citation.passage_id for citation in citations)),
            alternatives=tuple(f"Left out: {topic}, because no source carries it." for topic in dropped),
            confidence=strength_words(context, citations),
            output=[{"topic": finding.topic, "text": finding.text} for finding in kept],
        )
        return Decided(value=MarketAnalysis(findings=kept), record=record)

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Decided[tuple[Opportunity, ...]]:
        """Opportunities with evidence that stands, strongest first; what the brief starts from leads them."""
        proposed = await self._provider.opportunities(context, analysis)
        checked = [replace(one, citations=standing(context, one.citations)) for one in proposed.value]
        supported = [one for one in checked if one.citations]
        first = opening(context)
        if first is not None and not any(starts_from(context, one.citations) for one in supported):
            supported.append(first)
        supported.sort(key=lambda one: (not starts_from(context, one.citations), -one.strength))
        kept, further = tuple(supported[:MOST_OPPORTUNITIES]), supported[MOST_OPPORTUNITIES:]
        citations = [citation for one in kept for citation in one.citations]
        best = f", the strongest: {kept[0].name}" if kept else ""
        record = self._record(
            context,
            origin=proposed.origin,
            summary=f"{counted(len(kept), 'opportunity', 'opportunities').capitalize()}{best}.",
            evidence=tuple(dict.fromkeys(citation.passage_id for citation in citations)),
            alternatives=(
                *(f"Weaker evidence: {one.name}." for one in further),
                *(f"Left out: {one.name}, because no source carries it." for one in checked if not one.citations),
            ),
            confidence=strength_words(context, citations),
            output=[
                {"name": one.name, "description": one.description, "segment": one.segment, "strength": one.strength}
                for one in kept
            ],
        )
        return Decided(value=kept, record=record)

    def _record(
        self,
        context: BriefContext,
        *,
        origin: Origin,
        summary: str,
        evidence: tuple[str, ...],
        alternatives: tuple[str, ...],
        confidence: str,
        output: Sequence[Mapping[str, Any]],
    ) -> Record:
        return Record(
            agent=self.name,
            agent_version=self.version,
            origin=origin,
            summary=summary,
            inputs=inputs_of(context.of_kind(*_READ)),
            output=output_of(output),
            evidence=evidence,
            alternatives=alternatives,
            confidence=confidence,
        )
