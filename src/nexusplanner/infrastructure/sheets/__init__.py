"""Workbooks as rows, read by a process of their own."""

from nexusplanner.infrastructure.sheets.reader import BoundedSheetReader

__all__ = ["BoundedSheetReader"]
