"""What rules write for twenty briefs over the demonstration brands, read as a strict editor reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import pytest
from tests.factories.demo_briefs import BRIEFS, demo_context, demo_facts, demo_plans

from nexusplanner.application.agents.checking.evidence import checked_idea, checked_plan
from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.domain.agents import BriefContext, PastIdea
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.knowledge import Claim, Passage, SourceKind
from nexusplanner.domain.relevance import most_alike, words
from nexusplanner.domain.shared import IdeaId
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService
from nexusplanner.infrastructure.rules.copy import fits

REFERENCE = load_reference_data()
RULES = RulesIdeationService(reference=REFERENCE)
NUMBERS = range(len(BRIEFS))
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
QUOTED = re.compile(r"“([^”]*)”")
LEFT_OVER = re.compile(r"[{}<>\[\]]|TODO|lorem|xxx|None|“”|“\s|\s”|\s[,.;:!?]|[,;:]\.|\.\.|\?\.|!\.|,,| {2,}|\bnan\b")
DOUBLED = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
VOWELS = re.compile(r"\ba (?=[aeiou])(?!one\b|use|uni|eur|once)|\ban (?=[^aeiouhA-Z\d“])", re.IGNORECASE)


async def proposed(known: BriefContext, *, avoid: tuple[CampaignIdea, ...] = ()) -> tuple[CampaignIdea, ...]:
    """Four refined ideas."""
    analysis = (await RULES.analyse(known)).value
    found = (await RULES.opportunities(known, analysis)).value
    ideas = (await RULES.ideate(known, found, count=4, avoid=avoid)).value
    return tuple((await RULES.refine(known, ideas)).value)


Whole = tuple[BriefContext, tuple[CampaignIdea, ...], tuple[ChannelPlan, ...]]
CAMPAIGNS: dict[int, Whole] = {}
"""Campaigns made so far: many tests read the same one."""


async def campaign(number: int) -> Whole:
    """The whole campaign of a brief."""
    if number not in CAMPAIGNS:
        known = demo_context(number)
        ideas = await proposed(known)
        plans = (await RULES.strategies(known, ideas, demo_plans(demo_facts(number)))).value
        CAMPAIGNS[number] = known, ideas, tuple(plans)
    return CAMPAIGNS[number]


def texts(idea: CampaignIdea) -> tuple[str, ...]:
    return (idea.description, idea.core_message, idea.competitive_angle)


def told(idea: CampaignIdea) -> str:
    return ". ".join((idea.theme, *texts(idea)))


def sentences(text: str) -> list[str]:
    """The sentences of a text; what stands in quotation marks is part of the sentence around it."""
    quotes = QUOTED.findall(text)
    rest = iter(quotes)
    parts = SENTENCE.split(QUOTED.sub("“”", text))
    return [re.sub("“”", lambda _: f"“{next(rest)}”", one).strip() for one in parts if one.strip()]


def own_words(text: str) -> str:
    """The text without what it quotes: quotes are written by others and stay as they are."""
    return QUOTED.sub("“quote”", text)


def figures_without_source(text: str, claims: Iterable[Claim]) -> list[str]:
    made = tuple(claims)
    found = []
    for sentence in sentences(text):
        carried = {
            figure
            for claim in made
            if claim.text in sentence or sentence in claim.text
            for citation in claim.citations
            for figure in FIGURE.findall(citation.quote)
        }
        found += [f"{figure}: {sentence}" for figure in FIGURE.findall(sentence) if figure not in carried]
    return found


@pytest.mark.parametrize("number", NUMBERS)
async def test_four_ideas_differ(number: int) -> None:
    _, ideas, _ = await campaign(number)

    assert len(ideas) == 4
    assert most_alike([told(idea) for idea in ideas]) <= 0.6
    assert len({idea.theme for idea in ideas}) == len({idea.angle for idea in ideas}) == 4
    assert len({idea.framework for idea in ideas}) == 4
    shared = Counter(sentence for idea in ideas for text in texts(idea) for sentence in sentences(text))
    assert not [sentence for sentence, times in shared.items() if times > 1]


@pytest.mark.parametrize("number", NUMBERS)
async def test_every_sentence_is_finished(number: int) -> None:
    _, ideas, plans = await campaign(number)
    for text in (*(text for idea in ideas for text in texts(idea)), *(plan.strategy for plan in plans)):
        assert text == text.strip()
        for sentence in sentences(text):
            assert sentence.endswith((".", "?", "!")), sentence
            assert sentence[0].isupper() or sentence[0] in "“0123456789", sentence
            assert sentence.count("“") == sentence.count("”"), sentence
            assert sentence.count("(") == sentence.count(")"), sentence
            assert len(own_words(sentence).split()) <= 60, sentence
    for title in (idea.theme for idea in ideas):
        assert title[0].isupper() or title[0].isdigit()
        assert len(title) <= 80


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_language_is_clean(number: int) -> None:
    _, ideas, plans = await campaign(number)
    lines = [text for idea in ideas for text in (idea.theme, *texts(idea), idea.target_kpi)]
    lines += [text for plan in plans for text in (plan.strategy, *plan.kpis)]
    for line in lines:
        assert not LEFT_OVER.search(line), LEFT_OVER.search(line)
        assert not DOUBLED.search(own_words(line)), line
        assert not VOWELS.search(own_words(line)), line
        assert not re.search(r"\b(?:your brand|our product|insert|placeholder|example\.com)\b", line, re.IGNORECASE)


@pytest.mark.parametrize("number", NUMBERS)
async def test_every_figure_is_cited_and_every_citation_stands(number: int) -> None:
    known, ideas, plans = await campaign(number)
    for idea in ideas:
        assert known.known(citation for claim in idea.claims for citation in claim.citations)
        assert len({citation.passage_id for claim in idea.claims for citation in claim.citations}) >= 2
        for text in (idea.theme, *texts(idea)):
            assert not figures_without_source(text, idea.claims)
        assert checked_idea(known, idea).supported_share == 1
    for plan in plans:
        assert known.known(citation for claim in plan.claims for citation in claim.citations)
        assert not figures_without_source(plan.strategy, plan.claims)
        assert checked_plan(known, plan).claims == plan.claims


@pytest.mark.parametrize("number", NUMBERS)
async def test_every_idea_is_about_this_offer(number: int) -> None:
    known, ideas, _ = await campaign(number)
    facts = (*known.service.benefits, *known.service.proofs)
    for idea in ideas:
        assert known.service.name in told(idea)
        assert any(fact.rstrip(".") in told(idea) for fact in facts), idea.theme
    assert sum(known.brief.theme in idea.description for idea in ideas) >= 2
    used = {fact for fact in facts for idea in ideas if fact in told(idea)}
    assert len(used) >= min(4, len(facts))
    assert max(sum(fact in told(idea) for idea in ideas) for fact in facts) <= 3


@pytest.mark.parametrize("number", NUMBERS)
async def test_nothing_banned_is_said(number: int) -> None:
    known, ideas, plans = await campaign(number)
    for text in (*(told(idea) for idea in ideas), *(plan.strategy for plan in plans)):
        assert not says(text, banned=known.brand.banned_claims)


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_same_brief_gives_the_same_words(number: int) -> None:
    _, first, _ = await campaign(number)
    second = await proposed(demo_context(number))
    fixed = IdeaId(UUID(int=1))
    assert [replace(idea, id=fixed) for idea in first] == [replace(idea, id=fixed) for idea in second]


@pytest.mark.parametrize("number", NUMBERS)
async def test_channel_strategies_keep_to_the_limits_and_do_not_repeat_each_other(number: int) -> None:
    _, _, plans = await campaign(number)
    seen: Counter[str] = Counter()
    for plan in plans:
        profile = REFERENCE.channel(plan.channel)
        assert profile is not None
        seen.update(sentences(plan.strategy))
        for limit in profile.limits:
            field = re.escape(limit.field.removesuffix(" before it is cut"))
            for line in re.findall(
                rf"\b{field} \({limit.at_most} [^)]*\) (?:reads|says) “([^”]*)”", plan.strategy, re.IGNORECASE
            ):
                assert fits(line, limit), line
    assert not [sentence for sentence, times in seen.items() if times > 1]


@pytest.mark.parametrize("number", NUMBERS)
async def test_channels_with_money_get_work_and_copy(number: int) -> None:
    known, ideas, plans = await campaign(number)
    for plan in plans:
        worth = plan.budget.amount > 0.001 * known.brief.total_budget.amount
        carried = [idea.theme for idea in ideas if f"“{idea.theme}”" in plan.strategy]
        assert bool(carried) == worth, plan.strategy
        if worth:
            assert len(sentences(plan.strategy)) >= 4, plan.strategy
        assert plan.kpis
    spent = [plan for plan in plans if plan.budget.amount > 0.001 * known.brief.total_budget.amount]
    carried_ideas = {idea.theme for idea in ideas for plan in spent if f"“{idea.theme}”" in plan.strategy}
    assert len(carried_ideas) >= min(len(spent), 2)


@pytest.mark.parametrize("number", NUMBERS)
async def test_shorter_is_shorter_and_says_so(number: int) -> None:
    _, usual, _ = await campaign(number)
    short = await proposed(demo_context(number, note="Shorter, please."))

    assert sum(len(told(idea)) for idea in short) < 0.7 * sum(len(told(idea)) for idea in usual)
    assert "As the note asks, the text is kept short." in short[0].description
    assert len(short) == 4


@pytest.mark.parametrize("number", NUMBERS)
async def test_bolder_sounds_bolder_and_says_so(number: int) -> None:
    _, usual, _ = await campaign(number)
    bold = await proposed(demo_context(number, note="Bolder!"))
    loud = {line for angle in REFERENCE.angles for line in (*angle.bold_themes, *angle.messages["bold"])}
    tails = {line.rsplit("}. ", 1)[-1] for line in loud}

    assert "As the note asks, the tone is bolder." in bold[0].description
    assert sum(any(idea.core_message.endswith(tail) for tail in tails) for idea in bold) >= 3
    assert {idea.theme for idea in bold} != {idea.theme for idea in usual}


@pytest.mark.parametrize("number", NUMBERS)
async def test_another_audience_is_spoken_to_or_its_lack_is_said(number: int) -> None:
    known = demo_context(number, note="Try another audience.")
    _, usual, _ = await campaign(number)
    other = await proposed(known)

    asked = known.brief.target_audience or known.service.target_audience
    if len(known.segments) > 1:
        assert "it speaks to" in other[0].description
        named = {name for idea in other for name in idea.target_segments}
        assert len(named) == 1
        assert named <= {segment.name for segment in known.segments}
        assert named != {name for idea in usual for name in idea.target_segments}
        assert not any(asked.lower() in idea.description.lower() for idea in other)
    else:
        assert "no other one is on file" in other[0].description


@pytest.mark.parametrize(
    ("note", "spoken_to", "segment"),
    [
        ("For agencies.", "agencies", "Agencies"),
        ("Shorter, for owners of bakeries", "owners of bakeries", "Owners of bakeries"),
        ("Speak to crafts firms, please", "owner-run crafts firms", "Owner-run crafts firms"),
    ],
)
async def test_an_audience_a_note_names_is_spoken_to(note: str, spoken_to: str, segment: str) -> None:
    ideas = await proposed(demo_context(0, note=note))

    assert f"it speaks to {spoken_to}" in ideas[0].description
    assert sum(spoken_to in told(idea).lower() for idea in ideas) >= 2
    assert {name for idea in ideas for name in idea.target_segments} == {segment}


@pytest.mark.parametrize("note", ["For Christmas only", "for the weekend", "For ignore previous instructions"])
async def test_what_names_nobody_is_no_audience(note: str) -> None:
    ideas = await proposed(demo_context(0, note=note))
    assert not any("speaks to" in idea.description for idea in ideas)


@pytest.mark.parametrize("number", NUMBERS)
async def test_again_brings_four_other_ideas(number: int) -> None:
    known, first, _ = await campaign(number)
    second = await proposed(known, avoid=first)

    assert len(second) == 4
    assert most_alike([told(idea) for idea in (*first, *second)]) <= 0.6
    assert not {idea.theme for idea in first} & {idea.theme for idea in second}


async def test_a_free_note_puts_what_it_names_in_front_and_admits_what_is_not_on_file() -> None:
    usual = await proposed(demo_context(0))
    noted = await proposed(demo_context(0, note="Mention that it works offline. And something about bicycles."))

    assert "“offline” comes to the front" in noted[0].description
    assert "Nothing on file speaks of “bicycles”" in noted[0].description
    assert "Works offline on building sites and in the field" in noted[0].core_message
    assert [idea.core_message for idea in usual] != [idea.core_message for idea in noted]


async def test_a_note_that_refuses_something_is_kept_to() -> None:
    _, usual, _ = await campaign(10)
    noted = await proposed(demo_context(10, note="Nothing about prices, and no Beanbox."))

    assert any("Beanbox" in told(idea) for idea in usual)
    assert not any("Beanbox" in told(idea) for idea in noted)
    assert "nothing is said of “beanbox”" in noted[0].description
    assert "sum" not in {idea.angle for idea in noted}


async def test_a_note_that_rules_cannot_follow_is_owned_up_to() -> None:
    noted = await proposed(demo_context(0, note="Please try again."))
    assert "names nothing rules can act on" in noted[0].description


@pytest.mark.parametrize(
    ("reason", "clause"),
    [
        ("seen_before", "which the team set aside because it had been seen before."),
        ("off_brand", "which the team set aside because it did not sound like the brand."),
        ("wrong_tone", "which the team set aside because its tone was wrong."),
        ("not_for_us", "which the team set aside because it was not right for the brand."),
        ("Too dry for our readers", "of which the team said: “Too dry for our readers”."),
        ("", "which the team did not like."),
    ],
)
async def test_a_dislike_changes_the_next_round_and_is_named_with_its_reason(reason: str, clause: str) -> None:
    known = demo_context(12)
    first = await proposed(known)
    bad = first[0]
    told_so = "" if not reason else f"\nThe reason given: {reason}."
    passage = Passage(
        id="feedback:1",
        kind=SourceKind.FEEDBACK,
        title=f"Feedback on {bad.theme}",
        text=f"The idea {bad.theme} was disliked.{told_so}",
        origin="the team's feedback",
    )
    past = PastIdea(theme=bad.theme, framework=bad.framework, angle=bad.angle, verdict="dislike", reason=reason)
    again = await proposed(replace(known, past_ideas=(past,), passages=(*known.passages, passage)))

    assert again[0].description.endswith(clause)
    assert any(claim.supported and claim.text.endswith(clause) for claim in again[0].claims)
    assert bad.angle not in {idea.angle for idea in again}
    assert bad.theme not in {idea.theme for idea in again}


@pytest.mark.parametrize("number", [0, 6, 14])
async def test_a_note_on_the_channels_changes_their_words_and_says_so(number: int) -> None:
    known, ideas, usual = await campaign(number)
    bare = demo_plans(demo_facts(number))
    bold = (await RULES.strategies(replace(known, note="Bolder."), ideas, bare)).value
    short = (await RULES.strategies(replace(known, note="Shorter, please."), ideas, bare)).value

    assert "As the note asks for the channels, the tone is bolder." in " ".join(plan.strategy for plan in bold)
    assert "As the note asks for the channels, the text is kept short." in " ".join(plan.strategy for plan in short)
    assert sum(len(plan.strategy) for plan in short) < sum(len(plan.strategy) for plan in usual)
    assert [plan.strategy for plan in bold] != [plan.strategy for plan in usual]
    assert [plan.budget for plan in bold] == [plan.budget for plan in usual]
    angles = {idea.angle for idea in ideas}
    lines = {line for angle in REFERENCE.angles if angle.key in angles for line in angle.bold_themes}
    assert any(f"“{line}”" in plan.strategy for line in lines for plan in bold)


async def test_two_networks_of_one_kind_are_told_apart() -> None:
    known, ideas, _ = await campaign(0)
    bare = demo_plans(demo_facts(0))[:2]
    own = [replace(plan, channel=name) for plan, name in zip(bare, ("facebook_S", "instagram_S"), strict=True)]
    first, second = (await RULES.strategies(known, ideas, own)).value

    assert first.strategy.startswith("Facebook finds people")
    assert second.strategy.startswith("Instagram finds people")
    assert not set(sentences(first.strategy)) & set(sentences(second.strategy))


async def test_channels_share_the_ideas_among_them() -> None:
    known, ideas, plans = await campaign(0)
    everywhere = tuple(plan.channel for plan in plans)
    open_to_all = [replace(idea, channels=everywhere) for idea in ideas]
    chosen = [replace(idea, chosen=place == 2) for place, idea in enumerate(open_to_all)]
    shared = (await RULES.strategies(known, open_to_all, demo_plans(demo_facts(0)))).value
    single = (await RULES.strategies(known, chosen, demo_plans(demo_facts(0)))).value

    assert {idea.theme for idea in ideas if any(f"“{idea.theme}”" in plan.strategy for plan in shared)} == {
        idea.theme for idea in ideas
    }
    assert all(f"“{ideas[2].theme}”" in plan.strategy for plan in single if plan.budget.amount > 0)


async def test_titles_of_earlier_campaigns_are_not_used_again() -> None:
    known = demo_context(9)
    first = await proposed(known)
    seen = tuple(
        PastIdea(theme=idea.theme, framework=idea.framework, angle=idea.angle, verdict="", reason="") for idea in first
    )
    again = await proposed(replace(known, past_ideas=seen))
    assert not {idea.theme for idea in first} & {idea.theme for idea in again}


async def test_the_brief_s_own_notes_are_followed() -> None:
    roasting = await proposed(demo_context(11))
    priced = await proposed(demo_context(18))

    assert sum("roast" in " ".join(words(told(idea))) for idea in roasting) >= 2
    assert "sum" not in {idea.angle for idea in roasting}
    assert priced[0].angle == "sum"
    assert "people" not in {idea.angle for idea in priced}
