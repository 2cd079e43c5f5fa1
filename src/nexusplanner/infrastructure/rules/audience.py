"""Whom to speak to, as words that fit into a sentence, with the place they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.checking.wording import commands
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.knowledge import Citation, SourceKind
from nexusplanner.infrastructure.rules.analysis import best_segment, telling
from nexusplanner.infrastructure.rules.slots import Slot
from nexusplanner.infrastructure.rules.text import cite, cleaned, first_sentence, plain

LONGEST = 90
_BOUNDARY = re.compile(r"\s(?:who|with|that|whose|where|in|from|aged|between|and\s+their)\s")
_PLURALS = frozenset({"people", "men", "women", "children", "staff", "teenagers", "others"})
_NO_NAME = frozenset("we our i the a an any every everyone everybody anyone target reach mainly mostly".split())  # noqa: SIM905
_ADJECTIVES = frozenset(
    """french german british english scottish welsh irish dutch belgian swiss austrian italian spanish portuguese polish
    swedish norwegian danish finnish european american canadian australian asian african indian chinese japanese
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """whole: as asked for. short: the same without the clause that narrows it, for the second time it is named.

    segment: its name in the customer records; "" when it is not on file.
    """

    whole: Slot
    short: Slot
    segment: str = ""


def inside(text: str) -> str:
    """The text with a small first letter, unless its first word is a name or an abbreviation."""
    first, _, rest = text.partition(" ")
    named = first[1:] != first[1:].lower() or first.lower().split("-")[0] in _ADJECTIVES
    titled = rest[:1].isupper() and rest[1:2].islower()
    return text if named or titled or not first[:1].isalpha() else text[:1].lower() + text[1:]


def audience_of(context: BriefContext) -> Audience:
    """The audience of the brief, else of the service, else the most valuable one on file."""
    asked = next(iter(context.of_kind(SourceKind.BRIEF)), None)
    offer = next(iter(context.of_kind(SourceKind.SERVICE)), None)
    for text, source in ((context.brief.target_audience, asked), (context.service.target_audience, offer)):
        found = first_sentence(text, longest=LONGEST) or _head(cleaned(text.split(".")[0], longest=LONGEST))
        if found and not says(found, banned=context.brand.banned_claims):
            return _audience(found, cited=cite(source, found))
    if context.segments:
        return of_segment(context, context.segments[0])
    return _audience("people who need it", cited=())


def other_audience(context: BriefContext, *, taken: Iterable[str]) -> Audience | None:
    """The most valuable segment that is not the one asked for and not `taken`; none when there is no other."""
    asked = telling(context.brief.target_audience or context.service.target_audience)
    used = {name.lower() for name in (*taken, best_segment(context, context.brief.theme))}
    open_to = [segment for segment in context.segments if segment.name.lower() not in used and segment.customers]
    alike = {segment.name: len(asked & telling(f"{segment.name} {segment.description}")) for segment in open_to}
    closest = max(alike.values(), default=0)
    others = [segment for segment in open_to if alike[segment.name] < closest] or (
        open_to if len(context.segments) > len(open_to) else open_to[1:]
    )
    return of_segment(context, max(others, key=lambda one: (one.value_share, one.name))) if others else None


def named_audience(context: BriefContext, name: str) -> Audience | None:
    """The audience a note names: the segment it means, else its own words; none when they do not name people."""
    asked = telling(name)
    alike = {segment.name: len(asked & telling(segment.name)) for segment in context.segments if segment.customers}
    best = max(alike, key=lambda one: (alike[one], one), default="")
    if best and 0 < len(asked) == alike[best]:
        return of_segment(context, next(segment for segment in context.segments if segment.name == best))
    words = cleaned(name, longest=LONGEST)
    unsafe = not plain(words) or commands(words) or figures(words) or says(words, banned=context.brand.banned_claims)
    head = _head(inside(words))
    if not words or unsafe or not _plural(head) or not asked or words.split()[0].lower() in _NO_NAME:
        return None
    return _audience(words, cited=())


def of_segment(context: BriefContext, segment: SegmentSummary) -> Audience:
    """A segment of the customer records."""
    name = cleaned(segment.name, longest=LONGEST)
    passage = next((one for one in context.of_kind(SourceKind.SEGMENT) if one.title == segment.name), None)
    return _audience(name, cited=cite(passage, name), segment=segment.name)


def _audience(found: str, *, cited: tuple[Citation, ...], segment: str = "") -> Audience:
    words = inside(found)
    head = _head(words)
    if words.split(" ", 1)[0].lower() in _NO_NAME or not _plural(head):
        return Audience(
            whole=Slot(text=f"people described as “{found}”", citations=cited),
            short=Slot(text="these people"),
            segment=segment,
        )
    noun, _, rest = head.partition(" of ")
    short = f"these {noun}" if (rest and "," not in head) or (" " not in head and head != words) else head
    return Audience(whole=Slot(text=words, citations=cited), short=Slot(text=short, citations=cited), segment=segment)


def _head(text: str) -> str:
    return text if "," in text else _BOUNDARY.split(f"{text} ", maxsplit=1)[0].strip()


def _plural(head: str) -> bool:
    parts = re.split(r",|\s(?:and|or|of|for)\s", head)
    last = [part.split()[-1].lower() for part in parts[:1] if part.split()]
    return all(word in _PLURALS or (word.endswith("s") and not word.endswith("ss")) for word in last)
