"""Gathers what is known for a brief into passages that every later step cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol
from uuid import UUID

from nexusplanner.application.agents.gathering import passages as make
from nexusplanner.application.agents.gathering.facts import Facts
from nexusplanner.application.agents.gathering.finding import about
from nexusplanner.application.agents.gathering.news import matching_signals
from nexusplanner.application.learning.memory import names_in
from nexusplanner.domain.agents import BrandFacts, BriefContext, Disliked, PastIdea, ServiceFacts
from nexusplanner.domain.campaigns import Brief, Campaign, CampaignIdea, CampaignStatus
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.learning import Learned, learn
from nexusplanner.domain.reference import Occasion, ReferenceData
from nexusplanner.domain.relevance import terms, words

MOST_CAMPAIGNS = 6
RAN = frozenset({CampaignStatus.ACTIVE, CampaignStatus.PAUSED, CampaignStatus.COMPLETED})
"""A draft or a cancelled campaign never ran: nothing may be cited from it as if it had."""
MOST_SEGMENTS = 8
MOST_HOLIDAYS = 3
_BUSINESS_WORDS = """b2b business businesses company companies enterprise enterprises firm firms team teams manager managers
    offices agency agencies hr cfo cto cio ceo founder founders sme smes startup startups employer employers procurement
    retailers manufacturer manufacturers freelancer freelancers consultant consultants employees staff workplace
    organisation organisations department departments clinics practices"""
_BUSINESS = frozenset(_BUSINESS_WORDS.split())


class Almanac(Protocol):
    """Knows which occasions fall between two days in a region."""

    def __call__(self, *, region: str, start: date, end: date) -> Sequence[Occasion]:
        """The occasions, by day."""
        ...


@dataclass(frozen=True, kw_only=True)
class KnownFact:
    """One line of "what we already know". kind: a passage kind. count: how many records stand behind it."""

    kind: str
    count: int
    text: str
    passage_ids: tuple[str, ...] = ()


def sells_to_business(*texts: str) -> bool:
    """Whether the words describe buyers who buy for a company."""
    found = {word for text in texts for word in words(text)}
    return bool(found & _BUSINESS)


def for_business(brief: Brief, service: Service) -> bool:
    """Whether the brief's buyers, or else the service's, buy for a company."""
    return sells_to_business(brief.target_audience or service.target_audience, service.category)


def region_of(brief: Brief, *, brand: Brand) -> str:
    """The region whose calendar counts: the brief's first, else the brand's."""
    return brief.regions[0] if brief.regions else brand.region


def build_context(
    facts: Facts,
    *,
    reference: ReferenceData,
    almanac: Almanac | None = None,
    note: str = "",
    disliked: tuple[Disliked, ...] = (),
) -> BriefContext:
    """Everything known for the brief, ordered by content and never by id or the time of the call.

    almanac: adds public holidays to the curated seasons. note: what the user asked for in a regeneration.
    disliked: what is written anew, and what people have against it.
    """
    brief, brand, service = facts.brief, facts.brand, facts.service
    campaigns = sorted(facts.past, key=lambda campaign: (campaign.brief.end_date, campaign.name), reverse=True)
    shown = tuple(sorted(facts.segments, key=lambda segment: (-segment.value_share, segment.name)))[:MOST_SEGMENTS]
    seen = seen_ideas((*campaigns, *([facts.own] if facts.own else [])), facts.feedback)
    calendar: Almanac = almanac or reference.occasions
    occasions = calendar(region=region_of(brief, brand=brand), start=brief.start_date, end=brief.end_date)
    found: list[Passage] = [
        make.brief_passage(brief, brand=brand),
        make.service_passage(service, brand=brand),
        make.brand_passage(brand),
        *matching_signals(facts.signals, brief=brief, brand=brand, query=about(brief, service), near=dict(facts.near)),
        *facts.documents,
        *(make.segment_passage(segment, brand=brand) for segment in shown),
        *(
            make.campaign_passage(campaign, brand=brand, channels=facts.channel_actuals, outcomes=facts.brand_actuals)
            for campaign in [each for each in campaigns if each.status in RAN][:MOST_CAMPAIGNS]
        ),
        *(
            make.actuals_passage(history, brand=brand)
            for history in make.channel_histories(facts.channel_actuals, reference=reference)
        ),
        *(passage for _, passage in seen if passage is not None),
        *(
            make.season_passage(occasion)
            for occasion in _fitting(occasions, offer=_offer(service), business=for_business(brief, service))
        ),
        *(make.channel_passage(channel) for channel in reference.channels),
        *(make.benchmark_passage(benchmark) for benchmark in reference.benchmarks),
        *(make.framework_passage(framework) for framework in reference.frameworks),
    ]
    return BriefContext(
        brief=brief,
        brand=_brand_facts(brand),
        service=_service_facts(service),
        segments=shown,
        passages=tuple({passage.id: passage for passage in found}.values()),
        past_ideas=tuple(idea for idea, _ in seen),
        note=note,
        learned=_learned(facts, reference=reference, note=note),
        disliked=disliked,
        not_compared=facts.not_compared,
        near=facts.nearness,
    )


def _learned(facts: Facts, *, reference: ReferenceData, note: str) -> Learned | None:
    """What feedback and results taught, as it counts on the campaign's first day; the same for the same brief and facts."""
    if facts.lessons is None:
        return None
    brief = facts.brief
    return learn(
        facts.lessons,
        brand_id=facts.brand.id,
        at=datetime.combine(brief.start_date, time.min, UTC),
        seed=f"{brief.theme}\x1f{brief.start_date}\x1f{facts.service.name}\x1f{note}",
        name_of=names_in(reference),
    )


