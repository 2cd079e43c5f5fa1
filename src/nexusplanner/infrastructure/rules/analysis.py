"""From passages to findings, and from findings to opportunities."""

from __future__ import annotations

from collections.abc import Iterable

from nexusplanner.application.agents.checking.evidence import figures
from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.checking.wording import commands
from nexusplanner.domain.agents import BriefContext, Finding, MarketAnalysis, Opportunity
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.knowledge import Citation, Passage, SourceKind, Stance, freshness
from nexusplanner.domain.relevance import terms
from nexusplanner.infrastructure.rules.documents import told
from nexusplanner.infrastructure.rules.evidence import (
    AGREEING,
    Cluster,
    Quote,
    about,
    clusters,
    sides,
    stance,
    strength,
)
from nexusplanner.infrastructure.rules.text import cleaned, count_words, first_sentence, plain, start, unended

MOST_QUOTES = 4
MOST_CLUSTERS = 8
MOST_DOCUMENTS = 2
LONGEST_QUOTE = 200
"""Characters of what is quoted from a document."""
LEANING = 0.1
"""Below this a source is neither for nor against."""

FITTING = 4
"""Words in common with brief and offer from which on news counts in full; with fewer it counts less."""

LEAST_FIT = 0.5

LEAST_COMMON = 2
"""With fewer words in common, news is a finding but no ground for an idea."""

_STANCES = {
    "worry": "a worry to answer",
    "tailwind": "a movement to join",
    "neutral": "a conversation to join",
    "rival": "a contrast to draw",
    "duty": "a duty with a date",
}
_EFFECTS = {
    "worry": "On balance this works against the brand, which makes it worth answering.",
    "tailwind": "On balance this works for the brand.",
    "neutral": "For the brand it cuts neither way so far.",
    "rival": "It invites people to compare.",
    "duty": "It obliges buyers to act, which gives the campaign its date.",
    "media": "It concerns how attention is bought rather than what is said.",
}


def analyse(context: BriefContext) -> MarketAnalysis:
    """Findings from signals first, then from the brand's own records and the calendar, then what is missing."""
    signals = _allowed(context, context.of_kind(SourceKind.SIGNAL))
    found = [_of_signals(cluster) for cluster in clusters(context, signals)[:MOST_CLUSTERS]]
    for kind, topic in (
        (SourceKind.PAST_CAMPAIGN, "past campaigns"),
        (SourceKind.SEGMENT, "known customers"),
        (SourceKind.ACTUALS, "the record of spend"),
        (SourceKind.SEASON, "the calendar"),
        (SourceKind.FEEDBACK, "the team's feedback"),
    ):
        lines = [_first(passage) for passage in context.of_kind(kind)]
        kept = [line for line in lines if line is not None][:MOST_QUOTES]
        if kept:
            text = " ".join(f"{citation.quote}." for citation in kept)
            found.append(Finding(topic=topic, text=text, citations=tuple(kept), impact=0.0))
    documented = list(told(context, longest=LONGEST_QUOTE))[:MOST_QUOTES]
    if documented:
        shown = "; ".join(f"“{quote}” ({source_name(passage)})" for passage, quote in documented)
        citations = tuple(passage.cite(quote) for passage, quote in documented)
        found.append(Finding(topic="documents", text=f"Documents say: {shown}.", citations=citations, impact=0.0))
    missing = _missing(context)
    if missing:
        found.append(Finding(topic="what is missing", text=missing, citations=_brief_line(context), impact=0.0))
    return MarketAnalysis(findings=tuple(found))


def _allowed(context: BriefContext, passages: Iterable[Passage]) -> list[Passage]:
    return [passage for passage in passages if not says(passage.text, banned=context.brand.banned_claims)]


def _of_signals(cluster: Cluster) -> Finding:
    quotes = cluster.quotes[:MOST_QUOTES]
    shown = "; ".join(f"“{quote.text}” ({source_name(quote.passage)})" for quote in quotes)
    opening = f"{start(_counted(cluster))} of {cluster.topic}"
    mixed = "" if cluster.agreement >= AGREEING else " The sources do not agree with each other."
    effect = _EFFECTS[stance([quote.passage for quote in cluster.quotes])]
    return Finding(
        topic=cluster.topic,
        text=f"{opening}: {shown}.{mixed} {effect}",
        citations=tuple(quote.passage.cite(quote.text, stance=_stance(quote, cluster)) for quote in quotes),
        impact=round(cluster.impact, 3),
    )


