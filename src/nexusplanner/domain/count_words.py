"""Counts as people say them: "two sources", "no origin"."""

from __future__ import annotations

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(number: int, one: str, many: str) -> str:
    """A count in words with its noun."""
    spoken = _COUNTS[number] if number < len(_COUNTS) else str(number)
    return f"{spoken} {one if number == 1 else many}"
