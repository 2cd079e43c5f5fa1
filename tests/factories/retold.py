"""News made from a seed: stories that several sources tell in their own way, and others that only look like them.

Names, figures and orders differ with the seed, so that what tells stories apart cannot have been fitted to them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID, uuid5

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SOURCES = tuple(
    f"{name} {kind}" for name in ("North", "Harbour", "Old Town", "Valley") for kind in ("Post", "Wire", "Review")
)
_SPACE = UUID("6f1f6d2e-6f0c-4a39-9d4b-3a2c8f7f4a10")
_FIRST = "Bra Cor Del Fan Gor Hel Jun Kar Lum Mer Nor Pol Quin Ras Sol Tor Ven Wil Zan".split()  # noqa: SIM905 - plainer
_LAST = "vane dex tia mark lund ford well ston mere ley rick bury dale wick".split()  # noqa: SIM905 - plainer
_TEMPLATES: tuple[tuple[str, ...], ...] = (
    (
        "{who} has raised the price of its standard tariff by {n} percent for new customers.",
        "Existing contracts stay as they are until {month}, a spokeswoman in {place} said on Tuesday.",
        "The supplier has about {m} customers and blames higher network charges for the increase.",
        "Consumer groups advise people to compare offers before they sign.",
        "Two smaller suppliers had announced similar steps in the weeks before.",
    ),
    (
        "A fire has destroyed a warehouse of {who} on the edge of {place}.",
        "Nobody was hurt; the damage is put at {n} million euros.",
        "{who} stores spare parts there for {m} dealers, many of whom now wait for deliveries.",
        "The cause is unknown, and the police have begun an investigation.",
        "Deliveries are to be rerouted through another site from {month}.",
    ),
    (
        "{who} will open {n} new clinics for dental care by {month}, the first of them in {place}.",
        "The chain treats around {m} patients a year and wants to double that number.",
        "Dentists will be employed rather than self-employed, which critics see as a risk to independence.",
        "An investor from abroad has put in fresh capital for the expansion.",
    ),
    (
        "The city council of {place} has voted for a charge on parking at shopping centres from {month}.",
        "Drivers will pay {n} euros a day, which is expected to bring in {m} thousand euros a month.",
        "Retailers led by {who} warned that customers would drive to other towns.",
        "Supporters say that the money is needed for buses and cycle lanes.",
    ),
    (
        "Tests by a consumer institute found traces of solvents in {n} of {m} children's shoes.",
        "{who} recalled two of its models at once and offered parents a refund.",
        "The institute in {place} bought all shoes in ordinary shops and on online marketplaces.",
        "Retailers may go on selling the other models until {month}.",
        "A stricter limit is being discussed but has not been decided.",
    ),
    (
        "Wages at {who} will rise by {n} percent in {month} under a deal reached after {m} hours of talks.",
        "The union had called out workers in {place} three times since the new year.",
        "Trains and buses are expected to run normally again from Monday.",
        "Members still have to agree to the deal in a ballot.",
    ),
)
_OTHER_WORDS = (
    ("about", "around"), ("said", "told reporters"), ("wants to", "plans to"), ("expected", "likely"),
    ("has begun", "has started"), ("had announced", "announced"), ("warned", "cautioned"), ("offered", "promised"),
)  # fmt: skip
_MONTHS = ("April", "May", "June", "September", "October")
_ENDINGS = (
    "Sign up to our morning letter.",
    "Additional reporting by our correspondents.",
    "More on this story follows.",
)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One report. story: the same for all that tell the same story, and for no others."""

    source: str
    title: str
    content: str
    published: datetime
    story: int
    id: UUID = _SPACE


def retold(seed: int, *, stories: int = 20, singles: int = 120) -> tuple[Piece, ...]:
    """Stories told by two to four sources, a lookalike of each that differs in one detail alone, and single reports."""
    chance = random.Random(seed)
    found = [*_stories(chance, count=stories), *_singles(chance, count=singles)]
    named = [replace(piece, id=uuid5(_SPACE, f"{seed}/{at}")) for at, piece in enumerate(found)]
    return tuple(sorted(named, key=lambda piece: (piece.published, piece.id)))


