"""Lines that fit a channel's fields: from an idea's message, then from the offer and the brief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.checking.wording import sentences
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.knowledge import Citation, Passage
from nexusplanner.domain.reference import ChannelProfile, CopyLimit
from nexusplanner.domain.relevance import terms
from nexusplanner.infrastructure.rules.material import Material
from nexusplanner.infrastructure.rules.slots import Line, Slot, uncited
from nexusplanner.infrastructure.rules.text import unended
from nexusplanner.infrastructure.rules.wishes import Wishes

WORDS_PER_SECOND = 2.5
"""How fast a spot can be spoken and understood: 150 words a minute, the usual rate of presenters."""

BODY = 60
"""Fields of more characters than this take two sentences, shorter ones a line without its full stop."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A line and the field it was chosen for."""

    limit: CopyLimit
    line: Slot

    @property
    def shown(self) -> str:
        """The line for inside a sentence: without its full stop, but with its question mark."""
        return self.line.text.rstrip(" .")


def fits(text: str, limit: CopyLimit) -> bool:
    """Whether the text stays within the limit."""
    if limit.unit == "characters":
        return len(text) <= limit.at_most
    words = len(text.split())
    return words <= (limit.at_most if limit.unit == "words" else WORDS_PER_SECOND * limit.at_most)


def copy_for(
    context: BriefContext,
    idea: CampaignIdea,
    profile: ChannelProfile,
    *,
    material: Material,
    wishes: Wishes,
    titles: Sequence[str],
    used: Counter[str],
) -> list[Copy]:
    """One line per field of the channel: what the note names first, then the least used.

    titles: lines of ours that may stand alone, for a note that asks for bolder ones. Fields for which nothing is short
    enough are left out.
    """
    found: list[Copy] = []
    for limit in profile.limits:
        lines = [Slot(text=title) for title in titles if not _takes_two(limit)]
        lines += _lines(context, idea, material, long=_takes_two(limit))
        open_to = [
            line
            for line in lines
            if fits(line.text, limit)
            and not wishes.refuses(line.text)
            and not any(_overlap(line, one.line) for one in found)
        ]
        if open_to:
            asked = [len(wishes.asked & set(terms(line.text))) for line in open_to]
            best = min(
                range(len(open_to)), key=lambda place: (used[unended(open_to[place].text)], -asked[place], place)
            )
            found.append(Copy(limit=limit, line=open_to[best]))
            used[unended(open_to[best].text)] += 1
    return found


def _overlap(one: Slot, other: Slot) -> bool:
    first, second = unended(one.text).lower(), unended(other.text).lower()
    return first in second or second in first


def _takes_two(limit: CopyLimit) -> bool:
    return limit.unit == "characters" and limit.at_most > BODY


def _lines(context: BriefContext, idea: CampaignIdea, material: Material, *, long: bool) -> Iterable[Slot]:
    message = _cited(idea, idea.core_message)
    single = [Slot(text=unended(one), citations=message) for one in sentences(idea.core_message)]
    facts = [Slot(text=fact.text, citations=fact.citations) for fact in (*material.benefits, *material.proofs)]
    own = [fact for fact in facts if fact.text in f"{idea.description} {idea.core_message}"]
    theme = material.fixed.get("theme")
    lines = [
        *([Slot(text=idea.core_message, citations=message)] if long else []),
        *single[:1],
        *own,
        *facts,
        *([theme] if theme else []),
        *([material.fixed["offer"]] if "offer" in material.fixed else []),
        material.fixed["service"],
    ]
    for line in lines:
        if not uncited(line.text, line.citations) and not says(line.text, banned=context.brand.banned_claims):
            yield line


def _cited(idea: CampaignIdea, text: str) -> tuple[Citation, ...]:
    return tuple(citation for claim in idea.claims if claim.text == text for citation in claim.citations)


_CUT = " before it is cut"


def _within(limit: CopyLimit) -> str:
    """The field with its limit: "headline (30 characters at most)"."""
    name = limit.field.removesuffix(_CUT)
    rest = "at most" if name == limit.field else _CUT.strip()
    return f"{name} ({limit.at_most} {limit.unit} {rest})"


def _says(limit: CopyLimit) -> str:
    return "says" if limit.unit == "seconds" else "reads"


def copy_line(copies: Sequence[Copy], *, passage: Passage | None) -> Line | None:
    """The lines as an instruction, with their limits from the channel's passage."""
    parts: list[str] = []
    cited: list[Citation] = []
    for one in copies:
        limit = one.limit
        quote = f"{limit.field} at most {limit.at_most} {limit.unit}"
        if passage is None or quote not in passage.text:
            continue
        parts.append(f"the {_within(limit)} {_says(limit)} “{one.shown}”")
        cited += [passage.cite(quote), *one.line.citations]
    if not parts:
        return None
    text = f"{', and '.join(parts)}." if len(parts) < 3 else f"{'; '.join(parts)}."
    return Line(text=text[:1].upper() + text[1:], citations=tuple(dict.fromkeys(cited)))
