"""What the passages of a context say about the market: topics, stances and how strongly sources carry something."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nexusplanner.application.agents.checking.wording import commands
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import Passage, freshness
from nexusplanner.domain.relevance import STOP_WORDS, cosine, stem, terms, tfidf, words
from nexusplanner.infrastructure.rules.text import cleaned, plain, quotable

ALIKE = 0.16
"""Average tf-idf cosine above which two groups of signals speak of the same thing."""

AGREEING = 0.5

_RIVAL = frozenset(
    {stem(word) for word in ("competitor", "rival", "competition", "undercut", "challenger", "acquisition")}
)
_DUTY = frozenset(
    stem(word)
    for word in (
        "must",
        "law",
        "rule",
        "regulation",
        "regulator",
        "obligation",
        "obliged",
        "mandatory",
        "fine",
        "inspection",
    )
)
_SPOKEN = {
    "competitor": "the competition",
    "competitors": "the competition",
    "competition": "the competition",
    "regulation": "the new rules",
    "economy": "the economy",
    "weather": "the weather",
    "pricing": "prices",
    "market": "the market",
    "law": "the new law",
    "season": "the season",
    "search demand": "what people search for",
    "switching": "switching",
    "trust": "what buyers trust",
    "proof": "what buyers trust",
    "trends": "what people look for",
    "community": "what people talk about",
}
_MEDIA = frozenset(
    {"media", "media prices", "advertising", "advertising prices", "channels", "media costs", "ad prices"}
)
"""Topics that concern how attention is bought, not what is said."""

_DULL = frozenset(
    """new market people company companies customers customer business service year years month months week weeks day
    report reports says said survey study percent one two three first second more most many month quarter rise rises
    rising fall falls falling grow grows growing growth among average""".split()  # noqa: SIM905
)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A sentence worth repeating and where it stands."""

    passage: Passage
    text: str


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Signals that speak of the same thing. topic: in words that fit into a sentence."""

    topic: str
    quotes: tuple[Quote, ...]

    @property
    def impact(self) -> float:
        """Average impact of the signals, -1 to 1."""
        return sum(quote.passage.impact for quote in self.quotes) / len(self.quotes)

    @property
    def agreement(self) -> float:
        """1 when every source points the same way, 0 when they cancel out."""
        weight = sum(abs(quote.passage.impact) for quote in self.quotes)
        return abs(sum(quote.passage.impact for quote in self.quotes)) / weight if weight else 1.0

    @property
    def origins(self) -> int:
        """How many different sources there are."""
        return len({quote.passage.origin for quote in self.quotes})


def sides(cluster: Cluster) -> tuple[Cluster, ...]:
    """The cluster itself, or its good news and its bad news apart when they cancel each other out."""
    if cluster.agreement >= AGREEING:
        return (cluster,)
    good = tuple(quote for quote in cluster.quotes if quote.passage.impact > 0)
    bad = tuple(quote for quote in cluster.quotes if quote.passage.impact < 0)
    return tuple(Cluster(topic=cluster.topic, quotes=side) for side in (good, bad) if side)


def query_of(context: BriefContext) -> str:
    """The words a brief is about."""
    brief, service = context.brief, context.service
    return " ".join(
        (
            *(brief.theme, brief.target_audience, *brief.key_objectives),
            *(service.name, service.category, service.description, service.target_audience),
        )
    )


def about(context: BriefContext, text: str) -> int:
    """How many of the brief's and the offer's words a text has in common with them; the brand's name does not count."""
    offer = f"{query_of(context)} {' '.join(context.service.benefits)}"
    return len((set(terms(offer)) - set(terms(context.brand.name))) & set(terms(text)))


