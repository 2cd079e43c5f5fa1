"""The decision ledger: one entry per automatic step, chained by hashes so that a change shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.shared import CampaignId, DecisionId, RunId, TenantId

LEDGER_FORMAT = 2
"""Version of the entry format; verification reads the version of each entry."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One automatic step, as it is to be recorded.

    step: the run's step. agent, agent_version: who decided. inputs: ids and content hashes. output: what came out, or
    its hash. summary: in words. alternatives: what was not chosen and why. confidence, confidence_kind: evidence
    strength in words and what kind of statement that is. usage, cost_microunits, latency_ms: what it took.
    provider, model, model_answered: who was asked for what and who answered. prompt, prompt_version, prompt_sha256: the
    prompt file. removed: what was taken out of the prompt or the answer, and by which rule.
    personal: payloads by subject id; they are encrypted per subject before they are stored, so that destroying the
    subject's key erases them while the chain stays intact.
    """

    id: DecisionId = field(default_factory=lambda: DecisionId(uuid4()))
    tenant_id: TenantId
    run_id: RunId | None
    campaign_id: CampaignId | None
    step: str
    agent: str
    agent_version: str
    author: Author
    provider: str = "rules"
    provider_version: str = ""
    model: str = ""
    model_answered: str = ""
    prompt: str = ""
    prompt_version: str = ""
    prompt_sha256: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    summary: str
    evidence: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    confidence: str = ""
    confidence_kind: str = "evidence_strength"
    usage: Mapping[str, int] = field(default_factory=dict)
    cost_microunits: int = 0
    price_version: str = ""
    latency_ms: int = 0
    attempts: tuple[str, ...] = ()
    fallback_reason: str = ""
    finish_reason: str = ""
    removed: tuple[str, ...] = ()
    personal: Mapping[str, Any] = field(default_factory=dict)
    decided_at: datetime
