"""What the note, the team's dislikes, the brief and the brand's voice ask for, as far as rules can follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nexusplanner.application.agents.words.blamed import blamed_in
from nexusplanner.domain.agents import BriefContext, Disliked
from nexusplanner.domain.relevance import stem, terms, words


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


TONES: Mapping[str, frozenset[str]] = {
    "bold": _set("bold bolder brave braver daring confident provocative loud louder edgy energetic punchy disruptive"),
    "warm": _set("warm warmer friendly friendlier human caring kind gentle empathetic personal cosy softer"),
    "expert": _set("expert technical precise authoritative professional scientific factual rigorous"),
    "plain": _set("plain plainer simple simpler clear clearer direct honest calm sober straightforward down earth"),
}
TONE_WORDS: Mapping[str, str] = {
    "bold": "bolder",
    "warm": "warmer",
    "expert": "more technical",
    "plain": "plainer",
}
TONE_ANGLES: Mapping[str, frozenset[str]] = {
    "bold": _set("rival doubt question proof_first"),
    "warm": _set("people occasion first_step answer"),
    "expert": _set("proof_first sum conversation duty"),
    "plain": _set("job sum demonstration"),
}
"""Angles that bring a tone out best; they come first when a note asks for the tone."""

_SHORT = frozenset({"shorter", "short", "brief", "briefer", "concise", "tighter", "crisp", "crisper", "long", "wordy"})
_SHORTER = frozenset({"shorter", "briefer", "concise", "tighter", "crisper"})
_WISHED = frozenset(
    {"more", "rather", "instead", "please", "should", "want", "prefer", "needs", "bit", *_SHORTER}
).union(word for marks in TONES.values() for word in marks if word.endswith("er"))
"""Words that make a clause of a complaint a wish."""
OTHER_TONE: Mapping[str, str] = {"plain": "warm", "warm": "plain", "bold": "plain", "expert": "warm"}
_ANGLES: Mapping[str, frozenset[str]] = {
    "proof_first": frozenset(
        {"proof", "proofs", "evidence", "data", "facts", "figures", "testimonial", "testimonials"}
    ),
    "sum": frozenset({"price", "prices", "pricing", "cost", "costs", "cheap", "value", "discount", "discounts"}),
    "people": frozenset({"people", "customers", "stories", "story", "community"}),
    "occasion": frozenset({"season", "seasonal", "holiday", "holidays", "christmas", "easter", "occasion"}),
    "job": frozenset({"everyday", "practical", "task", "tasks", "usefulness"}),
    "rival": frozenset({"competitor", "competitors", "comparison", "compare", "rivals", "switchers", "switch"}),
    "question": frozenset({"question", "questions", "interactive"}),
    "demonstration": frozenset({"demo", "demonstration", "show", "video", "film"}),
    "first_step": frozenset({"trial", "pilot", "start", "threshold"}),
    "doubt": frozenset({"objection", "objections", "trust", "doubt", "doubts"}),
}
_NOT = frozenset(
    {
        "no",
        "not",
        "nothing",
        "none",
        "neither",
        "without",
        "avoid",
        "less",
        "never",
        "fewer",
        "stop",
        "drop",
        "don't",
        "too",
    }
)
_OTHER_AUDIENCE = re.compile(
    r"\b(?:other|another|different|new|wrong)\s+(?:\w+\s+)?(?:audience|audiences|segment|target|people|buyers)\b",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"(?:^|[.,;:!?]\s*|\b(?:ideas?|texts?|version|something)\s+)(?:for|speak\s+to|talk\s+to|aim(?:ed)?\s+at|address)\s+"
    r"([^.,;:!?\n]{3,60})",
    re.IGNORECASE,
)
"""Whom the note wants to be spoken to: "for agencies", "speak to owners of small shops"."""

_POLITE = frozenset(
    stem(word)
    for word in """please idea ideas campaign text texts want make write talk use mention keep give need audience segment
    target tone version wording like bit little lot much try again something different other another work last next year month week than""".split()  # noqa: SIM905
)
_REACH = 3
"""Words before a term in which a "no" or "less" still governs it."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How to write. focus, avoid: angle keys. words: every word of the note, to recognise audiences by.

    asked, refused: stems of what to speak of and what to leave out. left_out: the angles the note itself refuses.
    from_note: whether the tone was asked for in the note. changed_tone: whether it is another because the tone of a text
    was disliked. audience: whom the note names; "" when nobody.
    """

    tone: str
    short: bool
    left_out: frozenset[str]
    other_audience: bool
    audience: str
    focus: frozenset[str]
    avoid: frozenset[str]
    words: frozenset[str]
    asked: frozenset[str]
    refused: frozenset[str]
    from_note: bool
    changed_tone: bool = False

    @property
    def toned(self) -> bool:
        """Whether somebody asked for this tone, or for another than before."""
        return self.from_note or self.changed_tone

    def refuses(self, text: str) -> bool:
        """Whether the text speaks of what is to be left out."""
        return bool(self.refused & set(terms(text)))


def wishes_of(context: BriefContext) -> Wishes:
    """The note comes first, then what was said against ideas, then the brief's notes, then the brand's voice."""
    complaint = complaint_of(context.disliked)
    disliked = " ".join(past.reason.replace("_", " ") for past in context.past_ideas if past.verdict == "dislike")
    note, against, notes = words(context.note), words(disliked), words(context.brief.notes)
    voice = [word for part in context.brand.voice for word in words(part)]
    noted = _tone(note)
    usual = next((found for part in (notes, voice) if (found := _tone(part))), "plain")
    tone = noted or complaint.tone or (OTHER_TONE[complaint.not_tone or usual] if complaint.against_tone else usual)
    asked_angles, refused_angles = _angles(_clauses(context.note, context.brief.notes))
    asked, refused = _terms(_clauses(context.note))
    _, unwanted = _terms(_clauses(context.brief.notes))
    return Wishes(
        tone=tone,
        short=bool(_SHORT & set(note)) or ("long" in against) or complaint.too_long,
        audience=named[1].strip()
        if (named := _FOR.search(context.note)) and not _OTHER_AUDIENCE.search(context.note)
        else "",
        other_audience=bool(_OTHER_AUDIENCE.search(context.note)) or bool(_OTHER_AUDIENCE.search(disliked)),
        focus=frozenset((asked_angles | complaint.focus) - refused_angles - complaint.avoid),
        avoid=frozenset(refused_angles | complaint.avoid),
        left_out=frozenset(_angles(_clauses(context.note))[1]),
        words=frozenset(note),
        asked=frozenset((asked | _terms(_clauses(context.brief.notes))[0]) - refused - unwanted - complaint.refused),
        refused=frozenset(refused | unwanted | complaint.refused),
        from_note=bool(noted),
        changed_tone=not noted and bool(complaint.tone or complaint.against_tone),
    )


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What was said against texts, as wishes. A word that is neither wished for nor refused is taken for neither.

    tone: asked for; not_tone: that which there was too much of. refused: stems of what to leave out.
    """

    tone: str
    not_tone: str
    against_tone: bool
    too_long: bool
    focus: frozenset[str]
    avoid: frozenset[str]
    refused: frozenset[str]


