"""A look at what an archive of Word or Excel would unpack to, before anybody unpacks it."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from nexusplanner.domain.documents import Unreadable

MOST_ENTRIES: Final = 5_000
RATIO: Final = 250
"""Times a part may grow: text of tables with long style names reaches 60."""
SMALL: Final = 1_000_000
"""Below, no growth is dangerous."""
_PIECE: Final = 65_536
_MARKUP: Final = (".xml", ".rels")
_DECLARATION: Final = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What a program packs. unpacked: bytes that all of it may hold. markup: bytes of one XML part."""

    program: str
    unpacked: int
    markup: int

    def bomb(self) -> Unreadable:
        """It would unpack to too much."""
        message = f"This file unpacks to far more than it holds, so it is not read. Save it again in {self.program} "
        return Unreadable(f"{message}and upload that.", code="DOCUMENT_BOMB")

    def damaged(self) -> Unreadable:
        """It cannot be unpacked."""
        message = f"This {self.program} file is damaged. Open it in {self.program}, save it as a new file and "
        return Unreadable(f"{message}upload that.", code="DOCUMENT_DAMAGED")


WORD: Final = Archive(program="Word", unpacked=100_000_000, markup=30_000_000)
"""Pictures hardly shrink, and a book's text is a few megabytes; its tree takes about ten times as much memory."""
EXCEL: Final = Archive(program="Excel", unpacked=250_000_000, markup=250_000_000)
"""Sheets are read as a stream, and as many rows as are taken fill 150 MB."""


def check_archive(archive: ZipFile, *, of: Archive) -> None:
    """Raise Unreadable when it would unpack to too much, or its markup declares entities.

    What the archive says of its sizes is checked first, then what it really unpacks to, piece by piece.
    """
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or declared > of.unpacked or any(_swells(entry, of=of) for entry in entries):
        raise of.bomb()
    left = of.unpacked
    for entry in entries:
        if entry.flag_bits & 1:
            message = f"This {of.program} file is protected by a password. Save it without one and upload that."
            raise Unreadable(message, code="DOCUMENT_PROTECTED")
        left -= _unpacked(archive, entry, of=of, most=min(left, of.markup if _is_markup(entry) else left))


def _swells(entry: ZipInfo, *, of: Archive) -> bool:
    grown = entry.file_size > RATIO * max(entry.compress_size, 1)
    return entry.file_size > SMALL and (grown or (_is_markup(entry) and entry.file_size > of.markup))


def _is_markup(entry: ZipInfo) -> bool:
    return entry.filename.lower().endswith(_MARKUP)


def _unpacked(archive: ZipFile, entry: ZipInfo, *, of: Archive, most: int) -> int:
    """Bytes the entry really holds. Raises Unreadable above `most`, and for declarations of entities."""
    size, tail = 0, b""
    try:
        with archive.open(entry) as packed:
            while some := packed.read(_PIECE):
                size += len(some)
                if size > most:
                    raise of.bomb()
                if _is_markup(entry):
                    _refuse_declarations(tail + some, of=of)
                    tail = some[-32:]
    except (BadZipFile, zlib.error, EOFError) as error:
        raise of.damaged() from error
    return size


def _refuse_declarations(markup: bytes, *, of: Archive) -> None:
    if _DECLARATION.search(markup) or _DECLARATION.search(markup.replace(b"\x00", b"")):
        message = f"This {of.program} file declares entities, which {of.program} itself never does, so it is not read."
        raise Unreadable(message, code="DOCUMENT_ENTITIES")
