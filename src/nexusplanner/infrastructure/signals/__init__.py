"""Feeds of others: bytes that were fetched, read in a process of their own."""

from nexusplanner.infrastructure.signals.reader import BoundedFeedReader

__all__ = ["BoundedFeedReader"]
