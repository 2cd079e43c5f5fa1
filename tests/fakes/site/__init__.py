"""A small web site of invented companies and papers: feeds whose news repeats itself, an article, a product."""

from tests.fakes.site.routes import site

__all__ = ["site"]
