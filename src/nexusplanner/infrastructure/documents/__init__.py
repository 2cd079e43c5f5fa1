"""Reads documents: each kind's own parser, run in a process of its own."""

from nexusplanner.infrastructure.documents.reader import BoundedReader

__all__ = ["BoundedReader"]