def complaint_of(disliked: Iterable[Disliked]) -> Complaint:
    """What people have against the texts that are written anew, as far as rules can follow."""
    given = tuple(disliked)
    clauses = _clauses(*(each.said for each in given))
    wished = [clause for clause in clauses if _WISHED & set(clause)]
    too_much = [clause[at + 1 :] for clause in clauses for at, word in enumerate(clause) if word == "too"]
    blames_tone = blamed_in(given).tone
    unwished = [clause for clause in clauses if clause not in wished] if blames_tone else []
    not_tone = next((found for clause in (*too_much, *unwished) if (found := _tone(clause))), "")
    avoid = _angles(clauses)[1]
    return Complaint(
        tone=next((found for clause in wished if (found := _tone(clause))), ""),
        not_tone=not_tone,
        against_tone=bool(not_tone) or blames_tone,
        too_long=any({"long", "wordy", "lengthy"} & set(clause) for clause in clauses)
        or bool(_SHORTER & {word for clause in wished for word in clause}),
        focus=frozenset(_angles(wished)[0] - avoid),
        avoid=frozenset(avoid),
        refused=frozenset(_refused(clauses)),
    )


def _refused(clauses: Iterable[list[str]]) -> set[str]:
    """Stems of the words a "no" governs, whatever else they name."""
    manner = frozenset().union(*TONES.values(), _SHORT, _NOT)
    found: set[str] = set()
    for spoken in clauses:
        for place, word in enumerate(spoken):
            governed = (_NOT - {"too"}) & set(spoken[max(0, place - _REACH) : place])
            if governed and word not in manner:
                found |= set(terms(word)) - _POLITE
    return found


def _clauses(*texts: str) -> list[list[str]]:
    """The words of each clause: a "no" governs no word behind a comma or full stop."""
    return [found for text in texts for part in re.split(r"[.,;:!?\n]|\bbut\b", text) if (found := words(part))]


def _tone(spoken: list[str]) -> str:
    for place, word in enumerate(spoken):
        for tone, marks in TONES.items():
            if word in marks and not _NOT & set(spoken[max(0, place - _REACH) : place]):
                return tone
    return ""


def _angles(clauses: Iterable[list[str]]) -> tuple[set[str], set[str]]:
    asked: set[str] = set()
    refused: set[str] = set()
    for spoken in clauses:
        for place, word in enumerate(spoken):
            for angle, marks in _ANGLES.items():
                if word in marks:
                    negated = _NOT & set(spoken[max(0, place - _REACH) : place])
                    (refused if negated else asked).add(angle)
    return asked, refused


_TAKEN = frozenset().union(*TONES.values(), *_ANGLES.values(), _SHORT, _NOT)


def _terms(clauses: Iterable[list[str]]) -> tuple[set[str], set[str]]:
    """Stems to speak of and stems to leave out; words that name a tone, a length or an angle are not among them."""
    asked: set[str] = set()
    refused: set[str] = set()
    for spoken in clauses:
        for place, word in enumerate(spoken):
            if word in _TAKEN:
                continue
            found = set(terms(word)) - _POLITE
            negated = _NOT & set(spoken[max(0, place - _REACH) : place])
            (refused if negated else asked).update(found)
    return asked, refused