def _stance(quote: Quote, cluster: Cluster) -> Stance:
    """What a source says about where its group points: it points there, elsewhere, or nowhere."""
    leaning = quote.passage.impact * (-1 if cluster.impact < 0 else 1)
    if abs(leaning) > LEANING:
        return Stance.SUPPORTS if leaning > 0 else Stance.CONTRADICTS
    return Stance.SUPPORTS if abs(cluster.impact) <= LEANING else Stance.BACKGROUND


def _counted(cluster: Cluster) -> str:
    """How many speak: as many sources, or several reports of fewer sources."""
    reports, origins = len(cluster.quotes), cluster.origins
    if reports == origins:
        return f"{count_words(origins)} {'source speaks' if origins == 1 else 'sources speak'}"
    return f"{count_words(reports)} reports from {count_words(origins)} {'source' if origins == 1 else 'sources'} speak"


def source_name(passage: Passage) -> str:
    """The source of a signal as it may be printed; a name with figures would look like a claim."""
    name = cleaned(passage.origin, longest=48)
    return name if name and plain(passage.origin) and not figures(name) and not commands(name) else "an outside source"


def _first(passage: Passage) -> Citation | None:
    line = passage.text.splitlines()[0] if passage.text else ""
    quote = unended(line)
    return passage.cite(quote) if quote and plain(quote) else None


def _brief_line(context: BriefContext) -> tuple[Citation, ...]:
    found = (_first(passage) for passage in context.of_kind(SourceKind.BRIEF))
    return tuple(citation for citation in found if citation is not None)


def _missing(context: BriefContext) -> str:
    named = {
        SourceKind.SIGNAL: "market signals that match the brief",
        SourceKind.SEGMENT: "customer records",
        SourceKind.PAST_CAMPAIGN: "past campaigns",
        SourceKind.ACTUALS: "a record of spend and outcomes",
    }
    lacking = [words for kind, words in named.items() if not context.of_kind(kind)]
    if not context.service.proofs:
        lacking.append("proofs for the service")
    if not lacking:
        return ""
    shown = lacking[0] if len(lacking) == 1 else f"{', '.join(lacking[:-1])} and {lacking[-1]}"
    return f"There are no {shown}; the plan rests on what else is known, and gets better with each of these."


def opportunities(context: BriefContext) -> tuple[Opportunity, ...]:
    """What is worth acting on, strongest first: market movements, audiences, past work, occasions, the offer itself."""
    found = [
        *_from_signals(context),
        *_from_segments(context),
        *_from_records(context),
        *_from_occasions(context),
        *_from_documents(context),
        *_from_offer(context),
    ]
    return tuple(sorted(found, key=lambda one: (-one.strength, one.name, one.description)))


def _from_signals(context: BriefContext) -> Iterable[Opportunity]:
    at = context.brief.start_date
    found = clusters(context, _allowed(context, context.of_kind(SourceKind.SIGNAL)))[:MOST_CLUSTERS]
    for whole, cluster in ((one, side) for one in found for side in sides(one)):
        finding = _of_signals(cluster)
        kind = stance([quote.passage for quote in cluster.quotes])
        if kind not in _STANCES:
            continue
        common = max(about(context, f"{one.passage.title} {one.text}") for one in cluster.quotes)
        if common < LEAST_COMMON:
            continue
        fit = LEAST_FIT + (1 - LEAST_FIT) * min(1.0, common / FITTING)
        yield Opportunity(
            name=f"{start(cluster.topic)}: {_STANCES[kind]}",
            description=finding.text,
            segment=best_segment(context, finding.text),
            strength=round(min(1.0, strength(cluster, at=at) * fit), 3),
            citations=(*finding.citations, *_against(whole, side=cluster)),
        )


def _against(whole: Cluster, *, side: Cluster) -> Iterable[Citation]:
    """What the other side of the same matter says."""
    for quote in whole.quotes:
        if quote not in side.quotes and quote.passage.impact * side.impact < 0:
            yield quote.passage.cite(quote.text, stance=Stance.CONTRADICTS)


def _from_segments(context: BriefContext) -> Iterable[Opportunity]:
    by_title = {passage.title: passage for passage in context.of_kind(SourceKind.SEGMENT)}
    fit = _fits(context)
    for segment in context.segments:
        passage = by_title.get(segment.name)
        citation = _first(passage) if passage else None
        if passage is None or citation is None or not segment.customers:
            continue
        alike = len(fit & telling(f"{segment.name} {segment.description}"))
        named = set(terms(segment.name)) & set(terms(context.note))
        if fit and not alike and not named:
            continue
        bonus = min(0.3, 0.06 * alike)
        yield Opportunity(
            name=f"{segment.name}: customers to start from",
            description=f"{citation.quote}. A campaign can begin with people whose habits are on record.",
            segment=segment.name,
            strength=round(min(0.8, 0.2 + 0.4 * segment.value_share + bonus), 3),
            citations=(citation,),
        )


