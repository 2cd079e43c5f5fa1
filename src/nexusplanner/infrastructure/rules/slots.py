"""Sentences with slots: a slot brings its text and the citations that carry it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.domain.knowledge import Citation, Claim
from nexusplanner.infrastructure.rules.text import start

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Slot:
    """What goes into a sentence. fact: whether using it states a fact, which then must be cited."""

    text: str
    citations: tuple[Citation, ...] = ()
    fact: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A finished sentence with its citations; without any it proposes something and claims nothing."""

    text: str
    citations: tuple[Citation, ...] = ()
    facts: tuple[str, ...] = ()


def slots_of(template: str) -> list[str]:
    """The names of the slots in a template."""
    return _SLOT.findall(template)


def render(template: str, slots: Mapping[str, Slot], *, used: Iterable[str] = ()) -> Line | None:
    """The sentence, or none when a slot is unknown, repeats a fact in `used`, or leaves a figure without a source."""
    names = slots_of(template)
    if any(name not in slots for name in names):
        return None
    chosen = [slots[name] for name in names]
    facts = tuple(slot.text for slot in chosen if slot.fact)
    if set(facts) & set(used) or len(set(facts)) < len(facts):
        return None
    text = _SLOT.sub(lambda match: slots[match[1]].text, template)
    text = start(text.replace("?.", "?").replace("!.", "!").replace("..", "."))
    cited = tuple(
        dict.fromkeys(citation for slot in chosen if slot.fact or figures(slot.text) for citation in slot.citations)
    )
    if uncited(text, cited):
        return None
    return Line(text=text, citations=cited, facts=facts)


def uncited(text: str, citations: Iterable[Citation]) -> list[str]:
    """Figures in the text that stand in none of the quotes."""
    quoted = {number for citation in citations for number in figures(citation.quote)}
    return [number for number in figures(text) if number not in quoted]


def first_line(
    templates: Sequence[str], slots: Mapping[str, Slot], *, seed: int, used: Iterable[str] = ()
) -> Line | None:
    """The first template that can be filled, beginning at a place the seed decides."""
    taken = tuple(used)
    for step in range(len(templates)):
        line = render(templates[(seed + step) % len(templates)], slots, used=taken)
        if line is not None:
            return line
    return None


def claims(lines: Iterable[Line | None]) -> tuple[Claim, ...]:
    """A claim per sentence that states a fact."""
    return tuple(Claim(text=line.text, citations=line.citations) for line in lines if line and line.citations)


def seed_of(*parts: str) -> int:
    """A number that depends on the content alone."""
    return int(hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12], 16)
