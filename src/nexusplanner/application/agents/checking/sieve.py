"""Lets through what of one answer may stand in a context, and counts what may not, by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Generic, TypeVar

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.lookalikes import visible
from nexusplanner.application.agents.checking.ours import carried, is_ours
from nexusplanner.application.agents.checking.quotes import citations_of
from nexusplanner.application.agents.checking.wording import Cleaned, clean, heading, sentences
from nexusplanner.application.agents.drafts import ClaimDraft, QuoteDraft
from nexusplanner.application.agents.prompt_files import instructions
from nexusplanner.application.ports.models import FailureKind, Unusable
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.knowledge import Citation, Claim
from nexusplanner.domain.relevance import terms, words

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)

MOST_CLAIMS = 12
LONGEST_CLAIM = 300
ALIKE = 0.6
"""Share of words a claim has in common with the sentence it is about."""
REPEATED = 6
"""So many words in a row that stand in our instructions are a repetition of them."""

NO_SOURCE = "without a source that stands"
OURS = "with a number that only the application states"
_SURE = frozenset({"own", "published"})


@dataclass(frozen=True, kw_only=True)
class Settled(Generic[V_co]):
    """What stands of an answer. removed: how often something did not, by reason. count: of the things that stand."""

    value: V_co
    count: int
    removed: Counter[str]

    def require(self) -> None:
        """Raise Unusable when nothing stands."""
        if not self.count:
            bare = self.removed[NO_SOURCE] > 0
            why = "; ".join(self.in_words) or "it holds nothing that was asked for"
            raise Unusable(
                f"Nothing of the answer may stand: {why}.",
                kind=FailureKind.UNKNOWN_EVIDENCE if bare else FailureKind.INVALID,
            )

    @property
    def in_words(self) -> tuple[str, ...]:
        """What was taken out of the answer: "two texts with a link"."""
        return tuple(
            f"{number} {'text' if number == 1 else 'texts'} of the answer {why}"
            for why, number in sorted(self.removed.items())
            if number
        )


@dataclass
class Sieve:
    """For one answer. removed: how often something did not pass, by reason."""

    context: BriefContext
    step: TextStep
    removed: Counter[str] = field(default_factory=Counter)

    def settled(self, value: V, *, count: int) -> Settled[V]:
        """The value with what was removed on the way to it."""
        return Settled(value=value, count=count, removed=+self.removed)

    def heading(self, text: str, *, most: int) -> str:
        """A short text without figures; "" when it may not stand."""
        found = self._counted(heading(text, longest=most, banned=self.context.brand.banned_claims))
        if found and (figures(found) or is_ours(self.context, found) or self._repeats(found)):
            self.removed[OURS] += 1
            return ""
        return found

    def text(self, text: str, *, most: int) -> str:
        """The sentences of a text that may stand; figures are judged later, with the claims."""
        found = self._counted(clean(text, longest=most, banned=self.context.brand.banned_claims))
        kept = [sentence for sentence in sentences(found) if not self._repeats(sentence)]
        self.removed["that repeat the instructions"] += len(sentences(found)) - len(kept)
        return " ".join(kept)

    def citations(self, quotes: Sequence[QuoteDraft]) -> tuple[Citation, ...]:
        """The quotes that stand."""
        found = citations_of(self.context, quotes)
        if quotes and not found:
            self.removed[NO_SOURCE] += 1
        return found

    def claims(self, drafts: Iterable[ClaimDraft], *, texts: Iterable[str]) -> tuple[Claim, ...]:
        """A claim for each sentence of the texts that is said to be carried, with the quotes that stand.

        A claim in words of its own stands when sources carry it, figures included.
        """
        said = [sentence for text in texts for sentence in sentences(text)]
        found: dict[str, tuple[Citation, ...]] = {}
        for draft in tuple(drafts)[:MOST_CLAIMS]:
            citations = self.citations(draft.quotes)
            sentence = _sentence_of(draft.text, said)
            if not sentence and citations:
                claim = Claim(text=self.text(draft.text, most=LONGEST_CLAIM), citations=citations)
                sentence = self.without_ours(claim.text, [claim], strict=True)
            if sentence:
                found[sentence] = tuple(dict.fromkeys((*found.get(sentence, ()), *citations)))
        return tuple(Claim(text=sentence, citations=citations) for sentence, citations in found.items())

    def without_ours(self, text: str, claims: Sequence[Claim], *, strict: bool = False) -> str:
        """The text without sentences that state our numbers and are not carried by a record or a published source.

        strict: sentences with any figure that no quote carries go, too.
        """
        kept = []
        for sentence in sentences(text):
            free = not is_ours(self.context, sentence) or carried(self.context, sentence, claims, trusted=_SURE)
            if free and not (strict and not carried(self.context, sentence, claims)):
                kept.append(sentence)
            else:
                self.removed[OURS] += 1
        return " ".join(kept)

    def carried_only(self, text: str, citations: Sequence[Citation]) -> str:
        """The text without sentences whose figures no quote carries."""
        claim = Claim(text=text, citations=tuple(citations))
        kept = [one for one in sentences(text) if carried(self.context, one, [replace(claim, text=one)])]
        self.removed[OURS] += len(sentences(text)) - len(kept)
        return " ".join(kept)

    def chosen(self, names: Iterable[str], *, among: Iterable[str], most: int) -> tuple[str, ...]:
        """Those of the names that were to choose from, spelled as there."""
        open_to = {name.casefold(): name for name in among}
        found = (open_to.get(name.strip().casefold()) for name in tuple(names)[: 4 * most])
        return tuple(dict.fromkeys(name for name in found if name is not None))[:most]

    def _counted(self, found: Cleaned) -> str:
        self.removed.update(f"with {why}" for why in found.removed)
        return found.text

    def _repeats(self, sentence: str) -> bool:
        said, told = words(sentence), _told(self.step)
        return any(f" {' '.join(said[at : at + REPEATED])} " in told for at in range(len(said) - REPEATED + 1))


@cache
def _told(step: TextStep) -> str:
    return f" {' '.join(words(instructions(step.value).text))} "


def _sentence_of(claim: str, said: Sequence[str]) -> str:
    """The sentence a claim is about: the one that holds its words, else the one most like it; "" for none."""
    text = " ".join(visible(claim[:1000]).split())
    exact = next((sentence for sentence in said if text and (text in sentence or sentence in text)), "")
    if exact:
        return exact
    asked = set(terms(text))
    best = max(said, key=lambda sentence: _overlap(asked, sentence), default="")
    return best if best and _overlap(asked, best) >= ALIKE else ""


def _overlap(asked: set[str], sentence: str) -> float:
    held = set(terms(sentence))
    return len(asked & held) / len(asked | held) if asked | held else 0.0
