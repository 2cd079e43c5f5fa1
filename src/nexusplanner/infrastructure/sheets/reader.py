"""The reader of workbooks: hands bytes to a bounded process and takes back the rows of one sheet."""

from __future__ import annotations

from typing import Final

from nexusplanner.application.ports.sheets import Sheet
from nexusplanner.infrastructure.bounded import MEBIBYTE, BoundedWorker, Limits

JOB: Final = "nexusplanner.infrastructure.sheets.workbooks:read"
LIMITS: Final = Limits(memory=768 * MEBIBYTE, seconds=25, answer=100_000_000)
"""A workbook as large as a request may be holds some 200,000 rows, which take 350 MB and 6 seconds."""


class BoundedSheetReader:
    """Implements `SheetReader`; for one event loop."""

    def __init__(self, worker: BoundedWorker | None = None) -> None:
        self._worker = worker or BoundedWorker(limits=LIMITS)

    async def read(self, content: bytes) -> Sheet:
        """Its sheet. Raises Unreadable for what is no workbook, is protected, or holds too much."""
        found = await self._worker.run(JOB, content, what="workbook")
        rows = tuple((number, tuple(cells)) for number, cells in found["rows"])
        return Sheet(name=found["name"], others=found["others"], rows=rows)
