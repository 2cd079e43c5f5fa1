"""The slots a brief offers: names, audiences, facts of the offer and what competitors do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.gathering.passages import money_words
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.relevance import terms
from nexusplanner.infrastructure.rules.analysis import source_name, telling
from nexusplanner.infrastructure.rules.audience import Audience, audience_of
from nexusplanner.infrastructure.rules.documents import told
from nexusplanner.infrastructure.rules.evidence import query_of, stance
from nexusplanner.infrastructure.rules.slots import Slot
from nexusplanner.infrastructure.rules.text import cite, cleaned, first_sentence, plain, quotable, start, unended
from nexusplanner.infrastructure.rules.wishes import Wishes

LONGEST_FACT = 140
UNCOUNTABLE = frozenset({"revenue", "sales", "turnover", "profit", "awareness", "reach", "income", "margin"})


@dataclass(frozen=True, kw_only=True)
class Material:
    """Slots that stay the same for every idea of a brief, and the facts ideas take turns in using.

    rivals: slots of what competitors did, one set for each piece of news.
    """

    audience: Audience
    fixed: Mapping[str, Slot]
    benefits: tuple[Slot, ...]
    proofs: tuple[Slot, ...]
    rivals: tuple[Mapping[str, Slot], ...]

    def without(self, doubted: Collection[str]) -> Material:
        """The same without facts that were doubted, as long as any other is left."""
        if not doubted:
            return self
        kept = (tuple(one for one in facts if one.text not in doubted) for facts in (self.benefits, self.proofs))
        benefits, proofs = kept
        return replace(self, benefits=benefits or self.benefits, proofs=proofs or self.proofs)

    def offers(self) -> frozenset[str]:
        """Needs that the offer itself covers."""
        covered = {"benefit": bool(self.benefits), "proof": bool(self.proofs), "price": "price" in self.fixed}
        return frozenset(need for need, there in covered.items() if there)


def material_of(context: BriefContext, *, audience: Audience | None = None) -> Material:
    """The slots of a brief's own facts. audience: whom to speak to, when it is not the one asked for."""
    brief, service, brand = context.brief, context.service, context.brand
    asked = next(iter(context.of_kind(SourceKind.BRIEF)), None)
    offer = next(iter(context.of_kind(SourceKind.SERVICE)), None)
    spoken_to = audience or audience_of(context)
    name, brand_name = cleaned(service.name, longest=80), cleaned(brand.name, longest=60)
    outcome = cleaned(brand.outcome_name, longest=40) or "conversions"
    theme = cleaned(brief.theme, longest=120)
    fixed = {
        "service": Slot(text=name, citations=cite(offer, name)),
        "brand": Slot(text=brand_name, citations=cite(next(iter(context.of_kind(SourceKind.BRAND)), None), brand_name)),
        "audience": spoken_to.whole,
        "outcomes": Slot(text=outcome if outcome.isupper() else outcome[:1].lower() + outcome[1:]),
    }
    if cite(asked, theme) and not says(theme, banned=brand.banned_claims):
        fixed["theme"] = Slot(text=theme, citations=cite(asked, theme), fact=True)
    if service.price is not None and service.price.amount > 0:
        said = f"The price of {service.name} is {money_words(service.price)}"
        if plain(said) and cite(offer, said):
            fixed["price"] = Slot(text=said, citations=cite(offer, said), fact=True)
    category = cleaned(service.category, longest=40)
    if category:
        fixed["offer"] = Slot(text=f"{start(category)} from {brand_name}")
    fixed |= _told(context, asked=asked, offer=offer)
    return Material(
        audience=spoken_to,
        fixed=fixed,
        benefits=tuple(_facts(service.benefits, offer, banned=brand.banned_claims)),
        proofs=(*_facts(service.proofs, offer, banned=brand.banned_claims), *_documented(context)),
        rivals=tuple(_rivals(context)),
    )


def _told(context: BriefContext, *, asked: Passage | None, offer: Passage | None) -> dict[str, Slot]:
    found = {}
    for slot, text, passage in (
        ("description", context.service.description, offer),
        ("asked_audience", context.brief.target_audience, asked),
        ("objective", _objective(context), asked),
    ):
        quote = first_sentence(text, longest=180)
        if quote and cite(passage, quote) and not says(quote, banned=context.brand.banned_claims):
            found[slot] = Slot(text=quote, citations=cite(passage, quote), fact=True)
    return found


def _objective(context: BriefContext) -> str:
    """The objective that says most: one that is more than the name of what is counted."""
    counted = set(terms(context.brand.outcome_name))
    told = [one for one in context.brief.key_objectives if len(one.split()) > 1 and set(terms(one)) - counted]
    return max(told, key=lambda one: len(terms(one)), default="")


def _facts(texts: Iterable[str], offer: Passage | None, *, banned: Sequence[str]) -> Iterable[Slot]:
    for text in texts:
        quote = first_sentence(text, longest=LONGEST_FACT)
        if quote and cite(offer, quote) and not says(quote, banned=banned):
            yield Slot(text=quote, citations=cite(offer, quote), fact=True)


def _documented(context: BriefContext) -> Iterable[Slot]:
    """What the workspace's own documents prove; what others published is quoted as theirs, never said as ours."""
    for passage, quote in told(context, longest=LONGEST_FACT):
        if passage.trust == "own":
            yield Slot(text=quote, citations=cite(passage, quote), fact=True)


def _rivals(context: BriefContext) -> Iterable[Mapping[str, Slot]]:
    query = query_of(context)
    for passage in context.of_kind(SourceKind.SIGNAL):
        quote = quotable(passage, query=query) if stance([passage]) == "rival" else ""
        if quote and len(quote) <= LONGEST_FACT and not says(passage.text, banned=context.brand.banned_claims):
            yield {
                "rival": Slot(text=quote, citations=(passage.cite(quote),), fact=True),
                "rival_origin": Slot(text=source_name(passage)),
            }


def chosen(
    facts: Sequence[Slot], *, about: str, theme: str, taken: Mapping[str, int], wishes: Wishes | None = None
) -> list[Slot]:
    """The facts that suit an idea, best first: close to what it is about, to the theme and to the note, not used up.

    A fact the note wants left out comes last.
    """
    asked, meant = telling(about), telling(theme)
    noted = wishes.asked if wishes else frozenset()

    def worth(fact: Slot) -> tuple[bool, float]:
        own = set(terms(fact.text))
        refused = wishes is not None and wishes.refuses(fact.text)
        close = len(asked & own) + 1.5 * bool(meant & own) + 6.0 * bool(noted & own)
        return not refused, close - 2.0 * taken.get(fact.text, 0)

    return sorted(facts, key=worth, reverse=True)


def tidy_outcome(outcomes: str) -> str:
    """One of the outcomes: "sign-up" of "sign-ups"."""
    if outcomes.lower() in UNCOUNTABLE or not outcomes.endswith("s") or outcomes.endswith("ss"):
        return outcomes
    return unended(outcomes)[:-1]
