"""What each channel should do with its budget, in words; amounts are never touched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.gathering.benchmarks import country_of
from nexusplanner.domain.agents import BriefContext, Disliked
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.feedback import Reason
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.learning import ArmKind
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.reference import Benchmark, ChannelProfile, Metric, ReferenceData
from nexusplanner.infrastructure.rules.audience import inside
from nexusplanner.infrastructure.rules.copy import Copy, copy_for, copy_line
from nexusplanner.infrastructure.rules.leanings import in_order
from nexusplanner.infrastructure.rules.material import UNCOUNTABLE, Material, material_of, tidy_outcome
from nexusplanner.infrastructure.rules.replies import channel_note_line
from nexusplanner.infrastructure.rules.slots import Line, Slot, claims, first_line, seed_of
from nexusplanner.infrastructure.rules.text import cite, cleaned, listed, start, unended
from nexusplanner.infrastructure.rules.wishes import Wishes, wishes_of

LEAST_SHARE = 0.001
"""Below this part of the budget a channel has no work to describe."""

_TELLING = (Metric.CPL, Metric.CPC, Metric.RESPONSE_RATE, Metric.CLICK_RATE, Metric.CPM, Metric.CTR, Metric.CVR)
"""Which benchmark says most about a channel, first to last."""


@dataclass
class Desk:
    """What the channels so far have taken, so that the next one says something else.

    disliked: the texts that are written anew because somebody disliked them, by channel.
    """

    context: BriefContext
    ideas: Sequence[CampaignIdea]
    reference: ReferenceData
    material: Material
    wishes: Wishes
    disliked: Mapping[str, Disliked] = field(default_factory=dict)
    carried: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    place: int = 0
    noted: Line | None = None


def strategies(
    context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan], *, reference: ReferenceData
) -> tuple[ChannelPlan, ...]:
    """The same plans with strategy, claims and KPIs; no two of them share a sentence."""
    desk = Desk(
        context=context,
        ideas=ideas,
        reference=reference,
        material=material_of(context),
        wishes=wishes_of(context),
        disliked={each.channel: each for each in reversed(context.disliked) if each.channel and each.disliked},
    )
    return tuple(_with_strategy(desk, plan) for plan in plans)


def _with_strategy(desk: Desk, plan: ChannelPlan) -> ChannelPlan:
    banned = desk.context.brand.banned_claims
    lines = [line for line in _lines(desk, plan) if line.text not in desk.said and not says(line.text, banned=banned)]
    desk.said.update(line.text for line in lines)
    desk.place += 1
    return replace(
        plan,
        strategy=" ".join(line.text for line in lines),
        strategy_author=Author.RULES,
        claims=claims(lines),
        kpis=_kpis(desk.context, profile=desk.reference.channel(plan.channel), plan=plan),
    )


def _lines(desk: Desk, plan: ChannelPlan) -> list[Line]:
    """What the channel does, what is known of it, what to run there, its formats and its copy."""
    context, profile = desk.context, desk.reference.channel(plan.channel)
    name = cleaned(desk.reference.name_of(plan.channel), longest=60)
    works = plan.budget.amount > LEAST_SHARE * context.brief.total_budget.amount
    idea = _idea(desk, plan) if works else None
    role = _role(name, profile, idea=idea, plan=plan, works=works)
    ground = _ground(desk, plan, profile=profile, name=name)
    found = [role, None if ground and _is_doubted(desk, plan, ground) else ground]
    if profile is not None and idea is not None:
        copies = _copies(desk, idea, profile)
        play = _play(desk, copies, profile=profile, idea=idea, plan=plan)
        told = [one for one in copies if play is None or f"“{one.shown}”" not in play.text]
        formats = None if desk.wishes.short else _formats(desk, profile, name=name)
        passage = context.by_id.get(f"benchmark:channel.{profile.key}")
        found += [play, formats, copy_line(told, passage=passage)]
    if works and desk.noted is None:
        desk.noted = channel_note_line(context, wishes=desk.wishes, told=" ".join(line.text for line in found if line))
        found.append(desk.noted)
    return [line for line in found if line is not None]


def _is_doubted(desk: Desk, plan: ChannelPlan, line: Line) -> bool:
    """Whether the line quotes what somebody said is not true."""
    old = desk.disliked.get(plan.channel)
    if old is None or old.reason is not Reason.NOT_TRUE:
        return False
    return any(citation.quote in old.strategy for citation in line.citations)


def _copies(desk: Desk, idea: CampaignIdea, profile: ChannelProfile) -> list[Copy]:
    angle = desk.reference.angle(idea.angle)
    loud = desk.wishes.tone == "bold" and desk.wishes.from_note and angle is not None
    return copy_for(
        desk.context,
        idea,
        profile,
        material=desk.material,
        wishes=desk.wishes,
        titles=[one for one in angle.bold_themes if "{" not in one] if loud and angle else (),
        used=desk.lines,
    )


def _idea(desk: Desk, plan: ChannelPlan) -> CampaignIdea | None:
    """The chosen idea if there is one, else one written for this channel that few channels carry so far."""
    chosen = [idea for idea in desk.ideas if idea.chosen] or list(desk.ideas)
    suited = [idea for idea in chosen if plan.channel in idea.channels] or chosen
    if not suited:
        return None
    if plan.channel in desk.disliked:
        old = desk.disliked[plan.channel].strategy
        suited = (
            [idea for idea in suited if idea.theme not in old]
            or [idea for idea in chosen if idea.theme not in old]
            or suited
        )
    idea = min(suited, key=lambda one: desk.carried[one.theme])
    desk.carried[idea.theme] += 1
    return idea


def plural(name: str) -> bool:
    """Whether a channel's name stands in the plural: "Events" and "Facebook and Instagram", not "Press"."""
    return " and " in name or (name.endswith("s") and not name.endswith("ss"))


