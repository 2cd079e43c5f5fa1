"""Amounts of a brand's outcome, in words."""

from __future__ import annotations

from nexusplanner.application.agents.gathering.passages import figure
from nexusplanner.domain.agents import BriefContext


def outcome_of(context: BriefContext, value: float, *, unit: bool = True) -> str:
    """An amount of what the brand counts, with its name unless left out: "1,204 sign-ups"."""
    shown = figure(round(value)) if abs(value) >= 10 else figure(round(value, 2))
    if not unit:
        return shown
    currency = f"{context.brief.total_budget.currency} " if context.brand.outcome_is_money else ""
    return f"{shown} {currency}{context.brand.outcome_name}"
