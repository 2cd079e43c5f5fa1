"""What is gathered for a brief, and that nothing in it hangs on ids or on the order of loading."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.briefs import NOW, TENANT, context, context_of, facts, signal

from nexusplanner.application.agents.gathering.context import known_facts, sells_to_business
from nexusplanner.application.agents.gathering.facts import Facts
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, CampaignStatus
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.shared import Money, UserId


def test_each_kind_of_record_becomes_a_passage() -> None:
    kinds = {passage.kind for passage in context(0).passages}

    assert kinds >= {
        SourceKind.BRIEF,
        SourceKind.SERVICE,
        SourceKind.BRAND,
        SourceKind.SIGNAL,
        SourceKind.SEGMENT,
        SourceKind.ACTUALS,
        SourceKind.BENCHMARK,
        SourceKind.FRAMEWORK,
    }


def test_every_benefit_and_proof_can_be_quoted_as_it_stands() -> None:
    known = context(0)
    passage = known.of_kind(SourceKind.SERVICE)[0]

    for fact in (*known.service.benefits, *known.service.proofs):
        assert known.known([passage.cite(fact)])


def test_passage_ids_are_unique_and_texts_do_not_depend_on_the_order_of_loading() -> None:
    found = facts(0)
    turned = replace(
        found,
        signals=[*reversed(found.signals)],
        segments=[*reversed(found.segments)],
        channel_actuals=[*reversed(found.channel_actuals)],
    )
    first, second = context_of(found), context_of(turned)

    assert len({passage.id for passage in first.passages}) == len(first.passages)
    assert first.passages == second.passages


def test_only_signals_about_the_brief_of_this_brand_are_kept_best_first() -> None:
    found = facts(0)
    other = signal("Coworking of another brand", "Coworking rooms for teams by the month.", brand_id=uuid4())
    known = context_of(replace(found, signals=[*found.signals, other]))
    titles = [passage.title for passage in known.of_kind(SourceKind.SIGNAL)]

    assert "Grain harvest is good" not in titles
    assert other.title not in titles
    assert len(titles) == 3


def test_older_news_ranks_behind_the_same_news_of_today() -> None:
    old = signal("Coworking terms", "Coworking rooms for teams get shorter terms.", timestamp=NOW - timedelta(days=500))
    new = signal("Coworking terms", "Coworking rooms for teams got shorter terms.", timestamp=NOW)
    known = context_of(replace(facts(0), signals=[old, new]))

    assert known.of_kind(SourceKind.SIGNAL)[0].on == NOW.date()


def test_a_channel_s_record_is_summed_up_in_sentences() -> None:
    found = facts(0)
    rows = [
        replace(row, impressions=10_000, clicks=200) if row.channel == "search_S" else row
        for row in found.channel_actuals
    ]
    known = context_of(replace(found, channel_actuals=rows))
    search = known.of_kind(SourceKind.ACTUALS)[0]

    assert search.id.endswith(":search_S")
    assert "Search ran over 60 weeks with 252,000 EUR in all." in search.text
    assert "That is 4,200 EUR a week from 30 June 2025 to 23 August 2026." in search.text
    assert "600,000 impressions and 12,000 clicks, 21 EUR a click." in search.text


def test_a_past_campaign_tells_what_was_spent_and_counted_while_it_ran() -> None:
    found = facts(0)
    past = a_year_before(found)
    day = past.brief.start_date
    known = context_of(
        replace(
            found,
            past=[past],
            channel_actuals=[
                ChannelActual(brand_id=found.brand.id, day=day, channel="search", spend=Money(123_400, "EUR"))
            ],
            brand_actuals=[
                BrandActual(brand_id=found.brand.id, day=day, metric="sign-ups", role=ActualRole.OUTCOME, value=321.0)
            ],
        )
    )
    text = known.of_kind(SourceKind.PAST_CAMPAIGN)[0].text

    assert text.startswith("First move ran from ")
    assert "1,234 EUR were spent while it ran." in text
    assert "counted 321 sign-ups in that time." in text


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.APPROVED, CampaignStatus.CANCELLED])
def test_a_campaign_that_never_ran_is_no_evidence(status: CampaignStatus) -> None:
    found = facts(0)
    past = a_year_before(found)
    past.status = status
    assert context_of(replace(found, past=[past])).of_kind(SourceKind.PAST_CAMPAIGN) == ()


def a_year_before(found: Facts) -> Campaign:
    """A campaign that ended long before the brief begins."""
    past = records.campaign(found.service, by=UserId(uuid4()), name="First move", status=CampaignStatus.COMPLETED)
    start = found.brief.start_date
    past.brief = replace(past.brief, start_date=start - timedelta(days=400), end_date=start - timedelta(days=330))
    return past


def test_feedback_on_ideas_is_remembered_with_its_reason() -> None:
    found = facts(0)
    past = a_year_before(found)
    idea = CampaignIdea(
        theme="The proof comes first",
        description="-",
        target_kpi="-",
        core_message="-",
        angle="proof_first",
        framework="fab",
    )
    past.plan = records.plan(ideas=(idea,))

    def said(kind: FeedbackType, comment: str, *, minutes: int) -> Feedback:
        return Feedback(
            tenant_id=TENANT,
            user_id=UserId(uuid4()),
            campaign_id=past.id,
            feedback_type=kind,
            target=FeedbackTarget.IDEA,
            target_id=idea.id,
            comment=comment,
            created_at=NOW + timedelta(minutes=minutes),
        )

    first = said(FeedbackType.DISLIKE, "Too dry for our readers", minutes=0)
    known = context_of(replace(found, past=[past], feedback=[first]))
    outvoted = context_of(
        replace(
            found,
            past=[past],
            feedback=[first, said(FeedbackType.LIKE, "", minutes=1), said(FeedbackType.LIKE, "Works", minutes=2)],
        )
    )

    assert [(one.verdict, one.angle, one.reason) for one in known.past_ideas] == [
        ("dislike", "proof_first", "Too dry for our readers")
    ]
    assert "The reason given: Too dry for our readers." in known.of_kind(SourceKind.FEEDBACK)[0].text
    assert outvoted.past_ideas[0].verdict == "like"
    assert outvoted.past_ideas[0].reason == "Works"


def test_what_is_known_is_said_in_one_line_each() -> None:
    rich = {fact.kind: fact for fact in known_facts(context(0))}
    bare = {fact.kind: fact for fact in known_facts(context(4, rich=False))}

    assert rich["signal"].count == 3
    assert rich["segment"].text.startswith("2 audiences are known from the customer records: ")
    assert rich["service"].text == "Team Rooms has 2 proofs on file."
    assert len(rich["signal"].passage_ids) == 3
    assert bare["signal"].text == "No signals match this brief."
    assert bare["service"].text == "Plain Ledger has no proof on file."


def test_buyers_who_buy_for_a_company_are_told_from_others() -> None:
    assert sells_to_business("Operations leads in firms with 50 staff")
    assert not sells_to_business("Gift buyers who decide late and want it delivered")
