"""What a file is, by what it holds: its name only tells texts apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from nexusplanner.domain.shared import Invalid


class DocumentKind(StrEnum):
    """What is read. PAGE: whatever an address on the web answers."""

    PDF = "pdf"
    DOCX = "docx"
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PAGE = "page"


MEDIA_TYPES: Final[Mapping[DocumentKind, str]] = {
    DocumentKind.PDF: "application/pdf",
    DocumentKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentKind.TEXT: "text/plain",
    DocumentKind.MARKDOWN: "text/markdown",
    DocumentKind.HTML: "text/html",
    DocumentKind.PAGE: "text/html",
}
READ: Final = "PDF, Word (DOCX), plain text, Markdown and HTML are read."
LOOKED_AT: Final = 4096
"""Bytes from the start that tell texts from everything else."""


class UnknownKind(Invalid):
    """Files of this kind are not read."""

    code = "DOCUMENT_KIND"

    @classmethod
    def of(cls, what: str, *, advice: str = READ) -> UnknownKind:
        """what: what the file is, in words ("an image")."""
        message = f"This file is {what}. {advice}"
        return cls(message, fields={"file": message})


_SIGNATURES: Final = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"BM", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"BZh", "a compressed archive"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"\xfd7zXZ", "a compressed archive"),
    (b"ID3", "a recording"),
    (b"OggS", "a recording"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED: Final = (
    (b"word/document.xml", None),
    (b"xl/workbook", "a spreadsheet"),
    (b"ppt/presentation", "a presentation"),
    (b"application/epub", "an electronic book"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HTML: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|article|main|div|p|h[1-6]|table)\b[^>]*>", re.IGNORECASE
)
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MARKDOWN_NAMES: Final = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_NAMES: Final = frozenset({".html", ".htm", ".xhtml"})


def kind_of(data: bytes, *, name: str) -> DocumentKind:
    """What the file is. Raises UnknownKind for what is not read, and for an empty one."""
    head = data[:LOOKED_AT]
    if not data.strip(b"\x00 \t\r\n"):
        raise UnknownKind.of("empty", advice="Choose one that holds text.")
    if b"%PDF-" in head[:1024]:
        return DocumentKind.PDF
    if head.startswith(b"PK"):
        return _packed(data)
    if head.startswith(_OLD_OFFICE):
        raise UnknownKind.of(
            "an older Office file or one with a password",
            advice="Open it, save it as DOCX or PDF without a password, and upload that.",
        )
    if head.startswith(b"{\\rtf"):
        raise UnknownKind.of("a rich text file (RTF)")
    if not _is_text(head):
        raise UnknownKind.of(_foreign(head))
    return _text(head, suffix=PurePath(name).suffix.lower())


def _foreign(head: bytes) -> str:
    """What a file that is no text is, in words."""
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return "an image or a recording"
    return next((what for signature, what in _SIGNATURES if head.startswith(signature)), "no text")


def _packed(data: bytes) -> DocumentKind:
    """What a ZIP archive is, by the names in it, which are never compressed."""
    for name, what in _PACKED:
        if name in data:
            if what is None:
                return DocumentKind.DOCX
            raise UnknownKind.of(what)
    raise UnknownKind.of("an archive", advice=f"Unpack it and upload what is in it. {READ}")


def _is_text(head: bytes) -> bool:
    if head.startswith(_MARKS):
        return True
    if _CONTROL.search(head):
        return False
    return b"\x00" not in head or _wide(head)


def _wide(head: bytes) -> bool:
    """Whether every second byte is empty, as in UTF-16 of western texts without its mark."""
    even, odd = head[0::2], head[1::2]
    return max(even.count(0) / max(len(even), 1), odd.count(0) / max(len(odd), 1)) > 0.8


def _text(head: bytes, *, suffix: str) -> DocumentKind:
    plain = head.replace(b"\x00", b"")
    start = plain.removeprefix(_MARKS[0]).lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")) or (suffix in _HTML_NAMES and _HTML.search(plain)):
        return DocumentKind.HTML
    if suffix in _MARKDOWN_NAMES:
        return DocumentKind.MARKDOWN
    if suffix not in _HTML_NAMES and not _HTML.search(start):
        return DocumentKind.TEXT
    return DocumentKind.HTML
