"""Finds the workspace's own names in a question: campaigns, services, segments, brands and channels."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property, lru_cache
from uuid import UUID

from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import BrandRow, CampaignRow, SegmentRow, ServiceRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.reference import ReferenceData

_TOKEN = re.compile(r"[^\W_]+|%")
_SHORT_FORMS = (
    (re.compile(r"\b(what|who|where|how|when|that|there|it|he|she)'s\b"), r"\1 is"),
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\b(could|would|should|do|does|did|is|are|was|have|has)n't\b"), r"\1 not"),
    (re.compile(r"'(?:re|ve|ll|d|m|s)\b"), ""),
)
STOP = frozenset({
        "a", "an", "and", "are", "at", "be", "but", "by", "can", "do", "does", "for", "from", "has", "have", "how",
        "i", "if", "in", "into", "is", "it", "its", "me", "my", "of", "off", "on", "or", "our", "out", "so", "than",
        "that", "the", "their", "them", "there", "they", "this", "to", "up", "us", "was", "we", "what", "when",
        "where", "which", "who", "why", "will", "with", "would", "you", "your",
})  # fmt: skip
COMMON = frozenset({
        "active", "approved", "april", "august", "autumn", "best", "better", "brand", "brands", "budget", "buyer",
        "buyers", "campaign", "campaigns", "careful", "channel", "channels", "completed", "content", "cost",
        "costs", "customers", "data", "december", "draft", "drafts", "evidence", "february", "firms", "first",
        "forecast", "friday", "gift", "good", "great", "group", "growing", "high", "higher", "home", "idea",
        "ideas", "insight", "insights", "january", "july", "june", "last", "lead", "leads", "least", "less", "low",
        "lower", "march", "market", "model", "monday", "money", "month", "more", "most", "new", "news", "next",
        "november", "now", "october", "offices", "outcome", "people", "plan", "plans", "price", "prices", "quarter",
        "quiet", "ready", "result", "results", "right", "running", "saturday", "scenario", "scenarios", "second",
        "segment", "segments", "september", "service", "services", "signal", "signals", "spend", "spent", "spring",
        "start", "summer", "sunday", "team", "teams", "test", "third", "thursday", "time", "tuesday", "wednesday",
        "week", "winter", "words", "work", "works", "worst", "year",
})  # fmt: skip
"""Words that mean a name of several words only beside another word of it, or beside "campaign"."""
ALIKE = 0.86
ENOUGH = 0.6
SHORTEST_ALIAS = 3
KNOWN_SHORT = frozenset({"tv", "fb", "ig"})


class NameKind(StrEnum):
    """What a name belongs to."""

    CAMPAIGN = "campaign"
    SERVICE = "service"
    SEGMENT = "segment"
    BRAND = "brand"
    CHANNEL = "channel"


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name of something. key: its id, or the channel's key."""

    kind: NameKind
    key: str
    label: str

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its words."""
        return tokens(self.label)


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name found in a question, from word `start` up to `end`. share: how much of the name was said."""

    name: Name
    start: int
    end: int
    share: float = 1.0


def plain(text: str) -> str:
    """Lower case without accents; short forms written out."""
    folded = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).casefold()
    bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    for pattern, written in _SHORT_FORMS:
        bare = pattern.sub(written, bare)
    return bare


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, as they are compared."""
    return tuple(_TOKEN.findall(plain(text)))


def alike(first: str, second: str) -> bool:
    """Whether two words are the same but for a plural or a typing error."""
    if first == second:
        return True
    longer, shorter = (first, second) if len(first) > len(second) else (second, first)
    if longer == f"{shorter}s" and len(shorter) > 2:
        return True
    if len(shorter) < 5 or longer[0] != shorter[0] or len(longer) - len(shorter) > 2:
        return False
    return _similar(first, second)


@lru_cache(maxsize=2**14)
def _similar(first: str, second: str) -> bool:
    return SequenceMatcher(None, first, second).ratio() >= ALIKE


def best_match(words: Sequence[str], names: Sequence[Name]) -> Mention | None:
    """The name that most of is said in `words`, if one stands out."""
    found = _partial(words, names, taken=set(), campaign="campaign" in words)
    whole = [mention for name in names for mention in _whole(words, name)]
    return max(whole, key=lambda each: each.end - each.start, default=None) or (found[0] if found else None)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Everything the workspace has a name for, as far as an assistant looks: the most recent campaigns first."""

    campaigns: tuple[CampaignRow, ...]
    services: tuple[ServiceRow, ...]
    segments: tuple[SegmentRow, ...]
    brands: tuple[BrandRow, ...]
    channels: tuple[Name, ...]

    @cached_property
    def all(self) -> tuple[Name, ...]:
        """All names, the longest first."""
        kinds: tuple[tuple[NameKind, Iterable[CampaignRow | ServiceRow | SegmentRow | BrandRow]], ...] = (
            (NameKind.CAMPAIGN, self.campaigns),
            (NameKind.SERVICE, self.services),
            (NameKind.SEGMENT, self.segments),
            (NameKind.BRAND, self.brands),
        )
        made = [Name(kind=kind, key=str(row.id), label=row.name) for kind, rows in kinds for row in rows]
        return tuple(sorted((*made, *self.channels), key=lambda name: -len(name.tokens)))

    def mentions(self, words: Sequence[str]) -> tuple[Mention, ...]:
        """The names in a question, none inside another, in the order they are said."""
        found: list[Mention] = []
        taken: set[int] = set()
        whole = [mention for name in self.all for mention in _whole(words, name)]
        whole = [mention for mention in whole if not _is_verb(words, mention)]
        for mention in sorted(whole, key=lambda each: (each.start - each.end, each.name.kind is NameKind.CHANNEL)):
            span = set(range(mention.start, mention.end))
            if not span & taken:
                found.append(mention)
                taken |= span
        campaign = "campaign" in words or "plan" in words
        for kind in (NameKind.CAMPAIGN, NameKind.SERVICE, NameKind.SEGMENT):
            if any(each.name.kind is kind for each in found):
                continue
            names = [name for name in self.all if name.kind is kind]
            for mention in _partial(words, names, taken=taken, campaign=campaign):
                found.append(mention)
                taken |= set(range(mention.start, mention.end))
        return tuple(sorted(found, key=lambda each: each.start))

    def campaign(self, key: str | UUID) -> CampaignRow | None:
        """The campaign with this id."""
        return next((row for row in self.campaigns if str(row.id) == str(key)), None)