def _verb(role: str, *, of: str, name: str) -> str:
    """The role with its first verb in the number of `name`; it was written for the name `of`."""
    verb, _, rest = role.partition(" ")
    if plural(of) and not plural(name):
        verb = f"{verb}es" if verb.endswith(("ch", "sh", "ss", "x")) else f"{verb}s"
    elif plural(name) and not plural(of):
        verb = verb[:-2] if verb.endswith(("ches", "shes", "sses", "xes")) else verb.removesuffix("s")
        verb = {"i": "are", "ha": "have"}.get(verb, verb)
    return f"{verb} {rest}"


def _role(
    name: str, profile: ChannelProfile | None, *, idea: CampaignIdea | None, plan: ChannelPlan, works: bool
) -> Line:
    if not works:
        share = "next to nothing" if plan.budget.amount else "nothing"
        gets = "get" if plural(name) else "gets"
        return Line(text=f"{name} {gets} {share} for now, because the same money is expected to bring more elsewhere.")
    carries = "they carry" if plural(name) else "it carries"
    here = f"; here {carries} “{idea.theme}”" if idea else ""
    cited = tuple(c for claim in idea.claims if claim.text == idea.theme for c in claim.citations) if idea else ()
    if profile is None:
        kept = "are" if plural(name) else "is"
        return Line(text=f"{name} {kept} used as the brand has used {'them' if plural(name) else 'it'}{here}.")
    role = profile.role if profile.name == name else _verb(profile.role, of=profile.name, name=name)
    return Line(text=f"{name} {role}{here}.", citations=cited)


_RECORDED = (
    "The brand's own record stands behind the figures: {total}, {detail}.",
    "The plan knows this place well: {total} are on record, {detail}.",
    "Nothing here is borrowed, for the books hold {total}, {detail}.",
    "What to expect is read from {total}, {detail}.",
    "This share rests on {total}, {detail}.",
    "The curve comes from {total}, {detail}.",
)
_THIN = "The record is thin, {total}, {detail}, so the first weeks are watched before the rest is released."
_TOTAL = re.compile(r"\d[\d,]* weeks with [\d,.]+ [A-Z]{3} in all")
_WEEKLY = re.compile(r"[\d,.]+ [A-Z]{3} a week")
_CLICK = re.compile(r"[\d,.]+ [A-Z]{3} a click")
_CLICKED = frozenset({"search", "social", "display", "linkedin", "affiliates", "email", "content_seo", "influencers"})
_BORROWED = (
    "There is no record here yet, so a published figure stands in: “{figure}”.",
    "Until the first weeks are in, the plan leans on what others report: “{figure}”.",
    "The brand has not been here before, and the plan borrows a figure from outside: “{figure}”.",
    "What to expect is borrowed, “{figure}”, and replaced as soon as own weeks are on record.",
    "Others report “{figure}”, which serves as the starting point until the brand has figures of its own.",
    "As long as own figures are missing, this one is used: “{figure}”.",
)
_ASSUMED = (
    "Nobody publishes a figure for this, so the plan assumes that {figure}, and tests it first.",
    "Here the plan rests on an assumption, that {figure}, and the first weeks are there to correct it.",
    "Neither a record nor a publication helps, so the working figure is that {figure}.",
    "For a start it is assumed that {figure}, with a modest share until that is known.",
    "An assumption has to do for now, namely that {figure}.",
    "Without a record or a source, it is taken that {figure}.",
)


