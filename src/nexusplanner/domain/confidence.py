"""How sure one may be of a proposal: the strength of its evidence, and a probability once enough was learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.knowledge import Citation, Claim, Passage, SourceKind, Stance, freshness

RECENT, AGEING = 0.6, 0.3
"""Freshness above which news is recent, and above which it is some months old."""
ENOUGH_SOURCES, ENOUGH_ORIGINS = 6, 4
"""Numbers from which more sources and origins no longer raise the score."""


@dataclass(frozen=True, kw_only=True)
class EvidenceStrength:
    """How strong evidence is: how many, how fresh, how independent, agreeing or not.

    sources: passages cited. fresh: those of them that are recent at the day they are to count. origins: how many
    different ones say so. own: passages of the tenant's own records. against: citations that contradict. bare: claims
    without any source. news: mean freshness of what was said outside, none when nothing was. age: mean freshness of all.
    """

    sources: int = 0
    fresh: int = 0
    origins: int = 0
    own: int = 0
    against: int = 0
    bare: int = 0
    claims: int = 0
    news: float | None = None
    age: float = 0.0

    @classmethod
    def of(cls, citations: Iterable[Citation], *, known: Mapping[str, Passage], at: date) -> EvidenceStrength:
        """The strength of these citations of `known` passages for something that begins on the day `at`."""
        cited = tuple(citations)
        ids = dict.fromkeys(citation.passage_id for citation in cited if citation.passage_id in known)
        passages = [known[passage_id] for passage_id in ids]
        ages = [freshness(passage.on, at=at) for passage in passages]
        news = [age for age, each in zip(ages, passages, strict=True) if each.kind is SourceKind.SIGNAL]
        dated = [age for age, each in zip(ages, passages, strict=True) if each.on is not None]
        return cls(
            sources=len(passages),
            fresh=sum(age > RECENT for age in dated),
            origins=len({passage.origin for passage in passages}),
            own=sum(passage.trust == "own" for passage in passages),
            against=sum(citation.stance is Stance.CONTRADICTS for citation in cited),
            news=sum(news) / len(news) if news else None,
            age=sum(ages) / len(ages) if ages else 0.0,
        )

    @classmethod
    def of_claims(cls, claims: Iterable[Claim], *, known: Mapping[str, Passage], at: date) -> EvidenceStrength:
        """The strength of everything that carries these claims."""
        made = tuple(claims)
        found = cls.of((citation for claim in made for citation in claim.citations), known=known, at=at)
        bare = sum(not claim.supported for claim in made)
        return replace(found, bare=bare, claims=len(made))

    @property
    def agreeing(self) -> bool:
        """Whether something is cited and nothing cited speaks against it."""
        return self.sources > 0 and self.against == 0

    @property
    def words(self) -> str:
        """The same in a sentence or two. Never a percentage."""
        return f"{self._of_sources}{self._of_bare}"

    @property
    def _of_sources(self) -> str:
        if not self.sources:
            return "No evidence: nothing was cited."
        number = counted(self.sources, "source", "sources")
        parts = [f"{number[:1].upper()}{number[1:]} from {counted(self.origins, 'origin', 'different origins')}"]
        parts.append(
            f"{counted(self.own, 'of them is', 'of them are') if self.own else 'none of them is'} the brand's own"
        )
        if self.news is not None:
            age = "recent" if self.news > RECENT else "some months old" if self.news > AGEING else "old"
            parts.append(f"the market news is {age}")
        against = counted(self.against, "speaks", "speak")
        parts.append(f"{against} against" if self.against else "and none speaks against")
        return f"{', '.join(parts)}."

    @property
    def _of_bare(self) -> str:
        return f" {counted(self.bare, 'claim has', 'claims have').capitalize()} no source." if self.bare else ""

    @property
    def score(self) -> float:
        """One figure, 0 to 1, that grows with the number, independence, freshness and agreement of sources.

        It orders proposals and is no probability: `Calibration` learns what it is worth from outcomes.
        """
        many = min(self.sources, ENOUGH_SOURCES) / ENOUGH_SOURCES
        independent = min(self.origins, ENOUGH_ORIGINS) / ENOUGH_ORIGINS
        agreement = 1 / (1 + self.against) if self.sources else 0.0
        carried = 1 - self.bare / self.claims if self.claims else float(self.sources > 0)
        return 0.25 * many + 0.2 * independent + 0.2 * self.age + 0.15 * agreement + 0.2 * carried


@dataclass(frozen=True, kw_only=True)
class CalibratedConfidence:
    """A probability with its 90 % interval, learnt from `n` resolved outcomes of `event`.

    skill: Brier skill of such probabilities against the base rate.
    """

    event: str
    probability: float
    low: float
    high: float
    n: int
    skill: float


Confidence = EvidenceStrength | CalibratedConfidence


def confidence_of(strength: EvidenceStrength, *, calibration: Calibration | None, event: str) -> Confidence:
    """A probability when enough was learnt and it says more than the base rate; the strength of the evidence else."""
    if calibration is None or not calibration.useful:
        return strength
    low, high = calibration.platt.interval(strength.score)
    return CalibratedConfidence(
        event=event,
        probability=calibration.platt.probability(strength.score),
        low=low,
        high=high,
        n=calibration.n,
        skill=calibration.skill,
    )
