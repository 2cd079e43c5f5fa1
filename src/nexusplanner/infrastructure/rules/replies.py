"""What an idea says of the note it follows and of what the team disliked."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.domain.agents import BriefContext, PastIdea
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.knowledge import Citation, SourceKind
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.relevance import terms, words
from nexusplanner.infrastructure.rules.audience import Audience
from nexusplanner.infrastructure.rules.slots import Line
from nexusplanner.infrastructure.rules.text import cite, cleaned, first_sentence, listed
from nexusplanner.infrastructure.rules.wishes import TONE_WORDS, Wishes

_CODES = {
    "not_for_us": "it was not right for the brand",
    "too_close": "it was too close to what is there",
    "wrong_tone": "its tone was wrong",
    "wrong_channel": "its channels were wrong",
    "not_true": "something in it was not true",
    "wrong_fact": "a fact in it was wrong",
    "off_brand": "it did not sound like the brand",
    "seen_before": "it had been seen before",
    "other": "it did not convince",
}
"""Reasons the pages offer, or offered, as clauses."""

MOST_WORDS = 3


def feedback_line(context: BriefContext) -> Line | None:
    """What was said against an earlier idea, when it can be repeated."""
    for past in context.past_ideas:
        if past.verdict == "dislike" and (line := _against(context, past)) is not None:
            return line
    return None


def _against(context: BriefContext, past: PastIdea) -> Line | None:
    theme, reason = cleaned(past.theme, longest=80), past.reason.strip()
    quote = reason if reason in _CODES else first_sentence(reason, longest=140)
    if not theme or says(f"{theme} {quote}", banned=context.brand.banned_claims):
        return None
    cited = _told(context, theme, quote)
    if not cited:
        return None
    if not quote:
        return Line(text=f"It keeps clear of the earlier “{theme}”, which the team did not like.", citations=cited)
    if quote in _CODES:
        text = f"It keeps clear of the earlier “{theme}”, which the team set aside because {_CODES[quote]}."
        return Line(text=text, citations=cited)
    text = f"It keeps clear of the earlier “{theme}”, of which the team said: “{quote}”."
    return Line(text=text, citations=cited, facts=(quote,))


def _told(context: BriefContext, *quotes: str) -> tuple[Citation, ...]:
    wanted = [quote for quote in quotes if quote]
    for passage in context.of_kind(SourceKind.FEEDBACK):
        found = [citation for quote in wanted for citation in cite(passage, quote)]
        if len(found) == len(wanted):
            return tuple(found)
    return ()


def note_line(
    context: BriefContext,
    *,
    wishes: Wishes,
    audience: Audience | None,
    avoid: Iterable[CampaignIdea],
    reference: ReferenceData,
    told: str,
) -> Line | None:
    """How the note was followed, and what of it could not be; none without a note.

    audience: the other audience that was found, when one was asked for. told: everything the idea says.
    """
    if not context.note.strip():
        return None
    done = [*_manner(wishes), *_audience_clause(wishes, audience)]
    names = [f"“{angle.name}”" for key in sorted(wishes.left_out) if (angle := reference.angle(key)) is not None]
    done += (
        [f"the {'angles' if len(names) > 1 else 'angle'} {listed(names)} {'stay' if len(names) > 1 else 'stays'} out"]
        if names
        else []
    )
    said, unsaid = _found(context, wishes, told=told)
    done += [f"{_quoted(said)} {'come' if len(said) > 1 else 'comes'} to the front"] if said else []
    refused = _spoken(context, wishes.refused)
    done += [f"nothing is said of {_quoted(refused)}"] if refused else []
    parts = [f"As the note asks, {listed(done)}."] if done else []
    if wishes.other_audience and audience is None:
        parts.append("The note asks for another audience, but no other one is on file.")
    if unsaid:
        parts.append(f"Nothing on file speaks of {_quoted(unsaid)}, so that part of the note stays open.")
    if not parts:
        again = " than those before" if tuple(avoid) else ""
        parts.append(f"The note names nothing rules can act on, so this is simply another way to see it{again}.")
    text = " ".join(parts)
    return None if figures(text) or says(text, banned=context.brand.banned_claims) else Line(text=text)


def channel_note_line(context: BriefContext, *, wishes: Wishes, told: str) -> Line | None:
    """The same for channel strategies, where the audience stays that of the ideas. told: the strategy so far."""
    if not context.note.strip():
        return None
    said, unsaid = _found(context, wishes, told=told)
    done = [*_manner(wishes)]
    done += [f"{_quoted(said)} {'come' if len(said) > 1 else 'comes'} to the front"] if said else []
    refused = _spoken(context, wishes.refused)
    done += [f"nothing is said of {_quoted(refused)}"] if refused else []
    parts = [f"As the note asks for the channels, {listed(done)}."] if done else []
    if wishes.other_audience:
        parts.append("The audience of the channels follows the ideas and changes with them.")
    if unsaid and not said:
        parts.append(f"Nothing on file speaks of {_quoted(unsaid)}, so the channels leave it open.")
    text = " ".join(parts)
    return (
        Line(text=text) if text and not figures(text) and not says(text, banned=context.brand.banned_claims) else None
    )


def _manner(wishes: Wishes) -> list[str]:
    tone = [f"the tone is {TONE_WORDS[wishes.tone]}"] if wishes.from_note else []
    return [*(["the text is kept short"] if wishes.short else []), *tone]


def _audience_clause(wishes: Wishes, audience: Audience | None) -> list[str]:
    instead = " instead" if wishes.other_audience else ""
    return [f"it speaks to {audience.whole.text}{instead}"] if audience else []


def _found(context: BriefContext, wishes: Wishes, *, told: str) -> tuple[list[str], list[str]]:
    """The words of the note that the idea takes up, and those that stand nowhere in the records."""
    in_text = set(terms(told))
    known = {term for passage in context.passages for term in terms(f"{passage.title} {passage.text}")}
    note = set(terms(context.note))
    named = set(terms(wishes.audience))
    said = _spoken(context, (wishes.asked & in_text & note) - named)
    return said, _spoken(context, (wishes.asked & note) - known - named)


def _spoken(context: BriefContext, stems: Iterable[str]) -> list[str]:
    """The note's own words behind the stems."""
    wanted = set(stems)
    found = [word for word in words(context.note) if word.isalpha() and set(terms(word)) & wanted]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def _quoted(found: Iterable[str]) -> str:
    return listed(f"“{word}”" for word in found)
