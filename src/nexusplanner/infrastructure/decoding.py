"""Text out of bytes whose encoding is declared once, twice, wrongly or not at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Final

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
"""How the first character of markup looks in wide encodings without a mark."""
_HEADER: Final = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_XML: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META: Final = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_HEAD: Final = 4096
"""Bytes among which markup declares its encoding."""
_MEANT: Final = {"iso8859-1": "windows-1252", "ascii": "windows-1252", "iso8859-9": "windows-1254"}
"""What declares the first means the second. Source: the WHATWG Encoding standard."""
_NOT_BELIEVED: Final = ("utf-16", "utf-32", "utf-7", "utf-8")
"""Declared without a mark these are wrong, for the bytes would show it."""
_STATEFUL: Final = ("iso2022", "hz")
"""Encodings of many characters in plain ASCII bytes."""
_MET: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "utf_16_le", "utf_16_be"),
)
"""What texts are met in besides UTF-8, the commonest first: with more to choose from, short texts are taken for exotic ones."""
_SAMPLE: Final = 200_000
"""Bytes that are enough to tell an encoding by."""
_FEW: Final = 10
"""One broken character to so many that are not ASCII: the encoding is right and the text damaged."""


def in_header(content_type: str) -> list[str]:
    """The encoding that a media type declares in its parameters, if it does."""
    return _HEADER.findall(content_type)[:1]


def in_markup(data: bytes) -> list[str]:
    """The encodings that XML and HTML declare at their beginning."""
    found = (_XML.match(data[:_HEAD]), _META.search(data[:_HEAD]))
    return [match.group(1).decode("ascii") for match in found if match]


def decoded(data: bytes, *, declared: Iterable[str] = ()) -> str | None:
    """The text without a mark; None when it is in no encoding that texts are met in.

    declared: what others say of it, the surest first. Bytes that are UTF-8 are read as such whatever is declared: no
    other text of any length happens to be. What fits no declaration is guessed.
    """
    for mark, encoding in (*_MARKS, *_STARTS):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    names = [known for name in declared if (known := _known(name)) is not None]
    wide = data.count(b"\0") * _FEW > len(data)
    plain = () if wide else ("utf-8",)
    for encoding in (*(name for name in names if name.startswith(_STATEFUL)), *plain, *names):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    for encoding in (*plain, *names):
        try:
            text = data.decode(encoding, "replace")
        except LookupError:
            continue
        if _damaged_only(text, data):
            return text
    return _guessed(data)


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return None if found.startswith(_NOT_BELIEVED) else _MEANT.get(found, found)


def _damaged_only(text: str, data: bytes) -> bool:
    special = sum(byte >= 0xC2 for byte in data[:_SAMPLE])
    return text[:_SAMPLE].count("\ufffd") * _FEW <= special


def _guessed(data: bytes) -> str | None:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - seldom needed, and slow

    found = from_bytes(data[:_SAMPLE], cp_isolation=list(_MET))
    best = found.best()
    if best is None:
        return None
    equal = {each.encoding for each in found if (each.chaos, each.coherence) == (best.chaos, best.coherence)}
    return data.decode(next((name for name in _MET if name in equal), best.encoding), "replace")
