"""Checks what a provider wrote against its sources, and says in words how strong the evidence is."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.confidence import EvidenceStrength
from nexusplanner.domain.knowledge import Citation, Claim, Passage
from nexusplanner.domain.relevance import most_alike

DISTINCT = 0.6
"""Two ideas whose texts have a higher tf-idf cosine are one idea."""

MOST_PARTS = 20
MOST_KEPT = 2000
"""Characters of a text that go into the ledger."""

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")


def content_hash(text: str) -> str:
    """SHA-256 of a text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def output_of(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was written, for the ledger: the texts, cut where they are endless, and the hash of all of them."""
    whole = json.dumps(list(parts), ensure_ascii=False, sort_keys=True)
    texts = [{name: _bounded(value) for name, value in part.items()} for part in parts[:MOST_PARTS]]
    return {"sha256": content_hash(whole), "texts": texts}


def _bounded(value: Any) -> Any:
    return f"{value[: MOST_KEPT - 1]}\u2026" if isinstance(value, str) and len(value) > MOST_KEPT else value


def inputs_of(passages: Iterable[Passage]) -> dict[str, str]:
    """Content hashes by passage id."""
    return {passage.id: content_hash(f"{passage.title}\n{passage.text}") for passage in passages}


def standing(context: BriefContext, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Those citations whose words stand in a passage of this context."""
    return tuple(citation for citation in citations if context.known([citation]))


def figures(text: str) -> list[str]:
    """The figures in a text, as written."""
    return _FIGURE.findall(text)


def uncited_figures(text: str, claims: Iterable[Claim]) -> list[str]:
    """Sentences of `text` with a figure that no quote of a claim about it contains."""
    made = tuple(claims)
    found = []
    for sentence in _SENTENCE.split(text):
        numbers = set(figures(sentence))
        quoted = {
            number
            for claim in made
            if claim.text in sentence or sentence in claim.text
            for citation in claim.citations
            for number in figures(citation.quote)
        }
        if numbers - quoted:
            found.append(sentence.strip())
    return found


def checked_claims(context: BriefContext, claims: Iterable[Claim], *, texts: Sequence[str]) -> tuple[Claim, ...]:
    """The claims with only those citations that stand, and a claim without any for every figure nobody carries."""
    kept = tuple(replace(claim, citations=standing(context, claim.citations)) for claim in claims)
    bare = [Claim(text=sentence) for text in texts for sentence in uncited_figures(text, kept)]
    known = {claim.text for claim in kept}
    return (*kept, *(claim for claim in dict.fromkeys(bare) if claim.text not in known))


def checked_idea(context: BriefContext, idea: CampaignIdea) -> CampaignIdea:
    """The idea with checked claims."""
    texts = (idea.theme, idea.description, idea.core_message, idea.competitive_angle)
    return replace(idea, claims=checked_claims(context, idea.claims, texts=texts))


def checked_plan(context: BriefContext, plan: ChannelPlan) -> ChannelPlan:
    """The channel plan with checked claims."""
    return replace(plan, claims=checked_claims(context, plan.claims, texts=(plan.strategy,)))


def told(idea: CampaignIdea) -> str:
    """Everything of an idea that is read."""
    return f"{idea.theme}. {idea.description} {idea.core_message} {idea.competitive_angle}"


def distinct(ideas: Iterable[CampaignIdea], *, avoid: Sequence[CampaignIdea] = ()) -> tuple[CampaignIdea, ...]:
    """The ideas without those that repeat an earlier one or one to avoid."""
    kept: list[CampaignIdea] = []
    for idea in ideas:
        others = (*kept, *avoid)
        if all(most_alike([told(idea), told(other)]) <= DISTINCT for other in others):
            kept.append(idea)
    return tuple(kept)


def cited_ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Ids of the passages the claims cite, in order, each once."""
    return tuple(dict.fromkeys(citation.passage_id for claim in claims for citation in claim.citations))


def shown_title(passage: Passage) -> str:
    """A passage's title as plain text of at most 80 characters; titles of signals come from anybody."""
    line = " ".join(re.sub(r"<[^>]*>|[<>{}\[\]`|\\^~\u201c\u201d]", " ", passage.title).split())
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def strength_words(context: BriefContext, citations: Iterable[Citation]) -> str:
    """How many sources there are, how fresh, how independent, and whether they agree. Never a percentage."""
    return EvidenceStrength.of(citations, known=context.by_id, at=context.brief.start_date).words
