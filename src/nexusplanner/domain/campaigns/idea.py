"""Ideas: the thoughts a campaign can be built on, and who wrote what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.knowledge import Claim
from nexusplanner.domain.shared import IdeaId, Invalid


class Author(StrEnum):
    """Who made a text or a number."""

    AI = "ai"
    RULES = "rules"
    MATHEMATICS = "mathematics"
    PERSON = "person"


def still_claimed(claims: Iterable[Claim], *, before: str, after: str) -> tuple[Claim, ...]:
    """What a text claims after a person reworded it: a claim whose words are gone from it is dropped with its sources.

    A waiver stays only where the new text still says the claim word for word.
    """
    kept = (claim for claim in claims if claim.text in after or claim.text not in before)
    return tuple(claim if claim.text in after or after == before else claim.unwaived for claim in kept)


@dataclass(frozen=True, kw_only=True)
class CampaignIdea:
    """A thought to build the campaign on. framework: the message framework it uses. angle, audience: what it turns on.

    claims: everything the text asserts, each with its citations. learned: what earlier feedback changed about it, in
    words. propensity: the probability with which what was learned led to its angle; none where it had no say.
    """

    id: IdeaId = field(default_factory=lambda: IdeaId(uuid4()))
    theme: str
    description: str
    target_kpi: str
    core_message: str
    target_segments: tuple[str, ...] = ()
    competitive_angle: str = ""
    framework: str = ""
    angle: str = ""
    channels: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    author: Author = Author.RULES
    chosen: bool = False
    learned: tuple[str, ...] = ()
    propensity: float | None = None

    @property
    def supported_share(self) -> float:
        """Claims with at least one supporting source over claims; 1 when nothing is claimed."""
        return sum(claim.supported for claim in self.claims) / len(self.claims) if self.claims else 1.0

    @property
    def prose(self) -> str:
        """All its texts."""
        return f"{self.theme}\n{self.description}\n{self.core_message}\n{self.competitive_angle}"

    def edited(self, texts: Mapping[str, str], *, chosen: bool | None = None) -> CampaignIdea:
        """The idea with a person's texts. A claim whose words are no longer said is dropped with its sources.

        A waiver stays only where the new texts still say the claim word for word.
        Raises: Invalid for an empty text.
        """
        empty = {name: "Write something, or keep the old text." for name, text in texts.items() if not text}
        if empty:
            raise Invalid("An idea needs its texts.", fields=empty)
        changed = replace(self, **texts, author=Author.PERSON) if texts else self  # type: ignore[arg-type]
        claims = still_claimed(self.claims, before=self.prose, after=changed.prose)
        return replace(changed, claims=claims, chosen=self.chosen if chosen is None else chosen)
