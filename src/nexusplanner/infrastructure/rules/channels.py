"""Which of a brief's channels suit an angle."""

from __future__ import annotations

from nexusplanner.application.agents.gathering.context import sells_to_business
from nexusplanner.application.agents.words.blamed import blamed_in
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.learning import ArmKind
from nexusplanner.domain.reference import Angle, ReferenceData
from nexusplanner.infrastructure.rules.leanings import in_order

MOST = 3
USUAL = 6
"""Channels considered when neither the brief nor a record names any."""


def available_channels(context: BriefContext, reference: ReferenceData) -> list[str]:
    """The channels a brief may use: those it names, else those with a record, else those that fit its buyers."""
    if context.brief.channels:
        return list(context.brief.channels)
    recorded = [passage.id.rsplit(":", 1)[-1] for passage in context.of_kind(SourceKind.ACTUALS)]
    if recorded:
        return recorded
    business = sells_to_business(
        context.brief.target_audience, context.service.target_audience, context.service.category
    )
    whole = [channel for channel in reference.channels if not channel.within]
    fit = sorted(whole, key=lambda one: -(one.business if business else one.consumer))
    return [channel.key for channel in fit[:USUAL]]


def fitting_channels(
    context: BriefContext, angle: Angle, *, reference: ReferenceData, segment: str = ""
) -> tuple[str, ...]:
    """The open channels the angle suits best, by what was learned of them; the first two open ones when it suits none.

    segment: the audience that is spoken to.
    """
    blamed = blamed_in(context.disliked).channels
    names = available_channels(context, reference)
    open_to = in_order(context, ArmKind.CHANNEL, names, segment=segment, refused=blamed)
    places = {name: _place(name, angle, reference=reference) for name in open_to}
    suited = sorted((name for name in open_to if places[name] is not None), key=lambda name: places[name] or 0)
    ordered = in_order(context, ArmKind.CHANNEL, suited, segment=segment)
    return ordered[:MOST] or open_to[:2]


def _place(name: str, angle: Angle, *, reference: ReferenceData) -> int | None:
    profile = reference.channel(name)
    found = [key for key in (profile.key, profile.within) if key in angle.channels] if profile else []
    return angle.channels.index(found[0]) if found else None
