"""The job of the bounded process: bytes to text, by the parser of their kind."""

from __future__ import annotations

from typing import Any

from nexusplanner.domain.documents import DocumentKind, Parsed, Unreadable, kind_of


def read(data: bytes, *, kind: str, url: str = "") -> Any:
    """The parsed document. kind: a `DocumentKind`. url: where a page was read. Raises Unreadable, UnknownKind."""
    wanted = DocumentKind(kind)
    if wanted is DocumentKind.PAGE:
        wanted = kind_of(data, name="page.html")
    parsed = _parse(data, kind=wanted, url=url)
    if not parsed.sections:
        message = "There is no text in it. Upload a document that holds text."
        raise Unreadable(message, code="DOCUMENT_NO_TEXT")
    return parsed


def _parse(data: bytes, *, kind: DocumentKind, url: str) -> Parsed:
    """Each parser is imported where it is needed: the process does one job and ends."""
    if kind is DocumentKind.PDF:
        from nexusplanner.infrastructure.documents.pdf import read_pdf  # noqa: PLC0415

        return read_pdf(data)
    if kind is DocumentKind.DOCX:
        from nexusplanner.infrastructure.documents.docx import read_docx  # noqa: PLC0415

        return read_docx(data)
    if kind is DocumentKind.HTML:
        from nexusplanner.infrastructure.documents.html import read_html  # noqa: PLC0415

        return read_html(data, url=url)
    from nexusplanner.infrastructure.documents.texts import read_markdown, read_text  # noqa: PLC0415

    return read_markdown(data) if kind is DocumentKind.MARKDOWN else read_text(data)
