"""Text out of bytes whose encoding is declared once, twice, wrongly or not at all."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STARTS: Final = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
"""How the first character looks in wide encodings without a mark."""
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_NARROW: Final = {"iso8859-1": "windows-1252", "ascii": "windows-1252"}
"""What declares the first means the second. Source: the WHATWG Encoding standard."""
_NOT_BELIEVED: Final = ("utf-16", "utf-32", "utf-7", "utf-8")
"""Declared without a mark these are wrong, for the bytes would show it."""
_STATEFUL: Final = ("iso2022", "hz")
"""Encodings of many characters in plain ASCII bytes."""
_XML_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
SAMPLE: Final = 200_000
"""Bytes that are enough to guess an encoding by."""


def decoded(body: bytes, *, content_type: str) -> str:
    """The text, without a mark and without an XML declaration, which names an encoding it no longer has."""
    text = _text(body, content_type=content_type).lstrip("\ufeff\u200b \t\r\n\0")
    return _XML_DECLARATION.sub("", text, count=1).lstrip()


def _text(body: bytes, *, content_type: str) -> str:
    for mark, encoding in (*_MARKS, *_STARTS):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    declared = [known for name in _names(body, content_type) if (known := _known(name)) is not None]
    stateful = [name for name in declared if name.startswith(_STATEFUL)]
    for encoding in (*stateful, "utf-8", *declared):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    if declared and declared[0] == "windows-1252":
        return body.decode("windows-1252", "replace")
    return _guessed(body, declared)


def _guessed(body: bytes, declared: list[str]) -> str:
    """Broken or not declared: most of it as UTF-8 where that is nearly right, else as it looks."""
    as_utf8 = body.decode("utf-8", "replace")
    broken, multibyte = as_utf8.count("\ufffd"), sum(byte >= 0xC2 for byte in body[:SAMPLE])
    if broken * 10 <= multibyte:
        return as_utf8
    if declared:
        return body.decode(declared[0], "replace")
    best = from_bytes(body[:SAMPLE]).best()
    return body.decode(best.encoding if best else "windows-1252", "replace")


def _names(body: bytes, content_type: str) -> list[str]:
    header = _HEADER.search(content_type)
    inside = _DECLARED.match(body[:1000])
    names = [header.group(1)] if header else []
    return [*names, inside.group(1).decode("ascii")] if inside else names


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    if found.startswith(_NOT_BELIEVED):
        return None
    return _NARROW.get(found, found)
