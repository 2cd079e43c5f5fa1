"""Passages one may cite, and citations that point at the exact words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from nexusplanner.domain.shared import Invalid, UserId, added_later


class SourceKind(StrEnum):
    """Where a passage comes from."""

    SIGNAL = "signal"
    SERVICE = "service"
    BRAND = "brand"
    SEGMENT = "segment"
    PAST_CAMPAIGN = "past_campaign"
    ACTUALS = "actuals"
    BENCHMARK = "benchmark"
    FRAMEWORK = "framework"
    SEASON = "season"
    FEEDBACK = "feedback"
    DOCUMENT = "document"
    BRIEF = "brief"


class Stance(StrEnum):
    """What a source says about the claim that cites it."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    BACKGROUND = "background"


def freshness(on: date | None, *, at: date) -> float:
    """How much a source still counts at a day, halved every 120 days; 0.5 when it bears no date."""
    if on is None:
        return 0.5
    return float(0.5 ** (max((at - on).days, 0) / 120))


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text one may cite. id: "<kind>:<record id>", stable for the same record.

    origin: who says so, in words. on: when it was said. trust: "own" (the tenant's records), "published" (a named
    source), "unverified" (anything from outside). topics, impact: what a signal is about and how good it is for the
    brand, -1 to 1.
    """

    id: str
    kind: SourceKind
    title: str
    text: str
    origin: str
    on: date | None = None
    trust: str = "own"
    url: str = ""
    topics: tuple[str, ...] = ()
    impact: float = 0.0

    def cite(self, quote: str, *, stance: Stance = Stance.SUPPORTS) -> Citation:
        """A citation of `quote`, which must stand in the text. Raises Invalid when it does not."""
        start = self.text.find(quote)
        if start < 0 or not quote:
            raise Invalid(f"The quote {quote!r} does not stand in {self.id}.")
        return Citation(passage_id=self.id, quote=quote, start=start, end=start + len(quote), stance=stance)


@dataclass(frozen=True, kw_only=True)
class Citation:
    """The words of a passage that carry a claim: text[start:end] == quote."""

    passage_id: str
    quote: str
    start: int
    end: int
    stance: Stance = Stance.SUPPORTS

    def stands_in(self, passage: Passage) -> bool:
        """Whether the quote is found in `passage` at the given offsets."""
        return passage.id == self.passage_id and passage.text[self.start : self.end] == self.quote

    def found_in(self, passage: Passage | None) -> Citation | None:
        """The citation where its quote stands in `passage` now; none when it does not stand there any more."""
        if passage is None or self.stands_in(passage):
            return self if passage else None
        start = passage.text.find(self.quote) if passage.id == self.passage_id else -1
        return None if start < 0 else replace(self, start=start, end=start + len(self.quote))


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One thing a text asserts, with what carries it.

    waived_reason, waived_by, waived_at: why, who and when a person let it stand without a source.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    waived_reason: str = ""
    waived_by: UserId | None = added_later(None)
    waived_at: datetime | None = added_later(None)

    def waived(self, reason: str, *, by: UserId, at: datetime) -> Claim:
        """The claim, let stand without a source."""
        return replace(self, waived_reason=reason, waived_by=by, waived_at=at)

    @property
    def unwaived(self) -> Claim:
        """The claim as it stands without a waiver."""
        return replace(self, waived_reason="", waived_by=None, waived_at=None) if self.waived_reason else self

    def sourced(self, citation: Citation) -> Claim:
        """The claim with one more source, or with another stance of one it has; with support it needs no waiver."""
        others = tuple(each for each in self.citations if replace(each, stance=citation.stance) != citation)
        claim = replace(self, citations=(*others, citation))
        return claim.unwaived if claim.supported else claim

    def over(self, passages: Mapping[str, Passage]) -> Claim:
        """The claim with those citations whose quotes stand in these passages, by id."""
        found = (citation.found_in(passages.get(citation.passage_id)) for citation in self.citations)
        return replace(self, citations=tuple(citation for citation in found if citation))

    @property
    def supported(self) -> bool:
        """Whether at least one source supports it."""
        return any(citation.stance is Stance.SUPPORTS for citation in self.citations)

    @property
    def settled(self) -> bool:
        """Whether it may stand in an approved plan: supported, or waived with a reason."""
        return self.supported or bool(self.waived_reason)
