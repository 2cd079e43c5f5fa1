"""Shows ideas while they are being written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nexusplanner.application.agents.checking.wording import clean, heading
from nexusplanner.application.agents.drafts import IdeasDraft
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.agents.prompting.settling import TEXT, THEME
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.runs import PartialIdea

MOST_SHOWN = 12
"""Ideas that are shown; a plan asks for fewer, and an answer may hold thousands."""


def following(context: BriefContext, *, tell: OnIdeas) -> Callable[[IdeasDraft], Awaitable[None]]:
    """Tells of the ideas of an unfinished answer, as far as their words may stand."""
    banned = context.brand.banned_claims

    async def follow(draft: IdeasDraft) -> None:
        shown = [
            PartialIdea(theme=theme, description=description)
            for one in draft.ideas[:MOST_SHOWN]
            if (theme := heading(one.theme, longest=THEME, banned=banned).text)
            and (description := clean(one.description, longest=TEXT, banned=banned).text)
        ]
        if shown:
            await tell(shown)

    return follow
