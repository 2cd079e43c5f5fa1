"""The reader of documents: hands bytes to a bounded process and takes back text."""

from __future__ import annotations

from datetime import date
from typing import Any

from nexusplanner.domain.documents import DocumentKind, Parsed, Section
from nexusplanner.infrastructure.bounded import BoundedWorker

JOB = "nexusplanner.infrastructure.documents.reading:read"


class BoundedReader:
    """Implements `DocumentReader`; for one event loop."""

    def __init__(self, worker: BoundedWorker) -> None:
        self._worker = worker

    async def parse(self, data: bytes, *, kind: DocumentKind, url: str = "") -> Parsed:
        """The document's text. url: where a page was read. Raises Unreadable."""
        what = "page" if kind is DocumentKind.PAGE else "file"
        found = await self._worker.run(JOB, data, what=what, options={"kind": kind.value, "url": url})
        return _parsed(found)


def _parsed(found: dict[str, Any]) -> Parsed:
    return Parsed(
        title=found["title"],
        pages=found["pages"],
        sections=tuple(Section(**section) for section in found["sections"]),
        on=date.fromisoformat(found["on"]) if found["on"] else None,
        remark=found["remark"],
    )
