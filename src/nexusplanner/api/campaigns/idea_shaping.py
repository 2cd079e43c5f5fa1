"""From ideas and alternatives of the domain to what callers see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from nexusplanner.api.campaigns import schemas
from nexusplanner.application.campaigns.alternatives import AlternativeView
from nexusplanner.domain.alternatives import Texts
from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.knowledge import Passage
from nexusplanner.domain.outcomes import confidence_in


def shape_ideas(
    ideas: Iterable[CampaignIdea], *, evidence: Iterable[Passage], at: date, learnt: Calibration | None
) -> list[schemas.Idea]:
    """The ideas, each with how sure one may be of it. evidence: what they cite. at: the campaign's first day."""
    known = {passage.id: passage for passage in evidence}
    shaped = []
    for idea in ideas:
        values = {name: getattr(idea, name) for name in schemas.Idea.model_fields if name != "confidence"}
        sure = schemas.shape_confidence(confidence_in(idea, known=known, at=at, learnt=learnt))
        shaped.append(schemas.Idea.model_validate({**values, "confidence": sure}))
    return shaped


def shape_alternative(
    view: AlternativeView, *, at: date, learnt: Calibration | None, channel_name: Callable[[str], str]
) -> schemas.Alternative:
    """An alternative with both of its texts."""
    found = view.alternative

    def shape_texts(texts: Texts) -> schemas.Texts:
        return schemas.Texts(
            ideas=shape_ideas(texts.ideas, evidence=found.evidence, at=at, learnt=learnt),
            channel_strategies=[
                schemas.ChannelText(
                    channel=each.channel, channel_name=channel_name(each.channel), strategy=each.strategy
                )
                for each in texts.channels
            ],
        )

    return schemas.Alternative(
        id=found.id,
        kind=found.kind,
        state=view.state,
        note=found.note,
        idea_id=found.idea_id,
        run_id=found.run_id,
        decision_id=found.decision_id,
        before=shape_texts(found.before),
        after=shape_texts(found.after),
        evidence=[schemas.Passage.model_validate(passage) for passage in found.evidence],
        differs=list(found.differs),
        author=found.author,
        provider=found.provider,
        created_at=found.created_at,
        settled_at=found.settled_at,
    )
