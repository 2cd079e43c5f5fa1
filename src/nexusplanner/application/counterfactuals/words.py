"""Words for what a plan would be without some of its sources."""

from __future__ import annotations

from collections.abc import Sequence

MONEY = (
    "The money would not move: amounts rest on the brand's own results and on published figures, "
    "not on news, segments or opinions."
)
MODEL = "A model wrote the plan's own ideas; for this comparison rules wrote both sides."
BY_HAND = "Amounts are those the run proposed; the plan's were changed by hand since."


def in_words(
    titles: Sequence[str],
    *,
    moved: Sequence[str],
    gone: Sequence[str],
    new: Sequence[str],
    lost: Sequence[str],
    by_model: bool,
    by_hand: bool,
) -> str:
    """What would be different without the sources of these titles, in a few sentences."""
    without = f"Without {_and([f'“{title}”' for title in titles])}"
    parts = [f"{without}, {_ideas(gone, new)}."]
    if moved:
        parts.append(f"{_and([f'“{theme}”' for theme in moved])} would rest on other sources.")
    if lost:
        named = _and([f"“{name}”" for name in lost])
        kind = "opportunity" if len(lost) == 1 else "opportunities"
        parts.append(f"Nobody would see the {kind} {named}.")
    parts.append(MONEY)
    parts += [MODEL] * by_model + [BY_HAND] * by_hand
    return " ".join(parts)


def _ideas(gone: Sequence[str], new: Sequence[str]) -> str:
    if not gone and not new:
        return "the ideas would be the same"
    named_gone, named_new = _and([f"“{theme}”" for theme in gone]), _and([f"“{theme}”" for theme in new])
    if gone and new:
        return f"{named_new} would stand in the place of {named_gone}"
    if gone:
        return f"{named_gone} would not be proposed, and nothing would take {_its(gone)} place"
    return f"{named_new} would be proposed too"


def _its(gone: Sequence[str]) -> str:
    return "its" if len(gone) == 1 else "their"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