def clusters(context: BriefContext, passages: Sequence[Passage]) -> tuple[Cluster, ...]:
    """The quotable passages grouped by what they speak of, the best supported group first.

    Average-linkage agglomeration on the tf-idf cosine of titles, topics and quotes; topics count twice.
    """
    query = query_of(context)
    quotes = [Quote(passage=one, text=text) for one in passages if (text := quotable(one, query=query))]
    quotes.sort(key=lambda quote: (quote.text, quote.passage.origin))
    vectors = tfidf(
        [*terms(f"{quote.passage.title} {quote.text}"), *2 * terms(" ".join(quote.passage.topics))] for quote in quotes
    )
    near = [[cosine(one, other) for other in vectors] for one in vectors]
    groups = [[index] for index in range(len(quotes))]
    while len(groups) > 1:
        score, left, right = max(
            (sum(near[i][j] for i in one for j in other) / (len(one) * len(other)), -a, -b)
            for a, one in enumerate(groups)
            for b, other in enumerate(groups)
            if a < b
        )
        if score < ALIKE:
            break
        groups[-left] = sorted(groups[-left] + groups.pop(-right))
    found = [_cluster([quotes[index] for index in group], query=query) for group in groups]
    at = context.brief.start_date
    return tuple(sorted(found, key=lambda one: (-strength(one, at=at), one.topic, one.quotes[0].text)))


def _cluster(quotes: Sequence[Quote], *, query: str) -> Cluster:
    ordered = sorted(quotes, key=lambda quote: (-abs(quote.passage.impact), quote.text))
    return Cluster(topic=topic_of([quote.passage for quote in ordered], query=query), quotes=tuple(ordered))


def topic_of(passages: Sequence[Passage], *, query: str) -> str:
    """What passages have in common: their most frequent topic, closest to the query, else a telling word."""
    topics = Counter(
        name
        for passage in passages
        for topic in passage.topics
        if (name := _topic_name(topic)) and plain(topic) and not commands(topic)
    )
    if topics:
        asked = set(terms(query))
        return min(topics, key=lambda name: (-topics[name], -len(asked & set(terms(name))), -len(name.split()), name))
    counted = Counter(
        word
        for passage in passages
        for word in words(passage.title)
        if word.isalpha() and len(word) > 3 and word not in STOP_WORDS and word not in _DULL and plain(word)
    )
    return min(counted, key=lambda word: (-counted[word], word)) if counted else "the market"


def _topic_name(topic: str) -> str:
    name = cleaned(topic.replace("_", " "), longest=32)
    if not name or not all(word.replace("-", "").isalpha() for word in name.split()):
        return ""
    lower = name if name.isupper() else name.lower()
    return _SPOKEN.get(lower, f"the {lower}" if lower.endswith(" market") else lower)


def strength(cluster: Cluster, *, at: date) -> float:
    """0 to 1: how many sources, how fresh they are as seen from the brief's first day, and whether they agree."""
    number = 1.0 - math.pow(0.5, 0.5 * len(cluster.quotes) + 0.5 * cluster.origins)
    fresh = sum(freshness(quote.passage.on, at=at) for quote in cluster.quotes) / len(cluster.quotes)
    weight = 0.6 + 0.4 * min(1.0, 2 * abs(cluster.impact))
    return round(number * (0.35 + 0.65 * fresh) * (0.5 + 0.5 * cluster.agreement) * weight, 3)


def obliges(text: str) -> bool:
    """Whether the text speaks of a duty."""
    return bool(_DUTY & set(terms(text)))


def stance(passages: Sequence[Passage]) -> str:
    """What signals are to the brand: "rival", "duty", "worry", "tailwind", "neutral", or "media" when about buying it."""
    named = [topic.lower() for passage in passages for topic in passage.topics]
    if sum(topic in _MEDIA for topic in named) * 2 > len(named) > 0:
        return "media"
    text = " ".join(f"{passage.title} {' '.join(passage.topics)}" for passage in passages)
    impact = sum(passage.impact for passage in passages) / len(passages)
    if _RIVAL & set(terms(text)):
        return "rival"
    named_too = {
        word for passage in passages for word in _DUTY & set(terms(f"{passage.text} {' '.join(passage.topics)}"))
    }
    if len(named_too) > 1 and any(obliges(passage.text) for passage in passages):
        return "duty"
    if topic_of(passages, query="").startswith("what "):
        return "neutral"
    return "worry" if impact < -0.1 else "tailwind" if impact > 0.1 else "neutral"
