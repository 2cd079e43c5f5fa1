"""What the brand's voice and the user's note ask for, as far as rules can follow."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.relevance import words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TONES: dict[str, frozenset[str]] = {
    "bold": _set("bold bolder brave daring confident provocative loud edgy energetic punchy disruptive"),
    "warm": _set("warm warmer friendly human caring kind gentle empathetic personal cosy softer"),
    "expert": _set("expert technical precise authoritative professional scientific factual rigorous"),
    "plain": _set("plain plainer simple clear direct honest calm sober straightforward down earth"),
}
_SHORT = frozenset({"shorter", "short", "brief", "concise", "tighter", "crisp", "crisper", "less"})
_ANGLES: dict[str, frozenset[str]] = {
    "proof_first": frozenset(
        {"proof", "proofs", "evidence", "data", "facts", "figures", "testimonial", "testimonials"}
    ),
    "sum": frozenset({"price", "prices", "pricing", "cost", "costs", "cheap", "value", "discount", "discounts"}),
    "people": frozenset({"people", "customers", "stories", "story", "community"}),
    "occasion": frozenset({"season", "seasonal", "holiday", "holidays", "christmas", "easter", "occasion"}),
    "job": frozenset({"everyday", "practical", "task", "tasks", "usefulness"}),
    "rival": frozenset({"competitor", "competitors", "comparison", "compare", "rivals"}),
    "question": frozenset({"question", "questions", "interactive"}),
    "demonstration": frozenset({"demo", "demonstration", "show", "video", "film"}),
    "first_step": frozenset({"trial", "pilot", "start", "threshold"}),
    "doubt": frozenset({"objection", "objections", "trust", "doubt", "doubts"}),
}
_NOT = frozenset({"no", "not", "without", "avoid", "less", "never", "fewer", "stop", "drop"})


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How to write. focus, avoid: angle keys. words: every word of the note, to recognise audiences by."""

    tone: str
    short: bool
    focus: frozenset[str]
    avoid: frozenset[str]
    words: frozenset[str]


def wishes_of(context: BriefContext) -> Wishes:
    """The note comes first, then the brief's notes, then the brand's voice."""
    note, notes = words(context.note), words(context.brief.notes)
    voice = [word for part in context.brand.voice for word in words(part)]
    tone = next((found for part in (note, notes, voice) if (found := _tone(part))), "plain")
    asked, refused = _angles([*note, *notes])
    return Wishes(
        tone=tone,
        short=bool(_SHORT & set(note)),
        focus=frozenset(asked - refused),
        avoid=frozenset(refused),
        words=frozenset(note),
    )


def _tone(spoken: list[str]) -> str:
    for word in spoken:
        for tone, marks in TONES.items():
            if word in marks:
                return tone
    return ""


def _angles(spoken: list[str]) -> tuple[set[str], set[str]]:
    asked: set[str] = set()
    refused: set[str] = set()
    for place, word in enumerate(spoken):
        for angle, marks in _ANGLES.items():
            if word in marks:
                negated = _NOT & set(spoken[max(0, place - 3) : place])
                (refused if negated else asked).add(angle)
    return asked, refused
