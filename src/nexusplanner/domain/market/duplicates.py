"""Whether two texts tell the same story: most sentences of the shorter one stand in the other, with the same details.

Wire stories are copied with another headline, cut to a teaser, put in another order, given a dateline or an appeal to
subscribe. The same event at another company, with other figures or a year later often reads word for word the same, so
likeness of words cannot tell them apart: a name or figure that stands where the other text has another one decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from nexusplanner.domain.relevance import STOP_WORDS

READ = 4000
"""Characters of a text that are compared."""
SENTENCES = 40
SAME_SENTENCE = 0.6
"""The share of a sentence's words that must stand in the other one."""
ENOUGH = 0.5
"""The share of the shorter text that must stand in the other one."""
SHARED_DETAILS = 0.5
"""Of the names and figures of whichever has fewer, at least this part must stand in the other text."""
SHORT = 4
"""Sentences of fewer words stand everywhere."""

_DATELINE = re.compile(
    r"^\s*(?:[A-Z][^.!?:\n\u2014-]{0,60}?)?\s*(?:\(\w{2,12}\)\s*[-\u2013\u2014:]?|[-\u2013\u2014:])\s+(?=[\"\u201c(]?[A-Z])"
)
_PERCENT = re.compile(r"\bper cent\b|%", re.IGNORECASE)
_CUT = re.compile(r"\S{0,40}\s?(?:\u2026|\.\.\.)")
"""Where a teaser breaks off, with the word or figure that may be half of one."""
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026])[\"\u201d']?\s+|\n+|\s+[\u2013\u2014|;]\s+|;\s+")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_FIGURE = re.compile(r"\d")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBERS: Mapping[str, str] = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - plainer than a list
    )
    if number > 1
}
_CALENDAR = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday""".split()  # noqa: SIM905 - plainer than a list
)
"""Names that news of every kind shares."""
_UNITS: Mapping[str, str] = {"mln": "million", "mn": "million", "m": "million", "bn": "billion", "bln": "billion"}


@dataclass(frozen=True)
class Token:
    """A word or figure. shown: as written; told: in a form that is the same however it is written."""

    shown: str
    told: str

    @property
    def is_figure(self) -> bool:
        """Whether it is a number."""
        return bool(_FIGURE.search(self.told))

    @property
    def is_capital(self) -> bool:
        """Whether it is written like a name."""
        return self.shown[0].isupper() and self.told not in STOP_WORDS


@dataclass(frozen=True)
class Text:
    """A text made ready for comparison."""

    raw: str

    @cached_property
    def sentences(self) -> tuple[tuple[Token, ...], ...]:
        """Its sentences of enough words, datelines aside."""
        plain = unicodedata.normalize("NFKC", self.raw[:READ])
        plain = _CUT.sub(" \u2026 ", _PERCENT.sub(" percent ", _DATELINE.sub("", plain, count=1)))
        found = (tuple(_tokens(each)) for each in _SENTENCE_END.split(plain))
        return tuple(each for each in found if len(each) >= SHORT)[:SENTENCES]

    @cached_property
    def counts(self) -> tuple[Counter[str], ...]:
        """How often each sentence says each word."""
        return tuple(Counter(token.told for token in sentence) for sentence in self.sentences)

    @cached_property
    def size(self) -> int:
        """Words in its sentences."""
        return sum(len(sentence) for sentence in self.sentences)

    @cached_property
    def lower(self) -> frozenset[str]:
        """Words that stand somewhere without a capital: they are no names, at the start of a sentence either."""
        return frozenset(token.told for each in self.sentences for token in each if not token.shown[0].isupper())

    @cached_property
    def details(self) -> frozenset[str]:
        """Its figures in digits, and its names as far as they stand inside sentences; months and weekdays tell little."""
        return frozenset(
            token.told
            for sentence in self.sentences
            for at, token in enumerate(sentence)
            if _FIGURE.search(token.shown) or (at and token.is_capital and token.told not in self.lower | _CALENDAR)
        )


def _tokens(sentence: str) -> Iterator[Token]:
    before = ""
    for shown in _TOKEN.findall(sentence):
        told = shown.casefold().replace("\u2019", "'").removesuffix("'s")
        if _FIGURE.search(told):
            told = _number(told)
        elif _FIGURE.search(before) and told in _UNITS:
            told = _UNITS[told]
        before = told = _NUMBERS.get(told, told)
        yield Token(shown=shown, told=told)


def _number(text: str) -> str:
    """A figure without separators of thousands and without zeros at its end: "1,200.50" is "1200.5"."""
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text.rstrip("0").rstrip(".") if text.count(".") == 1 else text


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """shared: the part of the shorter text that stands in the other, 0 to 1. differs: whether a detail is another."""

    shared: float
    differs: bool

    @property
    def same(self) -> bool:
        """Whether both tell the same story."""
        return not self.differs and self.shared >= ENOUGH


def compare(one: Text, other: Text) -> Comparison:
    """How much of the shorter text the other one says too, and whether they disagree where they say the same."""
    short, long = sorted((one, other), key=lambda text: (text.size, text.raw))
    if not short.size:
        return Comparison(shared=float(one.raw.strip() == other.raw.strip()), differs=False)
    fewer, more = sorted((short.details, long.details), key=len)
    differs = bool(fewer) and len(fewer & more) < SHARED_DETAILS * len(fewer)
    shared, lower = 0, short.lower | long.lower
    for at, sentence in enumerate(short.sentences):
        twin = _twin(short.counts[at], len(sentence), long)
        if twin is not None:
            shared += len(sentence)
            differs = differs or _differs(sentence, long.sentences[twin], lower=lower)
    return Comparison(shared=shared / short.size, differs=differs)


def _twin(counts: Counter[str], size: int, text: Text) -> int | None:
    """The sentence of `text` that says most of these words, if it says enough of them."""
    shared = [(counts & each).total() for each in text.counts]
    best = max(range(len(shared)), key=shared.__getitem__, default=None)
    return best if best is not None and shared[best] >= SAME_SENTENCE * min(size, len(text.sentences[best])) else None


def _differs(one: Sequence[Token], other: Sequence[Token], *, lower: frozenset[str]) -> bool:
    """Whether a name or figure stands in the one where the other has another."""
    matcher = SequenceMatcher(None, [token.told for token in one], [token.told for token in other], autojunk=False)
    for tag, start, end, from_, to in matcher.get_opcodes():
        if tag != "replace":
            continue
        left, right = one[start:end], other[from_:to]
        for kind in (_figures, _names):
            mine, theirs = kind(left, lower=lower), kind(right, lower=lower)
            if mine and theirs and not mine & theirs:
                return True
    return False


def _figures(tokens: Sequence[Token], *, lower: frozenset[str]) -> frozenset[str]:
    del lower
    return frozenset(token.told for token in tokens if token.is_figure)


def _names(tokens: Sequence[Token], *, lower: frozenset[str]) -> frozenset[str]:
    return frozenset(token.told for token in tokens if token.is_capital and token.told not in lower)
