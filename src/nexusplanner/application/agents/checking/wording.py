"""What a text that somebody else wrote may look like: plain sentences, without markup, links, orders or secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nexusplanner.application.agents.checking.lookalikes import CONTROL, mixes_alphabets, says, visible
from nexusplanner.application.agents.checking.redaction import redact

LONGEST_WORD = 60
LOOKED_AT = 20
"""Of a text that is so many times too long only the beginning is looked at."""

_BOUNDARY = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"'\u201d\u2019)]))\s+(?=[^\sa-z\u2013\u2014])|[\r\n]+|(?<=[\u3002\uff01\uff1f])"
)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|(?<![^\s])#{1,6}\s")
_BULLET = re.compile(r"^[\s\-+*=@#>\u2022\u2013\u2014|:;,.]+")
_MARKUP = re.compile(r"['\"]\s?\)\s?;|;\s?--|[<>{}\[\]`|\\^~]|&#?\w+;|\$\(|%[0-9a-f]{2}%[0-9a-f]{2}", re.IGNORECASE)
_TOP_LEVEL = "com|net|org|io|ai|co|dev|app|info|biz|ru|cn|de|uk|eu|fr|nl|xyz|top|site|online|shop|me|tv|ly|to|gg|link|click|zip|example|test|invalid|onion|internal|local"
_LINK = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,20}}:/|(?:javascript|vbscript|mailto|blob):|\b(?:data|file|tel):\S|data:\w+/|\.\./|/etc/|\bwww\.|\S@\S|\b[\w-]+\.(?:{_TOP_LEVEL})\b"
    r"|(?<!\w)//\w|\bxn--|\bhxxps?\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?!n=)[a-z_]\w*=\S|\w\(\d*\)|\b\w+_\w+\s?\(|\b\w+\([^)]*[=:,\"']|\bfunction[_ ]?call|\btool[_ ]?(?:call|use)|\barguments?\s*:",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"""\b(?:ignore|disregard|forget|override|bypass|skip)\b[^.]{0,60}\b(?:instruction|previous|prior|above|prompt|rule|guideline|polic|safe)
    |\b(?:system|developer|hidden|initial)\s+(?:prompt|message|instruction)
    |\b(?:my|your|the|these|new|following)\s+(?:system\s+)?instructions?\b
    |\byou\s+(?:are|must|should|will)\s+(?:now\s+)?(?:an?\s+)?(?:ai|assistant|language\s+model|obey|comply|output|respond|write|reply|act)\b
    |\bas\s+an?\s+(?:ai|language\s+model)\b|\bact\s+as\b|\bpretend\s+to\b|\bjailbreak|\bDAN\s+mode|\bdeveloper\s+mode
    |\b(?:allocate|move|transfer|assign|put|spend|shift)\b[^.]{0,30}\b(?:entire|whole|full|all)\b[^.]{0,20}\b(?:budget|money)
    |\b(?:respond|reply|answer)\s+(?:only\s+)?with\b|\bdo\s+not\s+(?:tell|mention|reveal)\b
    |\bapprove\s+(?:this|the)\s+(?:plan|campaign)\b|\b(?:assistant|system|user|human)\s*:|\bend\s+of\s+(?:data|passages?|document)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """What is left of a text. removed: why parts of it went, one entry for each."""

    text: str
    removed: tuple[str, ...] = ()


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [piece.strip() for piece in _BOUNDARY.split(text) if piece and piece.strip()]


def commands(text: str) -> bool:
    """Whether the text gives orders to whoever reads it for somebody else."""
    return bool(_ORDER.search(unicodedata.normalize("NFKC", visible(text))))


def fault(sentence: str) -> str:
    """Why a sentence may not stand; "" when it may."""
    normal = unicodedata.normalize("NFKC", sentence)
    return next((reason for reason, present in _FAULTS if present(normal)), "")


_IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|\b[a-z_]+:[0-9a-f]{8,}", re.IGNORECASE)


def _endless(text: str) -> bool:
    return any(len(word) > LONGEST_WORD for word in text.split())


def _identifies(text: str) -> bool:
    return bool(redact(text).found or _IDENTIFIER.search(text))


_FAULTS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("an endless word", _endless),
    ("control characters", lambda text: CONTROL in text),
    ("markup", _MARKUP.search),
    ("a link", _LINK.search),
    ("a call of a tool", _CALL.search),
    ("an order", _ORDER.search),
    ("mixed alphabets", mixes_alphabets),
    ("personal data, a secret or an identifier", _identifies),
)


def clean(text: str, *, longest: int, banned: Iterable[str] = ()) -> Cleaned:
    """The sentences of a text that may stand, as one plain paragraph of at most `longest` characters.

    banned: claims no text may make.
    """
    claims = tuple(banned)
    removed = ["too many words"] if len(text) > LOOKED_AT * longest else []
    kept: list[str] = []
    length = 0
    for piece in sentences(_EMPHASIS.sub("", visible(text[: LOOKED_AT * longest]))):
        sentence = " ".join(_BULLET.sub("", piece).split())
        if not sentence:
            continue
        why = "too many words" if length + len(sentence) > longest else fault(sentence)
        if not why and says(sentence, banned=claims):
            why = "a banned claim"
        if why:
            removed.append(why)
        else:
            kept.append(sentence)
            length += len(sentence) + 1
    joined = _BULLET.sub("", " ".join(kept))
    if says(joined, banned=claims):
        return Cleaned(text="", removed=(*removed, "a banned claim"))
    return Cleaned(text=joined, removed=tuple(removed))


def heading(text: str, *, longest: int, banned: Iterable[str] = ()) -> Cleaned:
    """A short text that stands as a whole or not at all."""
    found = clean(text, longest=longest, banned=banned)
    return Cleaned(text="" if found.removed else found.text.rstrip(" .:;,"), removed=found.removed)
