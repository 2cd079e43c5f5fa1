"""Which news a plan sees: what speaks of the brief, each story once, and what the brief starts from in any case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from nexusplanner.application.agents.checking.quotes import cited
from nexusplanner.application.agents.checking.wording import commands, sentences
from nexusplanner.application.agents.gathering.passages import signal_passage
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import Brief, CampaignIdea
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.knowledge import Citation, Passage, freshness
from nexusplanner.domain.relevance import terms
from nexusplanner.domain.retrieval.few import near_enough, rank_few
from nexusplanner.domain.shared import ClusterId, SignalId
from nexusplanner.domain.signals import Signal, SignalState

MOST_SIGNALS = 24
ENOUGH = 0.2
"""A signal belongs to a brief when its words score at least this part of the best one's,"""
NEAR = 0.5
"""or when it means much the same in other words."""
WATCHED = 1.5
"""How much more a signal counts that somebody watches."""
READ = 4000
"""Characters of a signal that are looked at when signals are ranked."""
SHORTEST, LONGEST = 20, 220
"""Characters of a sentence worth quoting."""

Near: TypeAlias = Mapping[SignalId, float]
"""Cosines of signals' given vectors to the brief; of those alone that were compared."""
NOT_COMPARED: Final[Near] = MappingProxyType({})

_PLAIN = re.compile(r"[\w ,;:'\u2019%\u20ac$\u00a3/&()\u2013\u2014.+-]+")


def matching_signals(
    signals: Iterable[Signal], *, brief: Brief, brand: Brand, query: str, near: Near = NOT_COMPARED
) -> tuple[Passage, ...]:
    """Signals of the brand (or of none) that the brief starts from, then those that speak of it, best match first.

    Ranked by words and by meaning, with the fresh before the old as seen from the brief's first day, and the watched before others. Of
    signals that tell the same story the best one stands for all; its origin says how many sources tell it.
    near: what an embedder says of them.
    """
    own = [signal for signal in signals if signal.brand_id in {None, brand.id}]
    told = _sources(own)
    by_text = {signal_passage(row).text: row for row in sorted(own, key=lambda row: row.id in brief.signal_ids)}
    rows = [by_text[text] for text in sorted(by_text)]
    named = [row for signal_id in brief.signal_ids for row in rows if row.id == signal_id]
    chosen, stories = list(named), {row.cluster_id for row in named}
    for row in _ranked(rows, brief=brief, query=query, near=near):
        if row.cluster_id not in stories:
            stories.add(row.cluster_id)
            chosen.append(row)
    return tuple(signal_passage(row, sources=told[row.cluster_id]) for row in chosen[:MOST_SIGNALS])


def _ranked(rows: Sequence[Signal], *, brief: Brief, query: str, near: Near) -> list[Signal]:
    given = [near.get(row.id, 0.0) for row in rows]
    texts = [f"{row.title} {' '.join(row.topics)} {row.content[:READ]}" for row in rows]
    ranks = rank_few(texts, query=query, given=given)
    best = max((rank.lexical for rank in ranks), default=0.0)
    told = [
        rank.lexical > 0 and rank.lexical * _weight(row) >= ENOUGH * best for rank, row in zip(ranks, rows, strict=True)
    ]
    enough = near_enough(cosine for cosine, is_told in zip(given, told, strict=True) if is_told)
    kept = [
        (rank.fused * (0.5 + 0.5 * freshness(row.timestamp.date(), at=brief.start_date)) * _weight(row), row)
        for rank, row, is_told, cosine in zip(ranks, rows, told, given, strict=True)
        if is_told or rank.vector >= NEAR or cosine >= enough
    ]
    kept.sort(key=lambda pair: (-pair[0], -abs(pair[1].impact), pair[1].title, pair[1].content))
    return [row for _, row in kept]


def _weight(row: Signal) -> float:
    return WATCHED if row.state is SignalState.WATCHED else 1.0


def _sources(rows: Sequence[Signal]) -> Mapping[ClusterId | None, int]:
    """How many sources tell each story."""
    found: dict[ClusterId | None, set[str]] = {}
    for row in rows:
        found.setdefault(row.cluster_id, set()).add(row.source)
    return {cluster_id: len(sources) for cluster_id, sources in found.items()}


def named_ids(context: BriefContext) -> frozenset[str]:
    """Ids of the passages that the brief starts from."""
    return frozenset(f"signal:{signal_id}" for signal_id in context.brief.signal_ids)


def starts_from(context: BriefContext, citations: Iterable[Citation]) -> bool:
    """Whether one of these citations is of news that the brief starts from."""
    named = named_ids(context)
    return any(citation.passage_id in named for citation in citations)


def idea_starts_from(context: BriefContext, idea: CampaignIdea) -> bool:
    """Whether an idea cites news that the brief starts from."""
    return starts_from(context, [citation for claim in idea.claims for citation in claim.citations])


def opening(context: BriefContext) -> Opportunity | None:
    """What the brief starts from, as the opportunity to begin with; none when nothing of it can be quoted."""
    service = context.service
    query = f"{context.brief.theme} {service.name} {service.category} {service.description}"
    named = [context.by_id[passage_id] for passage_id in _in_order(context) if passage_id in context.by_id]
    citations = [citation for passage in named if (citation := _quoted(passage, query=query)) is not None]
    if not citations:
        return None
    shown = "; ".join(f"\u201c{citation.quote}\u201d" for citation in citations)
    return Opportunity(
        name="The news the brief starts from",
        description=f"{shown}. The brief asks to start from this.",
        segment="",
        strength=1.0,
        citations=tuple(citations),
    )


def _in_order(context: BriefContext) -> list[str]:
    return [f"signal:{signal_id}" for signal_id in context.brief.signal_ids]


def _quoted(passage: Passage, *, query: str) -> Citation | None:
    """The sentence that says most about the query; none of a passage that gives orders to its reader."""
    if commands(passage.text):
        return None
    asked, found = set(terms(query)), []
    for place, one in enumerate(sentences(passage.text)):
        quote = one.rstrip(" .!?;:,\u2026")
        citation = cited(passage, quote) if SHORTEST <= len(quote) <= LONGEST and _PLAIN.fullmatch(quote) else None
        if citation is not None and citation.quote == quote:
            score = len(asked & set(terms(quote))) + 1.5 * any(mark.isdigit() for mark in quote)
            found.append((-score, place, citation))
    return min(found, key=lambda each: each[:2])[2] if found else None
