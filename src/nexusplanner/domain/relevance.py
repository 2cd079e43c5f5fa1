"""How much texts have in common: words and tf-idf cosine, in plain Python for small collections."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

_STOP = """a about above after again all also an and any are as at be because been before being below between both but by
can could did do does doing down during each few for from further had has have having he her here hers him his how i if
in into is it its itself just me more most my no nor not now of off on once only or other our ours out over own per same
she should so some such than that the their theirs them then there these they this those through to too under until up
very was we were what when where which while who whom why will with would you your yours"""
STOP_WORDS = frozenset(_STOP.split())

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)?")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""))


def words(text: str) -> list[str]:
    """Lower-case words of `text` without accents."""
    if text.isascii():
        return _WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.lower())
    return _WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))


def stem(word: str) -> str:
    """The word without a common English ending, so that "prices" meets "price"."""
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + put
    return word


def terms(text: str) -> list[str]:
    """Stemmed words that carry meaning."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS and len(word) > 1]


def tfidf(documents: Iterable[Sequence[str]]) -> list[dict[str, float]]:
    """Unit vectors of the documents' terms; inverse document frequency is smoothed, so shared terms still count."""
    counts = [Counter(document) for document in documents]
    holding = Counter(term for count in counts for term in count)
    vectors = []
    for count in counts:
        raw = {term: n * (math.log((1 + len(counts)) / (1 + holding[term])) + 1) for term, n in sorted(count.items())}
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        vectors.append({term: value / norm for term, value in raw.items()})
    return vectors


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Cosine of two unit vectors, 0 to 1."""
    return sum(value * other[term] for term, value in one.items() if term in other)


def similarities(texts: Sequence[str]) -> list[list[float]]:
    """The tf-idf cosine of each text with each other one."""
    vectors = tfidf(terms(text) for text in texts)
    return [[cosine(one, other) for other in vectors] for one in vectors]


def most_alike(texts: Sequence[str]) -> float:
    """The highest tf-idf cosine between two of the texts; 0 for fewer than two."""
    table = similarities(texts)
    return max((table[i][j] for i in range(len(texts)) for j in range(i)), default=0.0)
