"""What a text shows to the eye: hidden characters go, and letters are told by their looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from nexusplanner.domain.relevance import words

CONTROL = "\x00"
"""Stands in the place of every control character."""

MOST_MARKS = 2
"""Accents on one letter; more are there to hide something."""

_HIDDEN = frozenset({"Cf", "Co", "Cs", "Cn"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_LOOKS = {
    "a": "\u0430\u03b1\u02514@",
    "b": "\u044c\u03b28\u0432",
    "c": "\u0441\u03f2",
    "d": "\u0501",
    "e": "\u0435\u03b5\u04543",
    "g": "\u0261\u05819",
    "h": "\u04bb",
    "i": "\u0456\u0131\u03b9\u04cf\u2113l1!|",
    "j": "\u0458",
    "k": "\u043a\u03ba",
    "m": "\u043c",
    "n": "\u043d\u03b7",
    "o": "\u043e\u03bf\u05850",
    "p": "\u0440\u03c1",
    "q": "\u051b",
    "s": "\u04555$",
    "t": "\u0442\u03c47",
    "u": "\u03c5",
    "v": "\u03bd",
    "w": "\u051d\u03c9",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03b3\u04af",
}
_LETTER_OF = {mark: letter for letter, marks in _LOOKS.items() for mark in marks}
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_APART = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]+){2,}[^\W_](?![^\W_])")
"""A letter and what stands between letters share no character: otherwise a row of underscores is divided in 2^n ways."""


def visible(text: str) -> str:
    """The text without characters that do not show or turn the direction; spaces and digits in their plain form."""
    plain = text if text.isascii() else _FOREIGN.sub(_shown_run, unicodedata.normalize("NFC", text))
    return _CONTROLS.sub(CONTROL, plain)


def _shown_run(run: re.Match[str]) -> str:
    kept = []
    marks = 0
    for mark in run[0]:
        category = unicodedata.category(mark)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        selector = any(ord(mark) in each for each in _SELECTORS)
        if category not in _HIDDEN and mark not in _BLANKS and marks <= MOST_MARKS and not selector:
            kept.append(_shown(mark, category))
    return "".join(kept)


def _shown(mark: str, category: str) -> str:
    if category in {"No", "Nl", "Nd"}:
        return unicodedata.normalize("NFKC", mark)
    if category in {"Zl", "Zp"}:
        return "\n"
    if category == "Zs":
        return " "
    return CONTROL if category == "Cc" else mark


def mixes_alphabets(text: str) -> bool:
    """Whether a word is written in letters of more than one alphabet."""
    for word in () if text.isascii() else re.findall(r"[^\W\d_]+", text):
        names = [unicodedata.name(mark, "") for mark in word]
        if len({script for script in _SCRIPTS if any(name.startswith(script) for name in names)}) > 1:
            return True
    return False


def says(text: str, *, banned: Iterable[str]) -> bool:
    """Whether the text makes a banned claim, however it is spelled: case, accents, look-alike letters, gaps."""
    spoken = _spellings(text)
    for claim in banned:
        plain, looks, *_ = _spellings(claim)
        if plain.strip() and (plain in spoken[0] or any(looks in one for one in spoken[1:])):
            return True
    return False


@lru_cache(maxsize=512)
def _spellings(text: str) -> tuple[str, ...]:
    """The words of a text: as they are, by the looks of their letters, and with letters that stand apart joined."""
    shown = visible(text).replace(CONTROL, "")
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", shown).lower())
    folded = "".join(mark for mark in folded if not unicodedata.combining(mark))
    looks = " ".join(_by_looks(piece) for piece in folded.split())
    joined = " ".join(re.sub(r"[\W_]", "", piece) for piece in looks.split())
    apart = _APART.sub(lambda found: re.sub(r"[\W_]", "", found[0]), looks)
    return tuple(f" {' '.join(words(one))} " for one in (shown, looks, joined, apart, looks.replace("_", " ")))


def _by_looks(piece: str) -> str:
    return "".join(_LETTER_OF.get(mark, mark) for mark in piece) if any(map(str.isalpha, piece)) else piece
