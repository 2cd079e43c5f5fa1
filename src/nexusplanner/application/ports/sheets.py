"""Workbooks that somebody uploads, as the rows of one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Cell = str | int | float | bool
"""What a cell shows; of a formula its value. Days and instants are texts (ISO 8601), empty cells empty texts."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The first sheet of a workbook that can be seen and holds anything. others: so many hold something, too.

    rows: in their order, those without anything left out; number: of the row in the sheet, from 1. All are as
    long.
    """

    name: str
    others: int
    rows: Sequence[tuple[int, Sequence[Cell]]]


class SheetReader(Protocol):
    """Reads workbooks."""

    async def read(self, content: bytes) -> Sheet:
        """Its sheet. Raises Unreadable for what is no workbook, is protected, or holds too much."""
        ...
