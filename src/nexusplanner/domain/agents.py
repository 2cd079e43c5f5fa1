"""What the agents hand to each other: opportunities, and the facts they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.domain.knowledge import Citation


@dataclass(frozen=True, kw_only=True)
class Opportunity:
    """Something in the market worth acting on. strength: 0 to 1, from the number, age and agreement of its sources."""

    name: str
    description: str
    segment: str
    strength: float
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class MarketAnalysis:
    """Clusters of signals in words, each with its citations."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One cluster of signals or facts: what it says and which sources say it."""

    topic: str
    text: str
    citations: tuple[Citation, ...]
    impact: float
