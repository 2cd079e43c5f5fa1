"""The slots a brief offers: names, audiences, facts of the offer and the evidence of an opportunity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nexusplanner.application.agents.passages import money_words
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.knowledge import Citation, Passage, SourceKind
from nexusplanner.domain.reference import Framework
from nexusplanner.domain.relevance import terms
from nexusplanner.infrastructure.rules.analysis import source_name, topic_of_opportunity
from nexusplanner.infrastructure.rules.evidence import stance
from nexusplanner.infrastructure.rules.slots import Line, Slot
from nexusplanner.infrastructure.rules.text import cleaned, first_sentence, plain, says, start, unended

LONGEST_FACT = 140
LONGEST_AUDIENCE = 90
UNCOUNTABLE = frozenset({"revenue", "sales", "turnover", "profit", "awareness", "reach", "income", "margin"})


@dataclass(frozen=True, kw_only=True)
class Material:
    """Slots that stay the same for every idea of a brief, and the facts ideas take turns in using."""

    fixed: Mapping[str, Slot]
    benefits: tuple[Slot, ...]
    proofs: tuple[Slot, ...]

    def offers(self) -> frozenset[str]:
        """Needs that the offer itself covers."""
        covered = {"benefit": bool(self.benefits), "proof": bool(self.proofs), "price": "price" in self.fixed}
        return frozenset(need for need, there in covered.items() if there)


def _cite(passage: Passage | None, quote: str) -> tuple[Citation, ...]:
    return (passage.cite(quote),) if passage is not None and quote and quote in passage.text else ()


def material_of(context: BriefContext) -> Material:
    """The slots of a brief's own facts."""
    brief, service, brand = context.brief, context.service, context.brand
    asked = next(iter(context.of_kind(SourceKind.BRIEF)), None)
    offer = next(iter(context.of_kind(SourceKind.SERVICE)), None)
    name = cleaned(service.name, longest=80)
    audience, audience_cited = _audience(context, asked, offer)
    brand_name = cleaned(brand.name, longest=60)
    outcome = cleaned(brand.outcome_name, longest=40) or "conversions"
    outcome = outcome if outcome.isupper() else outcome[:1].lower() + outcome[1:]
    theme = cleaned(brief.theme, longest=120)
    fixed = {
        "service": Slot(text=name, citations=_cite(offer, name)),
        "brand": Slot(
            text=brand_name, citations=_cite(next(iter(context.of_kind(SourceKind.BRAND)), None), brand_name)
        ),
        "audience": Slot(text=audience, citations=audience_cited),
        "audience_start": Slot(text=start(audience), citations=audience_cited),
        "outcomes": Slot(text=outcome),
    }
    if _cite(asked, theme):
        fixed["theme"] = Slot(text=theme, citations=_cite(asked, theme), fact=True)
    category = cleaned(service.category, longest=40)
    if category:
        fixed["category"] = Slot(text=category if category.isupper() else category[:1].lower() + category[1:])
    if service.price is not None and service.price.amount > 0:
        said = f"{service.name} costs {money_words(service.price)}"
        if plain(said) and _cite(offer, said):
            fixed["price"] = Slot(text=said, citations=_cite(offer, said), fact=True)
    _add_facts(fixed, context, asked=asked, offer=offer)
    banned = brand.banned_claims
    return Material(
        fixed=fixed,
        benefits=tuple(_facts(service.benefits, offer, banned=banned)),
        proofs=tuple(_facts(service.proofs, offer, banned=banned)),
    )


def _add_facts(fixed: dict[str, Slot], context: BriefContext, *, asked: Passage | None, offer: Passage | None) -> None:
    for slot, text, passage in (
        ("description", context.service.description, offer),
        ("asked_audience", context.brief.target_audience, asked),
        ("objective", next(iter(context.brief.key_objectives), ""), asked),
    ):
        quote = first_sentence(text, longest=180)
        if quote and _cite(passage, quote) and not says(quote, banned=context.brand.banned_claims):
            fixed[slot] = Slot(text=quote, citations=_cite(passage, quote), fact=True)


def _facts(texts: Iterable[str], offer: Passage | None, *, banned: Sequence[str]) -> Iterable[Slot]:
    for text in texts:
        quote = first_sentence(text, longest=LONGEST_FACT)
        if quote and _cite(offer, quote) and not says(quote, banned=banned):
            yield Slot(text=quote, citations=_cite(offer, quote), fact=True)


