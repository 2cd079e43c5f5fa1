"""Words reduced to their stems, so that "insuring" meets "insured" and "insurance".

Source: Porter 1980, "An algorithm for suffix stripping", Program 14(3), with the author's later departures (bli, logi).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nexusplanner.domain.relevance import STOP_WORDS, words

_VOWELS = "aeiou"
_STEP_2: Mapping[str, str] = {
    "ational": "ate",
    "tional": "tion",
    "enci": "ence",
    "anci": "ance",
    "izer": "ize",
    "bli": "ble",
    "alli": "al",
    "entli": "ent",
    "eli": "e",
    "ousli": "ous",
    "ization": "ize",
    "ation": "ate",
    "ator": "ate",
    "alism": "al",
    "iveness": "ive",
    "fulness": "ful",
    "ousness": "ous",
    "aliti": "al",
    "iviti": "ive",
    "biliti": "ble",
    "logi": "log",
}
_STEP_3: Mapping[str, str] = {
    "icate": "ic",
    "ative": "",
    "alize": "al",
    "iciti": "ic",
    "ical": "ic",
    "ful": "",
    "ness": "",
}
_ENDINGS_4 = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
_STEP_4: Mapping[str, str] = dict.fromkeys(_ENDINGS_4.split(), "")


def stems(text: str) -> list[str]:
    """Stems of the words of `text` that carry meaning, in order. A possessive ending is left out."""
    return [found for word in words(text) if (found := _telling(word))]


@lru_cache(maxsize=50_000)
def _telling(word: str) -> str:
    """The stem of a word, nothing of one that carries no meaning."""
    bare = word.replace("\u2019", "'").partition("'")[0]
    return "" if word in STOP_WORDS or len(bare) < 2 else stem(bare)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a lower-case English word; words with digits or other letters stay as they are."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    word = _past_and_present(_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = f"{word[:-1]}i"
    word = _replaced(word, _STEP_2, more_than=0)
    word = _replaced(word, _STEP_3, more_than=0)
    word = _replaced(word, _STEP_4, more_than=1)
    return _tidied(word)


def _is_consonant(word: str, at: int) -> bool:
    if word[at] == "y":
        return at == 0 or not _is_consonant(word, at - 1)
    return word[at] not in _VOWELS


def _shape(word: str) -> str:
    return "".join("c" if _is_consonant(word, at) else "v" for at in range(len(word)))


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _shape(word)


def _is_doubled(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _is_consonant(word, len(word) - 1)


def _is_short(word: str) -> bool:
    """Whether it ends like "hop": consonant, vowel, consonant other than w, x and y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past_and_present(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word and _has_vowel(rest):
            return _completed(rest)
    return word


def _completed(word: str) -> str:
    """The word after "ed" or "ing" is gone: "conflat" becomes "conflate", "hopp" becomes "hop"."""
    if word.endswith(("at", "bl", "iz")) or (_measure(word) == 1 and _is_short(word)):
        return f"{word}e"
    return word[:-1] if _is_doubled(word) and word[-1] not in "lsz" else word


def _replaced(word: str, table: Mapping[str, str], *, more_than: int) -> str:
    """The word with its longest ending of `table` exchanged, if enough stands before it."""
    ending = max((each for each in table if word.endswith(each)), key=len, default="")
    rest = word.removesuffix(ending)
    if not ending or _measure(rest) <= more_than or (ending == "ion" and not rest.endswith(("s", "t"))):
        return word
    return rest + table[ending]


def _tidied(word: str) -> str:
    rest = word.removesuffix("e")
    if rest != word and (_measure(rest) > 1 or (_measure(rest) == 1 and not _is_short(rest))):
        word = rest
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