def _is_verb(words: Sequence[str], mention: Mention) -> bool:
    """Whether "search" is something to do here: it begins a request and something follows it."""
    said = words[mention.start : mention.end] == ("search",) and mention.name.kind is NameKind.CHANNEL
    first = mention.start == 0 or words[mention.start - 1] in {"please", "you", "to", "and"}
    return said and first and words[mention.end : mention.end + 1] in {("for",), ("the",), ("our",), ("signals",)}


def _whole(words: Sequence[str], name: Name) -> list[Mention]:
    size = len(name.tokens)
    if not size or (size == 1 and len(name.tokens[0]) < 2):
        return []
    return [
        Mention(name=name, start=at, end=at + size)
        for at in range(len(words) - size + 1)
        if all(alike(words[at + place], part) for place, part in enumerate(name.tokens))
    ]


def _partial(words: Sequence[str], names: Sequence[Name], *, taken: set[int], campaign: bool) -> list[Mention]:
    """The one name of which enough is said, when no other is as good."""
    rarity = Counter(token for name in names for token in {*name.tokens} - STOP)
    free: dict[str, int] = {}
    for position, word in enumerate(words):
        if position not in taken:
            free.setdefault(word, position)
    scored: list[Mention] = []
    for name in names:
        wanted = [token for token in dict.fromkeys(name.tokens) if token not in STOP]
        places = {token: next((at for word, at in free.items() if alike(word, token)), None) for token in wanted}
        hit = [token for token in wanted if places[token] is not None]
        if not hit:
            continue
        weight = sum(1 / rarity[token] for token in hit) / sum(1 / rarity[token] for token in wanted)
        telling = [token for token in hit if rarity[token] == 1 and len(token) > 4]
        rare = [token for token in telling if token not in COMMON or campaign]
        if (weight >= ENOUGH and (len(hit) > 1 or rare)) or rare:
            at = [place for token in hit if (place := places[token]) is not None]
            start, end = (min(at), max(at) + 1) if max(at) - min(at) < 2 * len(at) else (at[0], at[0] + 1)
            scored.append(Mention(name=name, start=start, end=end, share=weight))
    scored.sort(key=lambda each: -each.share)
    alone = len(scored) == 1 or (len(scored) > 1 and scored[0].share > scored[1].share)
    return scored[:1] if alone else []


def channel_names(reference: ReferenceData) -> tuple[Name, ...]:
    """Every word for a channel."""
    made: dict[tuple[str, ...], Name] = {}
    for channel in reference.channels:
        for label in (channel.name, channel.key.replace("_", " "), *channel.aliases):
            if len(label) >= SHORTEST_ALIAS or label in KNOWN_SHORT:
                name = Name(kind=NameKind.CHANNEL, key=channel.key, label=label)
                made.setdefault(name.tokens, name)
    return tuple(made.values())


async def load_names(uow: UnitOfWork, *, reference: ReferenceData) -> Names:
    """The names of the actor's workspace."""
    return Names(
        campaigns=(await uow.read.campaigns.page(limit=PAGE_SIZE_MAX)).items,
        services=(await uow.read.catalog.services(limit=PAGE_SIZE_MAX)).items,
        segments=await uow.read.customers.segments(),
        brands=(await uow.read.catalog.brands(limit=PAGE_SIZE_MAX)).items,
        channels=channel_names(reference),
    )