def _ground(desk: Desk, plan: ChannelPlan, *, profile: ChannelProfile | None, name: str) -> Line | None:
    """What is known of the channel: its own record, or a benchmark and that it is one."""
    records = desk.context.of_kind(SourceKind.ACTUALS)
    record = next((one for one in records if one.id.rsplit(":", 1)[-1] == plan.channel), None)
    if record is not None:
        return _recorded(desk, plan, record, profile=profile)
    found = _telling(desk, profile) if profile else None
    if found is None:
        verb = "have" if plural(name) else "has"
        return Line(text=f"{name} {verb} neither a record nor a published figure, so the first weeks are a test.")
    benchmark, passage = found
    frames = _ASSUMED if benchmark.assumption else _BORROWED
    quote = unended(benchmark.text.removeprefix("Assumed: "))
    shown = inside(quote) if benchmark.assumption else quote
    slots = {"figure": Slot(text=shown, citations=(passage.cite(quote),), fact=True)}
    return first_line(frames, slots, seed=desk.place + (plan.channel in desk.disliked))


def _recorded(desk: Desk, plan: ChannelPlan, record: Passage, *, profile: ChannelProfile | None) -> Line | None:
    total = _TOTAL.search(record.text)
    clicked = profile is not None and (profile.key in _CLICKED or profile.within in _CLICKED)
    details = [_CLICK.search(record.text)] if clicked else []
    detail = next((match[0] for match in (*details, _WEEKLY.search(record.text)) if match), "")
    if total is None or not detail:
        quote = unended(record.text.splitlines()[0])
        return Line(text=f"The record says “{quote}”.", citations=(record.cite(quote),))
    slots = {
        "total": Slot(text=total[0], citations=cite(record, total[0]), fact=True),
        "detail": Slot(text=f"at {detail}", citations=cite(record, detail), fact=True),
    }
    frames = _RECORDED if plan.quality is QualityClass.MEASURED else (_THIN,)
    return first_line(frames, slots, seed=desk.place + (plan.channel in desk.disliked))


def _telling(desk: Desk, profile: ChannelProfile) -> tuple[Benchmark, Passage] | None:
    context = desk.context
    region = country_of((*context.brief.regions, context.brand.region)[0])
    industry = f"{context.brand.industry} {context.service.category}"
    found = desk.reference.benchmarks_of(profile.key, region=region, industry=industry)
    rows = [
        (row, passage)
        for row in found
        if (passage := context.by_id.get(f"benchmark:{row.key}")) is not None and row.metric in _TELLING
    ]
    rows.sort(
        key=lambda pair: (
            bool(pair[0].assumption),
            pair[0].distance(region=region, industry=industry),
            _TELLING.index(pair[0].metric),
        )
    )
    return rows[0] if rows else None


def _play(
    desk: Desk, copies: Sequence[Copy], *, profile: ChannelProfile, idea: CampaignIdea, plan: ChannelPlan
) -> Line | None:
    slots: dict[str, Slot] = {"outcomes": Slot(text=_outcomes(desk.context))}
    if copies:
        line = copies[0].line
        slots["line"] = Slot(text=copies[0].shown, citations=line.citations, fact=bool(line.citations))
    seed = seed_of(idea.theme, plan.channel, desk.context.note)
    found = [first_line((play,), slots, seed=0) for play in _turned(profile.plays, seed)]
    free = [line for line in found if line is not None and line.text not in desk.said]
    other = [line for line in free if not _was_said(desk, plan, line)]
    return next(iter(other or free), None)


def _was_said(desk: Desk, plan: ChannelPlan, line: Line) -> bool:
    """Whether the line stands in the disliked text that is written anew."""
    old = desk.disliked.get(plan.channel)
    return old is not None and line.text in old.strategy


def _turned(plays: Sequence[str], seed: int) -> Sequence[str]:
    first = seed % len(plays)
    return (*plays[first:], *plays[:first])


def _formats(desk: Desk, profile: ChannelProfile, *, name: str) -> Line:
    """The channel's formats, the one to lead with first, without those that are not wanted."""
    one = name[:-1] if plural(name) and name.endswith("s") else name
    refused = {each for each in profile.formats if desk.wishes.refuses(each)}
    formats = in_order(desk.context, ArmKind.FORMAT, profile.formats, refused=refused)
    return Line(text=f"{one} formats are {listed(formats)}.")


def _outcomes(context: BriefContext) -> str:
    return cleaned(context.brand.outcome_name, longest=40) or "conversions"


def _kpis(context: BriefContext, *, profile: ChannelProfile | None, plan: ChannelPlan) -> tuple[str, ...]:
    outcomes = _outcomes(context)
    if context.brand.outcome_is_money:
        cost = f"{start(outcomes)} per {plan.budget.currency} spent"
    elif outcomes.lower() in UNCOUNTABLE:
        cost = f"{start(outcomes)} for the money spent"
    else:
        cost = f"Cost per {tidy_outcome(outcomes)}"
    templates = profile.kpis if profile else ("{cost_of_outcome}", "{outcomes} from this channel")
    slots: Mapping[str, Slot] = {"cost_of_outcome": Slot(text=cost), "outcomes": Slot(text=outcomes)}
    lines = (first_line((template,), slots, seed=0) for template in templates)
    return tuple(line.text for line in lines if line is not None)
