"""300 pieces of news from ten sources, 60 of which tell 20 stories again and again in other words.

Copies differ as they do in life: another headline, another agency's first line, a teaser that breaks off, sentences in
another order, boilerplate around them, other quotation marks and spaces. Beside them stand pieces that only look like
copies: the same event at another company with other figures, and last year's edition of news that comes every year.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from tests.factories.news_kinds import COMPANIES, KINDS, MONTHS, PLACES
from tests.factories.news_stories import STORIES, Story

SEED = 20261001
DOCUMENTS = 300
START = datetime(2026, 10, 1, 6, tzinfo=UTC)
DAYS = 40
SOURCES: tuple[str, ...] = (
    "Market Herald",
    "Business Wire North",
    "Handelskurier",
    "The Daily Ledger",
    "Agentur Nord",
    "Trade Weekly",
    "Consumer Today",
    "Der Marktbote",
    "Retail Observer",
    "Morning Brief",
)
AGENCIES = ("BERLIN (an)", "FRANKFURT, Germany -", "(bwn) -", "Brussels, Business Wire North:")
BOILERPLATE = (
    "Read more on our website. Subscribe to our newsletter and never miss a story.",
    "This article was produced with material from news agencies. All rights reserved.",
    "Listen to this article (3 min). Share it with your friends and colleagues.",
)
SIZES = (2,) * 6 + (3,) * 8 + (4,) * 6
"""Pieces per story: 60 in all."""


@dataclass(frozen=True, kw_only=True)
class NewsPiece:
    """One piece. story: the same for all that tell the same story, and for no others. published: UTC."""

    key: str
    source: str
    title: str
    content: str
    published: datetime
    story: int

    @property
    def url(self) -> str:
        """Where it can be read."""
        return f"https://{self.source.lower().replace(' ', '-')}.example/{self.key}"


def news_corpus() -> tuple[NewsPiece, ...]:
    """The same 300 pieces every time, oldest first."""
    chance = random.Random(SEED)
    pieces = [*_retold(chance), *_lookalikes(chance)]
    pieces += _singles(chance, count=DOCUMENTS - len(pieces))
    pieces.sort(key=lambda piece: (piece.published, piece.story, piece.source))
    return tuple(replace(piece, key=f"n{number:03}") for number, piece in enumerate(pieces))


def same_story(pieces: Iterable[NewsPiece]) -> frozenset[frozenset[str]]:
    """The keys of every two pieces that tell the same story."""
    return frozenset(
        frozenset((one.key, other.key)) for one, other in combinations(pieces, 2) if one.story == other.story
    )


Rewording = Callable[[random.Random, Sequence[str]], str]


def _as_it_is(_: random.Random, sentences: Sequence[str]) -> str:
    return " ".join(sentences)


def _by_an_agency(chance: random.Random, sentences: Sequence[str]) -> str:
    return f"{chance.choice(AGENCIES)} {' '.join(sentences[:-1])}"


def _as_a_teaser(chance: random.Random, sentences: Sequence[str]) -> str:
    text = " ".join(sentences[:3])
    return f"{text[: chance.randint(int(len(text) * 0.75), len(text) - 8)].rstrip()} …"


def _reordered(chance: random.Random, sentences: Sequence[str]) -> str:
    rest = list(sentences[1:])
    chance.shuffle(rest)
    return " ".join((sentences[0], *rest))


def _with_boilerplate(chance: random.Random, sentences: Sequence[str]) -> str:
    return f"{' '.join(sentences)} {chance.choice(BOILERPLATE)}"


def _typeset(_: random.Random, sentences: Sequence[str]) -> str:
    """Typographic quotes, long dashes and fixed spaces, and "per cent" for "percent"."""
    text = " ".join(sentences).replace(" percent", "\u00a0per cent").replace("; ", " \u2013 ").replace("'s", "\u2019s")
    for mark in ("\u201c", "\u201d"):
        text = text.replace('"', mark, 1)
    return text


REWORDINGS: tuple[Rewording, ...] = (_by_an_agency, _as_a_teaser, _reordered, _with_boilerplate, _typeset)


def _retold(chance: random.Random) -> list[NewsPiece]:
    pieces: list[NewsPiece] = []
    for number, (story, size) in enumerate(zip(STORIES, SIZES, strict=True)):
        first = START + timedelta(days=1 + number * 1.9, minutes=chance.randint(0, 600))
        sources = chance.sample(SOURCES, size)
        titles = [*chance.sample(story.titles, min(size, len(story.titles))), story.titles[0]]
        rewordings = (_as_it_is, *chance.sample(REWORDINGS, size - 1))
        sentences = _filled(story, story.fills)
        for index, (source, reword) in enumerate(zip(sources, rewordings, strict=True)):
            pieces.append(
                NewsPiece(
                    key="",
                    source=source,
                    title=titles[index % len(titles)].format(**story.fills),
                    content=reword(chance, sentences),
                    published=first + timedelta(minutes=index * chance.randint(20, 480)),
                    story=number,
                )
            )
    return pieces


def _lookalikes(chance: random.Random) -> list[NewsPiece]:
    """The same event elsewhere in the same weeks, and last year's edition, all word for word but names and figures."""
    pieces: list[NewsPiece] = []
    for number, story in enumerate(STORIES):
        when = START + timedelta(days=1 + number * 1.9, hours=chance.randint(-20, 60))
        pieces.append(_one(chance, story, story.other, when=when, number=1000 + number))
        if story.last_year:
            pieces.append(_one(chance, story, story.last_year, when=when - timedelta(days=365), number=2000 + number))
    return pieces


def _one(chance: random.Random, story: Story, fills: Mapping[str, str], *, when: datetime, number: int) -> NewsPiece:
    return NewsPiece(
        key="",
        source=chance.choice(SOURCES),
        title=story.titles[0].format(**fills),
        content=" ".join(_filled(story, fills)),
        published=when,
        story=number,
    )


def _singles(chance: random.Random, *, count: int) -> list[NewsPiece]:
    """News of some kinds, each about another company: kinds share sentences, as they do in life."""
    pieces = []
    for index in range(count):
        titles, *slots = KINDS[index % len(KINDS)]
        fills = {
            "who": COMPANIES[(index * 7 + index // len(COMPANIES)) % len(COMPANIES)],
            "place": chance.choice(PLACES),
            "n": str(chance.randint(2, 900)),
            "m": str(chance.randint(2, 90) * 50),
            "k": str(chance.randint(2, 40)),
            "month": chance.choice(MONTHS),
        }
        body = [chance.choice(slot) for slot in slots]
        more = [sentence for slot in slots[1:] for sentence in slot if sentence not in body]
        body += chance.sample(more, 1)
        pieces.append(
            NewsPiece(
                key="",
                source=chance.choice(SOURCES),
                title=chance.choice(titles).format(**fills),
                content=" ".join(sentence.format(**fills) for sentence in body),
                published=START + timedelta(days=chance.uniform(0, DAYS)),
                story=3000 + index,
            )
        )
    return pieces


def _filled(story: Story, fills: Mapping[str, str]) -> list[str]:
    return [sentence.format(**fills) for sentence in story.sentences]
