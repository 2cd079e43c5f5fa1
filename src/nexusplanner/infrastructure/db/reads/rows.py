"""Parts that rows of several lists share."""

from __future__ import annotations

from nexusplanner.domain.shared import Money


def amount(minor: int | None, currency: str | None) -> Money | None:
    """The amount that two columns hold, None when either is empty."""
    return None if minor is None or currency is None else Money(int(minor), currency)
