"""Joins signals that tell the same story into clusters, one signal at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nexusplanner.domain.market.duplicates import Comparison, Text, compare
from nexusplanner.domain.market.terms import FloatArray, Terms, Weighing
from nexusplanner.domain.shared import ClusterId, SignalId

WINDOW = timedelta(days=30)
"""How far apart two reports of one story may lie."""
WORTH_A_LOOK = 0.35
"""The part of the rarer words of the shorter text that must stand in the other one before sentences are compared."""
MOST_LOOKS = 12
MAJORITY = 0.5


@dataclass(frozen=True, kw_only=True)
class Report:
    """A signal as far as its story is concerned. cluster_id: none while it is not known."""

    id: SignalId
    timestamp: datetime
    terms: Terms
    cluster_id: ClusterId | None = None


def looks(fresh: Sequence[Report], *, known: Sequence[Report], weighing: Weighing) -> tuple[tuple[Report, ...], ...]:
    """For each fresh report those that may tell the same story, most alike first: known ones and other fresh ones.

    Only these are compared sentence by sentence. Rare words in common find them, so that thousands cost little.
    """
    others = [*known, *fresh]
    shared = weighing.overlaps([one.terms for one in fresh], [one.terms for one in others])
    sizes = weighing.sizes([one.terms for one in others])
    own = sizes[len(known) :]
    least = np.maximum(np.minimum(own[:, None], sizes[None, :]), 1e-12)
    return tuple(
        _chosen(one, others=others, parts=parts) for one, parts in zip(fresh, np.asarray(shared / least), strict=True)
    )


def _chosen(one: Report, *, others: Sequence[Report], parts: FloatArray) -> tuple[Report, ...]:
    near = np.flatnonzero(parts >= WORTH_A_LOOK)
    found = [
        others[at]
        for at in near[np.argsort(-parts[near], kind="stable")].tolist()
        if others[at].id != one.id and abs(others[at].timestamp - one.timestamp) <= WINDOW
    ]
    return tuple(found[:MOST_LOOKS])


def stories(
    fresh: Sequence[Report],
    *,
    known: Sequence[Report],
    candidates: Sequence[Sequence[Report]],
    texts: Mapping[SignalId, Text],
) -> dict[SignalId, ClusterId]:
    """The cluster of each fresh report, given in the order of arrival: that of a story told before, or its own.

    A report joins a cluster when it tells the same as its founder or as half of its members, and contradicts none: a
    chain of reports that each resemble the next never grows into one story.
    """
    joined: dict[SignalId, ClusterId] = {}
    sizes = Counter(one.cluster_id for one in known if one.cluster_id is not None)
    for one, others in zip(fresh, candidates, strict=True):
        members: dict[ClusterId, list[tuple[Report, Comparison]]] = {}
        for other in others:
            cluster_id = joined.get(other.id) or other.cluster_id
            if cluster_id is not None and other.id in texts:
                members.setdefault(cluster_id, []).append((other, compare(texts[one.id], texts[other.id])))
        fitting = [
            (_likeness(found), cluster_id)
            for cluster_id, found in members.items()
            if _fits(cluster_id, found, size=min(sizes[cluster_id], MOST_LOOKS))
        ]
        best = max(fitting, key=lambda pair: (pair[0], str(pair[1])), default=None)
        joined[one.id] = best[1] if best else ClusterId(one.id)
        sizes[joined[one.id]] += 1
    return joined


def _fits(cluster_id: ClusterId, found: Sequence[tuple[Report, Comparison]], *, size: int) -> bool:
    if any(comparison.differs for _, comparison in found):
        return False
    same = [report for report, comparison in found if comparison.same]
    return any(report.id == cluster_id for report in same) or 0 < len(same) >= MAJORITY * size


def _likeness(found: Sequence[tuple[Report, Comparison]]) -> float:
    return max(comparison.shared for _, comparison in found)
