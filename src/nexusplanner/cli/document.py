"""A plan as one JSON document; the format is described in docs/reference/plan.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.domain.campaigns import Brief, Campaign, CampaignIdea, Certificate, ChannelPlan, Plan
from nexusplanner.domain.knowledge import Citation, Passage
from nexusplanner.domain.shared import Estimate, Money


def plan_document(campaign: Campaign, *, plan: Plan, decisions: Sequence[DecisionRow]) -> dict[str, Any]:
    """The plan of `campaign` with everything it rests on; money as decimal strings."""
    evidence = _Evidence(plan.evidence)
    ideas = [_idea(idea, evidence) for idea in plan.ideas]
    channels = [_channel(each, evidence) for each in plan.channel_plans]
    reasons = [{"text": claim.text, "citations": evidence.ids(claim.citations)} for claim in plan.explanation.chain]
    return {
        "campaign": _campaign(campaign, plan),
        "ideas": ideas,
        "channels": channels,
        "evidence": evidence.document(),
        "certificate": _certificate(plan.certificate),
        "flight_certificate": _certificate(plan.flight_certificate) if plan.flight_certificate else None,
        "explanation": {
            "summary": plan.explanation.summary,
            "reasons": reasons,
            "alternatives": list(plan.explanation.alternatives),
            "evidence_strength": plan.explanation.evidence_strength,
        },
        "decisions": [_decision(row) for row in decisions],
        "warnings": list(plan.explanation.warnings),
    }


class _Evidence:
    """Numbers citations as they are met: one id for each quote at one place of one source."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = {passage.id: passage for passage in passages}
        self._ids: dict[tuple[str, int, int], str] = {}
        self._cited: dict[str, Citation] = {}

    def ids(self, citations: Sequence[Citation]) -> list[str]:
        found = []
        for each in citations:
            key = (each.passage_id, each.start, each.end)
            name = self._ids.setdefault(key, f"e{len(self._ids) + 1}")
            self._cited.setdefault(name, each)
            found.append(name)
        return list(dict.fromkeys(found))

    def document(self) -> dict[str, Any]:
        return {name: self._entry(citation) for name, citation in self._cited.items()}

    def _entry(self, citation: Citation) -> dict[str, Any]:
        passage = self._passages[citation.passage_id]
        return {
            "kind": passage.kind.value,
            "origin": passage.origin,
            "date": passage.on.isoformat() if passage.on else None,
            "quote": citation.quote,
            "start": citation.start,
            "end": citation.end,
            "stance": citation.stance.value,
            "source": passage.id,
            "title": passage.title,
            "text": passage.text,
            "url": passage.url,
        }


def _campaign(campaign: Campaign, plan: Plan) -> dict[str, Any]:
    brief = campaign.brief
    return {
        "id": str(campaign.id),
        "name": campaign.name,
        "theme": brief.theme,
        "status": campaign.status.value,
        "start_date": brief.start_date.isoformat(),
        "end_date": brief.end_date.isoformat(),
        "total_budget": _money(brief.total_budget),
        "target_audience": brief.target_audience,
        "key_objectives": list(brief.key_objectives),
        **_terms(brief),
        "outcome": plan.outcome_name,
        "expected_outcome": _estimate(plan.expected_outcome),
        "model": dict(plan.model),
    }


def _certificate(proof: Certificate) -> dict[str, Any]:
    return {
        "objective": proof.objective,
        "problem": proof.problem,
        "value": proof.value,
        "upper_bound": proof.upper_bound,
        "gap": proof.gap,
        "shadow_price": proof.shadow_price,
        "even_value": proof.even_value,
        "binding": [{"limit": each.channel, "kind": each.kind, "worth": each.worth} for each in proof.binding],
        "unspent": _money(proof.unspent),
        "unspent_reason": proof.unspent_reason,
        "least_possible": _money(proof.least_possible) if proof.least_possible else None,
        "reached": proof.reached,
        "in_words": proof.in_words,
    }


def _terms(brief: Brief) -> dict[str, Any]:
    rules = brief.flighting
    return {
        "goal": {
            "kind": brief.goal.kind.value,
            "outcome": brief.goal.outcome,
            "floor": brief.goal.floor,
            "risk": brief.goal.risk.value,
            "level": brief.goal.level,
        },
        "groups": [
            {
                "name": group.name,
                "channels": list(group.channels),
                "minimum": _money(group.minimum) if group.minimum else None,
                "maximum": _money(group.maximum) if group.maximum else None,
                "minimum_share": group.minimum_share,
                "maximum_share": group.maximum_share,
            }
            for group in brief.groups
        ],
        "flighting": {
            "pattern": rules.pattern.value,
            "shortest": rules.shortest,
            "hiatus": [
                {
                    "channel": each.channel,
                    "start_date": each.dates.start.isoformat(),
                    "end_date": each.dates.end.isoformat(),
                }
                for each in rules.hiatus
            ],
            "weekly_maximums": [
                {"channel": each.channel, "amount": _money(each.amount)} for each in rules.weekly_maximums
            ],
        },
    }


def _idea(idea: CampaignIdea, evidence: _Evidence) -> dict[str, Any]:
    return {
        "id": str(idea.id),
        "theme": idea.theme,
        "description": idea.description,
        "core_message": idea.core_message,
        "target_kpi": idea.target_kpi,
        "target_segments": list(idea.target_segments),
        "competitive_angle": idea.competitive_angle,
        "framework": idea.framework,
        "angle": idea.angle,
        "author": idea.author.value,
        "citations": evidence.ids([citation for claim in idea.claims for citation in claim.citations]),
        "claims": [{"text": claim.text, "citations": evidence.ids(claim.citations)} for claim in idea.claims],
    }


def _channel(plan: ChannelPlan, evidence: _Evidence) -> dict[str, Any]:
    return {
        "channel": plan.channel,
        "budget": _money(plan.budget),
        "expected_outcome": _estimate(plan.expected_outcome),
        "marginal_return": plan.next_thousand / 1000,
        "quality": plan.quality.value,
        "quality_reason": plan.quality_reason,
        "strategy": plan.strategy,
        "kpis": list(plan.kpis),
        "expected_reach": plan.expected_reach,
        "expected_engagement": plan.expected_engagement,
        "citations": evidence.ids([citation for claim in plan.claims for citation in claim.citations]),
        "flights": [
            {
                "start_date": flight.dates.start.isoformat(),
                "end_date": flight.dates.end.isoformat(),
                "budget": _money(flight.budget),
                "weekly": [
                    {
                        "start_date": week.dates.start.isoformat(),
                        "end_date": week.dates.end.isoformat(),
                        "amount": _money(week.amount),
                    }
                    for week in flight.weekly
                ],
            }
            for flight in plan.flights
        ],
    }


def _decision(row: DecisionRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sequence": row.sequence,
        "step": row.step,
        "agent": row.agent,
        "summary": row.entry["summary"],
        "decided_at": row.decided_at.isoformat(),
        "hash": row.hash,
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}


def _money(money: Money) -> dict[str, str]:
    return {"amount": money.decimal, "currency": money.currency}