def _brand_facts(brand: Brand) -> BrandFacts:
    return BrandFacts(
        id=brand.id,
        name=brand.name,
        industry=brand.industry,
        region=brand.region,
        voice=tuple(brand.voice),
        banned_claims=tuple(brand.banned_claims),
        outcome_name=brand.outcome_name,
        outcome_is_money=brand.outcome_is_money,
    )


def _service_facts(service: Service) -> ServiceFacts:
    return ServiceFacts(
        id=service.id,
        name=service.name,
        category=service.category,
        description=service.description,
        target_audience=service.target_audience,
        benefits=tuple(benefit for benefit in service.benefits if benefit.strip()),
        proofs=tuple(proof for proof in service.proofs if proof.strip()),
        price=service.price,
    )


def _offer(service: Service) -> str:
    return " ".join((service.name, service.category, service.description, *service.benefits))


def _fitting(occasions: Iterable[Occasion], *, offer: str, business: bool) -> tuple[Occasion, ...]:
    asked = set(terms(offer))
    buyer = "business" if business else "consumer"
    fitting, holidays = [], []
    for occasion in occasions:
        season = occasion.season
        if buyer in season.buyers and asked & {term for word in season.about for term in terms(word)}:
            fitting.append(occasion)
        elif not season.about and not business:
            holidays.append(occasion)
    return (*fitting, *holidays[:MOST_HOLIDAYS])


def _verdict(entry: Feedback) -> int:
    if entry.feedback_type is FeedbackType.RATING:
        rating = entry.rating or 3
        return (rating > 3) - (rating < 3)
    return {FeedbackType.LIKE: 1, FeedbackType.DISLIKE: -1}.get(entry.feedback_type, 0)


def seen_ideas(
    campaigns: Sequence[Campaign], feedback: Iterable[Feedback]
) -> tuple[tuple[PastIdea, Passage | None], ...]:
    """The ideas of the campaigns, each with what people thought of it and, where they did, a passage that says so."""
    by_target: dict[UUID, list[Feedback]] = {}
    for entry in sorted(feedback, key=lambda entry: entry.created_at):
        if entry.target is FeedbackTarget.IDEA:
            by_target.setdefault(entry.target_id, []).append(entry)
    ideas: Mapping[UUID, CampaignIdea] = {
        idea.id: idea for campaign in campaigns if campaign.plan for idea in campaign.plan.ideas
    }
    pairs = [_judged(idea, by_target.get(idea_id, [])) for idea_id, idea in ideas.items()]
    return tuple(sorted(pairs, key=lambda pair: (pair[0].theme, pair[0].angle, pair[0].verdict, pair[0].reason)))


