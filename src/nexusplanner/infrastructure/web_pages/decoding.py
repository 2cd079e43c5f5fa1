"""Bytes of a page to characters, whatever its server and its author say of them."""

from __future__ import annotations

import codecs
import re
from typing import Final

_META: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([a-zA-Z0-9_:.-]{2,40})")
_LOOKED_AT: Final = 4096
_WINDOWS: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""What browsers read instead of what is declared. Source: the Encoding standard."""
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, *, charset: str) -> str:
    """The text. charset: what the server declares, or nothing. Raises: Unreadable.

    Bytes that are UTF-8 are read as such whatever is declared: no other text of any length happens to be. What does
    not fit its declaration is guessed.
    """
    if data.startswith(_MARKS):
        return _guessed(data)
    if b"\x00" not in data:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in (charset, *_named(data)):
        try:
            return data.decode(_WINDOWS.get(codecs.lookup(name).name, name))
        except (LookupError, ValueError):
            continue
    return _guessed(data)


def _guessed(data: bytes) -> str:
    from nexusplanner.infrastructure.documents.texts import decoded as guessed  # noqa: PLC0415 - seldom needed, and slow

    return guessed(data)


def _named(data: bytes) -> list[str]:
    head = data[:_LOOKED_AT]
    found = (_META.search(head), _DECLARED.search(head))
    return [match.group(1).decode("ascii") for match in found if match]
