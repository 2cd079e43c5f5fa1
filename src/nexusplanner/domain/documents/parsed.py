"""What a reader finds in a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nexusplanner.domain.shared import Invalid


class Unreadable(Invalid):
    """There is nothing to be had from these bytes; the message says why and what to do."""

    code = "UNREADABLE"


@dataclass(frozen=True, kw_only=True)
class Section:
    """Text under one heading. text: paragraphs, one to a line. page: from 1, None where there are no pages."""

    heading: str = ""
    text: str
    page: int | None = None


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A document's text. title: what it calls itself, empty when it does not say. on: the day it bears.

    pages: None where there are none. remark: what could not be read of it, in words.
    """

    title: str = ""
    pages: int | None = None
    sections: tuple[Section, ...]
    on: date | None = None
    remark: str = ""
