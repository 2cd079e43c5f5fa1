"""Allocation problems as JSON documents."""

from nexusplanner.application.allocation_files.parsing import InvalidDocument, parse_problem
from nexusplanner.application.allocation_files.solving import Unit, allocate_document

__all__ = ["InvalidDocument", "Unit", "allocate_document", "parse_problem"]