def _fits(context: BriefContext) -> set[str]:
    return telling(f"{context.brief.target_audience} {context.service.target_audience} {context.brief.theme}")


_GENERIC = frozenset(
    terms("firm company business people person customer buyer staff small work time day year week month use make new")
)


def telling(text: str) -> set[str]:
    """The words of a text that tell it from others, in the way of audiences and offers."""
    return set(terms(text)) - _GENERIC


def _from_records(context: BriefContext) -> Iterable[Opportunity]:
    at = context.brief.start_date
    disliked = {past.theme for past in context.past_ideas if past.verdict == "dislike" and past.theme}
    for passage in context.of_kind(SourceKind.PAST_CAMPAIGN)[:2]:
        citation = _first(passage)
        if citation is not None and not any(theme in f"{passage.title}\n{passage.text}" for theme in disliked):
            yield Opportunity(
                name=f"{passage.title}: a campaign to build on",
                description=f"{citation.quote}. What it produced and what it taught can be used again.",
                segment="",
                strength=round(0.2 + 0.35 * freshness(passage.on, at=at), 3),
                citations=(citation,),
            )
    for passage in context.of_kind(SourceKind.ACTUALS)[:1]:
        citation = _first(passage)
        if citation is not None:
            yield Opportunity(
                name="The brand's own record: places that are known to answer",
                description=f"{citation.quote}. Ideas can be written for places whose response is on record.",
                segment="",
                strength=round(0.15 + 0.2 * freshness(passage.on, at=at), 3),
                citations=(citation,),
            )


def _from_occasions(context: BriefContext) -> Iterable[Opportunity]:
    brief = context.brief
    asked = set(terms(" ".join((brief.theme, *brief.key_objectives, brief.notes, context.note))))
    for passage in context.of_kind(SourceKind.SEASON):
        citation = _first(passage)
        if citation is not None:
            yield Opportunity(
                name=f"{start(passage.title)}: an occasion in the dates",
                description=f"{citation.quote}. It lies inside the campaign and gives people a reason to act.",
                segment="",
                strength=round((0.5 if passage.topics else 0.1) + 0.15 * bool(asked & set(terms(passage.title))), 3),
                citations=(citation,),
            )


def _from_documents(context: BriefContext) -> Iterable[Opportunity]:
    for passage, quote in list(told(context, longest=LONGEST_QUOTE))[:MOST_DOCUMENTS]:
        yield Opportunity(
            name=f"{context.service.name}: what {source_name(passage)} shows",
            description=f"It says “{quote}”, which can be quoted as it stands.",
            segment=best_segment(context, quote),
            strength=round(min(0.44, 0.36 + 0.02 * about(context, quote)), 3),
            citations=(passage.cite(quote),),
        )


def _from_offer(context: BriefContext) -> Iterable[Opportunity]:
    for passage in context.of_kind(SourceKind.SERVICE):
        for kind, facts, weight in (
            ("proof", context.service.proofs, 0.42),
            ("benefit", context.service.benefits, 0.36),
        ):
            quote = next((text for fact in facts if (text := first_sentence(fact, longest=140)) in passage.text), "")
            if quote and not says(quote, banned=context.brand.banned_claims):
                yield Opportunity(
                    name=f"{context.service.name}: a {kind} to lead with",
                    description=f"The catalogue says “{quote}”, which can be said as it stands.",
                    segment=best_segment(context, quote),
                    strength=weight,
                    citations=(passage.cite(quote),),
                )


def best_segment(context: BriefContext, text: str) -> str:
    """The audience that has most in common with the one asked for, then with the text.

    "" when there is none, or when an audience was asked for and no segment resembles it.
    """
    asked, fits, told = telling(context.brief.target_audience), _fits(context), telling(text)
    named = bool(context.brief.target_audience or context.service.target_audience)

    def common(segment: SegmentSummary) -> tuple[int, int, int]:
        described = telling(f"{segment.name} {segment.description} {segment.top_industry} {segment.top_region}")
        return len(asked & described), len(fits & described), len(told & described)

    if not context.segments:
        return ""
    best = max(context.segments, key=lambda one: (common(one), one.value_share, one.name))
    return "" if named and not any(common(best)[:2]) else best.name
