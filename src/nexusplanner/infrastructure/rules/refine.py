"""Keeps ideas to the brand's voice: banned claims go, and nothing shouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.checking.wording import sentences
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.infrastructure.rules.material import material_of
from nexusplanner.infrastructure.rules.wishes import TONES


def refine(context: BriefContext, ideas: Sequence[CampaignIdea]) -> tuple[CampaignIdea, ...]:
    """The same ideas; a sentence with a banned claim is dropped, together with what it claimed."""
    return tuple(_refined(context, idea) for idea in ideas)


def _refined(context: BriefContext, idea: CampaignIdea) -> CampaignIdea:
    slots = material_of(context).fixed
    plain = f"{slots['service'].text}, for {slots['audience'].text}."
    description = _kept(context, idea.description) or plain
    message = _kept(context, idea.core_message) or plain
    contrast = _kept(context, idea.competitive_angle)
    theme = (
        slots["service"].text if says(idea.theme, banned=context.brand.banned_claims) else _calm(context, idea.theme)
    )
    told = f"{theme}\n{description}\n{message}\n{contrast}"
    return replace(
        idea,
        theme=theme,
        description=description,
        core_message=message,
        competitive_angle=contrast,
        claims=tuple(claim for claim in idea.claims if _calm(context, claim.text) in told),
    )


def _kept(context: BriefContext, text: str) -> str:
    lines = [line for line in sentences(text) if not says(line, banned=context.brand.banned_claims)]
    return " ".join(_calm(context, line) for line in lines)


def _calm(context: BriefContext, text: str) -> str:
    loud = any(word.lower() in TONES["bold"] for word in context.brand.voice)
    line = " ".join(text.split())
    return line if loud else line.replace("!", ".").replace("..", ".")