def _judged(idea: CampaignIdea, entries: Sequence[Feedback]) -> tuple[PastIdea, Passage | None]:
    balance = sum(_verdict(entry) for entry in entries)
    verdict = "like" if balance > 0 else "dislike" if balance < 0 else ""
    told = [entry.comment or entry.reason for entry in entries if (entry.comment or entry.reason).strip()]
    reason = told[-1].strip() if told else ""
    past = PastIdea(theme=idea.theme, framework=idea.framework, angle=idea.angle, verdict=verdict, reason=reason)
    if not verdict:
        return past, None
    what = "liked" if verdict == "like" else "disliked"
    lines = [f"The idea {idea.theme} was {what}."]
    if reason:
        lines.append(f"The reason given: {make.sentence(reason)}")
    passage = Passage(
        id=f"feedback:{idea.id}",
        kind=SourceKind.FEEDBACK,
        title=f"Feedback on {idea.theme}",
        text="\n".join(lines),
        origin="the team's feedback",
        on=max(entry.created_at for entry in entries).date(),
    )
    return past, passage


def known_facts(context: BriefContext) -> tuple[KnownFact, ...]:
    """What is already known for a brief, in one line each, ready for the page where the brief is written."""
    facts = [
        _counted(context, SourceKind.PAST_CAMPAIGN, one="past campaign", many="past campaigns", first_line=True),
        _counted(context, SourceKind.SIGNAL, one="signal matches", many="signals match", first_line=False),
        _counted(
            context,
            SourceKind.DOCUMENT,
            one="passage of a document fits",
            many="passages of documents fit",
            first_line=False,
        ),
        _counted(context, SourceKind.SEGMENT, one="audience is known", many="audiences are known", first_line=True),
        _counted(context, SourceKind.ACTUALS, one="channel has", many="channels have", first_line=True),
        _counted(context, SourceKind.SEASON, one="occasion falls", many="occasions fall", first_line=True),
        _counted(context, SourceKind.FEEDBACK, one="idea was judged", many="ideas were judged", first_line=True),
    ]
    proofs = len(context.service.proofs)
    service = context.of_kind(SourceKind.SERVICE)
    words_for = "one proof" if proofs == 1 else f"{proofs} proofs" if proofs else "no proof"
    facts.append(
        KnownFact(
            kind=SourceKind.SERVICE.value,
            count=proofs,
            text=f"{context.service.name} has {words_for} on file.",
            passage_ids=tuple(passage.id for passage in service),
        )
    )
    return tuple(facts)


_ENDINGS: Mapping[SourceKind, str] = {
    SourceKind.PAST_CAMPAIGN: "of this brand",
    SourceKind.SIGNAL: "this brief",
    SourceKind.DOCUMENT: "this brief",
    SourceKind.SEGMENT: "from the customer records",
    SourceKind.ACTUALS: "a record of spend",
    SourceKind.SEASON: "into these dates",
    SourceKind.FEEDBACK: "by the team",
}


def _counted(context: BriefContext, kind: SourceKind, *, one: str, many: str, first_line: bool) -> KnownFact:
    found = context.of_kind(kind)
    counted = f"{len(found) or 'No'} {one if len(found) == 1 else many} {_ENDINGS[kind]}"
    detail = "" if not found else found[0].text.splitlines()[0] if first_line else found[0].title
    text = f"{counted}." if not detail else f"{counted}: {make.sentence(detail)}"
    return KnownFact(
        kind=kind.value, count=len(found), text=text, passage_ids=tuple(found_one.id for found_one in found)
    )
