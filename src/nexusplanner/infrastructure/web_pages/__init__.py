"""Web pages to text, links and feeds."""

from nexusplanner.infrastructure.web_pages.reader import WebPageReader

__all__ = ("WebPageReader",)
