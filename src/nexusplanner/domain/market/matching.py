"""How much a signal speaks of what the tenant sells, in the words of the offer itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.catalog import Service
from nexusplanner.domain.market.scoring import ServiceMatch
from nexusplanner.domain.market.terms import FloatArray, Terms, Weighing, gathered, hashed, table
from nexusplanner.domain.relevance import STOP_WORDS, words
from nexusplanner.domain.retrieval.stemming import stem, stems

FIELDS = (("name", 3.0), ("category", 2.0), ("benefits", 1.0), ("description", 1.0), ("target_audience", 0.7))
"""What a word counts by where the service says it: its name tells more than its description."""

ENOUGH = 2.5
"""Weight of shared words that makes a match of 0.63."""
LEAST = 0.2
"""A match below is chance."""
LEAST_SHARED = 2
GENERIC_WEIGHT = 0.2
MOST_WORDS = 3
MOST_SERVICES = 5

_GENERIC_WORDS = """business company firm people person customer client buyer user team staff employee service product
    offer solution market industry work job time day week month year hour make made need want help use new good better
    best high low more less easy simple price cost money pay small large big fast quick online digital data report
    percent plan manager support quality value world country city home life way part thing number first one two"""
_GENERIC = gathered(hashed(each) for each in stems(_GENERIC_WORDS))
"""Words that offers of every kind use: sharing them says little."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The words of a service. terms: (n,) hashed, rising; counts: (n,) what each counts. phrases: the words as said."""

    service: Service
    terms: Terms
    counts: FloatArray
    phrases: tuple[tuple[str, ...], ...]


def profile_of(service: Service) -> Profile:
    """What a signal must say to speak of this service."""
    counts: dict[int, float] = {}
    phrases: list[tuple[str, ...]] = []
    for name, weight in FIELDS:
        given = getattr(service, name)
        for text in given if isinstance(given, tuple | list) else (given,):
            for each in stems(text):
                counts[hashed(each)] = max(counts.get(hashed(each), 0.0), weight)
            phrases.append(tuple(words(text)))
    terms = gathered(counts)
    found = np.array([counts[int(term)] for term in terms])
    found *= np.where(np.isin(terms, _GENERIC), GENERIC_WEIGHT, 1.0)
    return Profile(service=service, terms=terms, counts=found, phrases=tuple(phrases))


def matches(
    texts: Sequence[Terms], *, profiles: Sequence[Profile], weighing: Weighing
) -> tuple[tuple[ServiceMatch, ...], ...]:
    """The services each signal speaks of, best first. weighing: how telling words are among the signals at hand."""
    offered = gathered(int(term) for profile in profiles for term in profile.terms)
    if not len(offered):
        return tuple(() for _ in texts)
    told = table(texts, offered, weights=np.ones(len(offered)))
    asked = table([profile.terms for profile in profiles], offered, weights=np.ones(len(offered)))
    shared = (told @ asked.T).toarray()
    weights = [profile.counts * weighing.rarities(profile.terms) for profile in profiles]
    asked.data = np.concatenate([*weights, np.zeros(0)])
    scores = 1.0 - np.exp(-(told @ asked.T).toarray() / ENOUGH)
    good = (scores >= LEAST) & (shared >= LEAST_SHARED)
    return tuple(
        _best(terms, profiles=profiles, weights=weights, scores=scores[at], good=np.flatnonzero(good[at]).tolist())
        for at, terms in enumerate(texts)
    )


def _best(
    terms: Terms,
    *,
    profiles: Sequence[Profile],
    weights: Sequence[FloatArray],
    scores: FloatArray,
    good: Sequence[int],
) -> tuple[ServiceMatch, ...]:
    found = []
    for at in sorted(good, key=lambda at: (-scores[at], str(profiles[at].service.id)))[:MOST_SERVICES]:
        both = np.isin(profiles[at].terms, terms, assume_unique=True)
        said = dict(zip(profiles[at].terms[both].tolist(), weights[at][both].tolist(), strict=True))
        found.append(
            ServiceMatch(
                service_id=profiles[at].service.id,
                score=round(float(scores[at]), 4),
                words=_said(profiles[at], said),
            )
        )
    return tuple(found)


def _said(profile: Profile, shared: Mapping[int, float]) -> tuple[str, ...]:
    """The shared words as the service says them, neighbours together, the most telling first."""
    runs: dict[tuple[str, ...], float] = {}
    for phrase in profile.phrases:
        run: list[str] = []
        for word in (*phrase, ""):
            if word and word not in STOP_WORDS and hashed(stem(word)) in shared:
                run.append(word)
                continue
            if run:
                runs.setdefault(tuple(run), sum(shared[hashed(stem(each))] for each in run))
            run = []
    told: list[str] = []
    seen: set[str] = set()
    for found in sorted(runs, key=lambda each: (-runs[each], each)):
        own = {stem(word) for word in found}
        if not own <= seen:
            told.append(" ".join(found))
            seen |= own
    return tuple(told[:MOST_WORDS])