def _stories(chance: random.Random, *, count: int) -> Iterator[Piece]:
    for number in range(count):
        template, fills = _TEMPLATES[number % len(_TEMPLATES)], _fills(chance)
        day = START + timedelta(days=chance.uniform(0, 40))
        for at, source in enumerate(chance.sample(SOURCES, chance.randint(2, 4))):
            yield Piece(
                source=source,
                title=_title(chance, fills),
                content=_told(chance, template, fills, as_it_is=at == 0),
                published=day + timedelta(hours=at * chance.uniform(0.2, 9)),
                story=number,
            )
        other = _with_another_detail(chance, template, fills)
        yield Piece(
            source=chance.choice(SOURCES),
            title=_title(chance, other),
            content=" ".join(template).format(**other),
            published=day + timedelta(hours=chance.uniform(-60, 60)),
            story=500 + number,
        )


def _singles(chance: random.Random, *, count: int) -> Iterator[Piece]:
    for number in range(count):
        fills = _fills(chance)
        sentences = (chance.choice(chance.choice(_TEMPLATES)), *chance.sample(chance.choice(_TEMPLATES), 3))
        yield Piece(
            source=chance.choice(SOURCES),
            title=_title(chance, fills),
            content=" ".join(dict.fromkeys(sentences)).format(**fills),
            published=START + timedelta(days=chance.uniform(0, 40)),
            story=1000 + number,
        )


def same_pairs(pieces: Iterable[Piece], *, by: Mapping[UUID, object] | None = None) -> frozenset[frozenset[UUID]]:
    """The ids of every two pieces that tell the same story, as it is or as `by` says."""
    group = by or {piece.id: piece.story for piece in pieces}
    return frozenset(
        frozenset((one.id, other.id)) for one, other in combinations(pieces, 2) if group[one.id] == group[other.id]
    )


def f1(found: frozenset[frozenset[UUID]], true: frozenset[frozenset[UUID]]) -> float:
    """Harmonic mean of precision and recall over pairs."""
    return 2 * len(found & true) / (len(found) + len(true))


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)}{chance.choice(_LAST)}"


def _fills(chance: random.Random) -> dict[str, str]:
    return {
        "who": _name(chance),
        "place": _name(chance),
        "n": str(chance.randint(3, 97)),
        "m": f"{chance.randint(1, 48)},{chance.randint(100, 999)}",
        "month": chance.choice(_MONTHS),
    }


def _with_another_detail(chance: random.Random, template: Sequence[str], fills: Mapping[str, str]) -> dict[str, str]:
    """The same but for one name or figure of the first sentence, which every teaser tells."""
    name = chance.choice([name for name in ("who", "place", "n", "m") if f"{{{name}}}" in template[0]])
    other = dict(fills)
    while other[name] == fills[name]:
        other[name] = _fills(chance)[name]
    return other


def _title(chance: random.Random, fills: Mapping[str, str]) -> str:
    return chance.choice(
        ("{who}: what is known so far", "News from {place}", "{who} in the news again", "What changes in {month}")
    ).format(**fills)


def _told(chance: random.Random, template: Sequence[str], fills: Mapping[str, str], *, as_it_is: bool) -> str:
    sentences = [sentence.format(**fills) for sentence in template]
    if as_it_is:
        return " ".join(sentences)
    ways = chance.sample(("reworded", "cut", "mixed", "framed", "typeset"), 2)
    if "mixed" in ways:
        sentences = [sentences[0], *chance.sample(sentences[1:], len(sentences) - 1)]
    if "cut" in ways:
        sentences = sentences[: max(2, len(sentences) - 2)]
        sentences[-1] = f"{sentences[-1][: chance.randint(30, 60)].rstrip()} \u2026"
    text = " ".join(sentences)
    if "reworded" in ways:
        for one, other in _OTHER_WORDS:
            text = text.replace(one, other)
    if "typeset" in ways:
        text = text.replace(" percent", "\u00a0%").replace(" euros", " EUR")
    if "framed" in ways:
        text = f"{_name(chance).upper()} (wire) - {text} {chance.choice(_ENDINGS)}"
    return text