def _audience(context: BriefContext, asked: Passage | None, offer: Passage | None) -> tuple[str, tuple[Citation, ...]]:
    """Whom to speak to, as words in a sentence, with the place they come from."""
    for text, source in ((context.brief.target_audience, asked), (context.service.target_audience, offer)):
        found = first_sentence(text, longest=LONGEST_AUDIENCE) or cleaned(text.split(".")[0], longest=LONGEST_AUDIENCE)
        if found and not says(found, banned=context.brand.banned_claims):
            first, _, rest = found.partition(" ")
            proper = first.isupper() or not first.isalpha() or (rest[:1].isupper() and rest[1:2].islower())
            return (found if proper else found[:1].lower() + found[1:]), _cite(source, found)
    if context.segments:
        return cleaned(context.segments[0].name, longest=LONGEST_AUDIENCE), ()
    return "people who need it", ()


def chosen(facts: Sequence[Slot], *, about: str, taken: Mapping[str, int]) -> list[Slot]:
    """The facts, those used least so far first, then those closest to what an idea is about."""
    asked = set(terms(about))
    order = sorted(
        range(len(facts)), key=lambda i: (taken.get(facts[i].text, 0), -len(asked & set(terms(facts[i].text))), i)
    )
    return [facts[i] for i in order]


def evidence_slots(context: BriefContext, opportunity: Opportunity, *, variant: int) -> dict[str, Slot]:
    """The slots an opportunity fills: the quote that carries it and the names in it."""
    citations = [citation for citation in opportunity.citations if citation.passage_id in context.by_id]
    if not citations:
        return {}
    citation = citations[variant % len(citations)]
    passage = context.by_id[citation.passage_id]
    slots = {
        "quote": Slot(text=citation.quote, citations=(citation,), fact=True),
        "origin": Slot(text=source_name(passage)),
    }
    if passage.kind is SourceKind.SIGNAL:
        topic = topic_of_opportunity(context, opportunity)
        slots |= {name: Slot(text=start(topic)) for name in ("Topic", "topic_start")} | {"topic": Slot(text=topic)}
    title = cleaned(passage.title, longest=60)
    named = {SourceKind.SEGMENT: "segment", SourceKind.SEASON: "occasion", SourceKind.PAST_CAMPAIGN: "past"}
    if passage.kind in named:
        slots[named[passage.kind]] = Slot(text=title, citations=_cite(passage, title))
    return slots


def needs_of(context: BriefContext, opportunity: Opportunity) -> str:
    """The kind of evidence an opportunity brings, as angles name it."""
    passages = [context.by_id[one.passage_id] for one in opportunity.citations if one.passage_id in context.by_id]
    kinds = {
        SourceKind.SEGMENT: "segment",
        SourceKind.SEASON: "season",
        SourceKind.PAST_CAMPAIGN: "past",
        SourceKind.ACTUALS: "actuals",
    }
    if not passages:
        return ""
    if passages[0].kind is SourceKind.SIGNAL:
        return stance([passage for passage in passages if passage.kind is SourceKind.SIGNAL])
    return kinds.get(passages[0].kind, "")


def framework_slots(context: BriefContext, framework: Framework) -> dict[str, Slot]:
    """The framework's parts, cited from its passage."""
    passage = context.by_id.get(f"framework:{framework.key}")
    parts = f"{', '.join(framework.parts[:-1])} and {framework.parts[-1]}"
    cited = _cite(passage, parts)
    return {"parts": Slot(text=parts, citations=cited, fact=True)} if cited else {}


def feedback_line(context: BriefContext) -> Line | None:
    """What was said against an earlier idea, when it can be repeated."""
    for past in context.past_ideas:
        theme, quote = cleaned(past.theme, longest=80), first_sentence(past.reason, longest=140)
        if past.verdict != "dislike" or not quote or says(f"{theme} {quote}", banned=context.brand.banned_claims):
            continue
        for passage in context.of_kind(SourceKind.FEEDBACK):
            cited = (*_cite(passage, theme), *_cite(passage, quote))
            if len(cited) == 2:
                text = f"It keeps clear of the earlier “{theme}”, of which the team said: “{quote}”."
                return Line(text=text, citations=cited, facts=(quote,))
    return None


def tidy_outcome(outcomes: str) -> str:
    """One of the outcomes: "sign-up" of "sign-ups"."""
    if outcomes.lower() in UNCOUNTABLE or not outcomes.endswith("s") or outcomes.endswith("ss"):
        return outcomes
    return unended(outcomes)[:-1]
