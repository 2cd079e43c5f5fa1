from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.records import NOW

from nexusplanner.domain.campaigns import (
    CAMPAIGN_TRANSITIONS,
    Campaign,
    CampaignIdea,
    CampaignStatus,
    Certificate,
    ChannelLimit,
)
from nexusplanner.domain.knowledge import Citation, Claim, Stance
from nexusplanner.domain.shared import Conflict, IdeaId, Invalid, Money, NotFound, TenantId, UserId

LATER = NOW + timedelta(hours=1)
BRAND = records.brand(TenantId(uuid4()))
SERVICE = records.service(BRAND)

MAY_BECOME = {
    "draft": {"in_review", "cancelled"},
    "in_review": {"approved", "draft", "cancelled"},
    "approved": {"active", "draft", "cancelled"},
    "active": {"paused", "completed", "cancelled"},
    "paused": {"active", "completed", "cancelled"},
    "completed": set(),
    "cancelled": set(),
}
EDITABLE = {"draft", "in_review", "approved"}


def campaign(status: str = "draft", **changes: Any) -> Campaign:
    return records.campaign(SERVICE, by=UserId(uuid4()), status=CampaignStatus(status), **changes)


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


@pytest.mark.parametrize("before", CampaignStatus)
@pytest.mark.parametrize("after", CampaignStatus)
def test_a_status_changes_as_the_table_says_and_in_no_other_way(before: CampaignStatus, after: CampaignStatus) -> None:
    one = campaign(before)
    if after.value in MAY_BECOME[before.value]:
        one.move(after, at=LATER)
        assert (one.status, one.updated_at) == (after, LATER)
    else:
        with pytest.raises(Conflict) as refusal:
            one.move(after, at=LATER)
        assert (one.status, one.updated_at) == (before, NOW)
        assert refusal.value.code == "CAMPAIGN_STATUS"
        for allowed in MAY_BECOME[before.value]:
            assert allowed in refusal.value.message


def test_every_status_has_its_line() -> None:
    assert set(CAMPAIGN_TRANSITIONS) == set(CampaignStatus)


@pytest.mark.parametrize("status", CampaignStatus)
def test_an_edit_voids_review_and_approval_and_what_runs_is_not_edited(status: CampaignStatus) -> None:
    one = campaign(status)
    if status.value in EDITABLE:
        one.rename("  Summer ", at=LATER)
        assert (one.name, one.status, one.updated_at) == ("Summer", CampaignStatus.DRAFT, LATER)
    else:
        with pytest.raises(Conflict, match="cannot be edited"):
            one.rename("Summer", at=LATER)
        assert (one.name, one.status) == ("Spring", status)


@pytest.mark.parametrize("name", ["", "  ", "n" * 201])
def test_a_name_has_one_to_two_hundred_characters(name: str) -> None:
    one = campaign("approved")
    with pytest.raises(Invalid) as refusal:
        one.rename(name, at=LATER)
    assert list(refusal.value.fields) == ["name"]
    assert one.status is CampaignStatus.APPROVED


@pytest.mark.parametrize("status", CampaignStatus)
def test_what_spends_money_is_not_deleted(status: CampaignStatus) -> None:
    one = campaign(status)
    if status in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
        with pytest.raises(Conflict, match="Complete or cancel"):
            one.delete(at=LATER)
        assert one.deleted_at is None
    else:
        one.delete(at=LATER)
        assert one.deleted_at == LATER
        one.restore()
        assert one.deleted_at is None


def test_a_plan_whose_money_and_citations_add_up_is_taken() -> None:
    one, plan = campaign("in_review"), records.plan()
    one.take_plan(plan, at=LATER)
    assert (one.plan, one.status, one.updated_at) == (plan, CampaignStatus.DRAFT, LATER)
    assert one.idea(plan.ideas[0].id) is plan.ideas[0]
    with pytest.raises(NotFound):
        one.idea(IdeaId(uuid4()))
    with pytest.raises(NotFound):
        campaign().idea(plan.ideas[0].id)


def cited(quote: str, *, start: int, source: str = records.PASSAGE.id) -> Claim:
    citation = Citation(passage_id=source, quote=quote, start=start, end=start + len(quote))
    return Claim(text="So they say.", citations=(citation,))


def plan_claiming(claim: Claim) -> Any:
    plan = records.plan()
    return replace(plan, ideas=(replace(plan.ideas[0], claims=(claim,)),))


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(records.plan(channel_plans=(records.channel_plan(cents=99_999),)), id="a cent is missing"),
        pytest.param(records.plan(channel_plans=(records.channel_plan(),) * 2), id="spent twice"),
        pytest.param(
            records.plan(certificate=replace(records.plan().certificate, unspent=Money(1, "EUR"))),
            id="unspent and spent",
        ),
        pytest.param(
            records.plan(channel_plans=(replace(records.channel_plan(), flights=()),)), id="a channel without flights"
        ),
        pytest.param(plan_claiming(cited("Competitors", start=1)), id="a quote at another place"),
        pytest.param(plan_claiming(cited("Nobody said this", start=0)), id="a quote nobody said"),
        pytest.param(plan_claiming(cited("Competitors", start=0, source="signal:2")), id="an unknown source"),
        pytest.param(
            replace(
                records.plan(),
                channel_plans=(replace(records.channel_plan(), claims=(cited("x", start=0),)),),
            ),
            id="a channel's citation",
        ),
        pytest.param(
            records.plan(channel_plans=(replace(records.channel_plan(), maximum=Money(99_999, "EUR")),)),
            id="more than the channel may get",
        ),
        pytest.param(
            records.plan(
                channel_plans=(records.channel_plan(cents=100_001),),
                certificate=replace(records.plan().certificate, unspent=Money(-1, "EUR")),
            ),
            id="more than the budget",
        ),
        pytest.param(
            replace(records.plan(), explanation=replace(records.plan().explanation, chain=(cited("x", start=0),))),
            id="the explanation's citation",
        ),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused_and_the_old_one_stays(plan: Any) -> None:
    before = records.plan()
    one = campaign("approved", plan=before)
    with pytest.raises(Invalid):
        one.take_plan(plan, at=LATER)
    assert (one.plan, one.status) == (before, CampaignStatus.APPROVED)


def test_unspent_money_counts_towards_the_budget() -> None:
    certificate = replace(records.plan().certificate, unspent=Money(1, "EUR"), unspent_reason="limits")
    one = campaign()
    one.take_plan(records.plan(channel_plans=(records.channel_plan(cents=99_999),), certificate=certificate), at=LATER)
    assert one.plan is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"theme": " "}, "theme"),
        ({"theme": "t" * 201}, "theme"),
        ({"end_date": date(2026, 4, 5)}, "end_date"),
        ({"end_date": date(2028, 4, 6)}, "end_date"),
        ({"total_budget": euros(0)}, "total_budget"),
        ({"total_budget": euros(-1)}, "total_budget"),
        ({"notes": "n" * 8001}, "notes"),
        ({"target_outcome": 0.0}, "target_outcome"),
        ({"target_outcome": float("inf")}, "target_outcome"),
        ({"target_outcome": float("nan")}, "target_outcome"),
        ({"target_audience": "a" * 2001}, "target_audience"),
        ({"key_objectives": ("o" * 501,)}, "key_objectives"),
        ({"regions": ("",)}, "regions"),
        ({"channels": tuple(f"c{number}" for number in range(101))}, "channels"),
        ({"limits": tuple(ChannelLimit(channel=f"c{number}") for number in range(101))}, "limits"),
        ({"limits": (ChannelLimit(channel="tv", lock=euros(5), minimum=euros(5)),)}, "limits.0"),
        ({"limits": (ChannelLimit(channel="tv", lock=euros(5), maximum=euros(9)),)}, "limits.0"),
        ({"limits": (ChannelLimit(channel="tv"),) * 2}, "limits"),
        ({"limits": (ChannelLimit(channel="tv", minimum=euros(-1)),)}, "limits.0"),
        ({"limits": (ChannelLimit(channel="tv", lock=Money(1, "USD")),)}, "limits.0"),
        (
            {"limits": (ChannelLimit(channel="a"), ChannelLimit(channel="b", minimum=euros(2), maximum=euros(1)))},
            "limits.1",
        ),
    ],
)
def test_a_brief_with_a_mistake_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        records.brief(SERVICE, **changes).check()
    assert list(refusal.value.fields) == [field]


def test_a_brief_at_its_limits_is_fine() -> None:
    limits = (
        ChannelLimit(channel="tv", minimum=euros(1), maximum=euros(1)),
        ChannelLimit(channel="radio", lock=euros(0)),
    )
    brief = records.brief(
        SERVICE,
        theme="t" * 200,
        start_date=date(2026, 4, 6),
        end_date=date(2026, 4, 6),
        total_budget=Money(1, "EUR"),
        limits=limits,
        notes="n" * 8000,
    )
    brief.check()
    assert brief.dates.days == 1


@pytest.mark.parametrize("day", [date(20, 10, 1), date(9999, 12, 1)])
def test_a_day_that_cannot_be_meant_is_named(day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        records.brief(SERVICE, start_date=day, end_date=day).check()
    assert set(refusal.value.fields) == {"start_date", "end_date"}


def test_a_brief_with_many_mistakes_names_them_all() -> None:
    with pytest.raises(Invalid) as refusal:
        records.brief(SERVICE, theme="", total_budget=euros(0), notes="n" * 8001).check()
    assert set(refusal.value.fields) == {"theme", "total_budget", "notes"}


def idea(*claims: Claim) -> CampaignIdea:
    return replace(records.plan().ideas[0], claims=claims)


def test_a_claim_counts_as_supported_by_a_source_that_supports_it() -> None:
    against = Claim(text="No.", citations=(records.PASSAGE.cite("February", stance=Stance.CONTRADICTS),))
    bare, carried = Claim(text="Surely."), records.plan().ideas[0].claims[0]
    assert idea().supported_share == 1
    assert idea(carried).supported_share == 1
    assert idea(carried, bare).supported_share == 0.5
    assert idea(against, bare).supported_share == 0


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0, "0.0001"), (1e-7, "0.0001"), (0.000_25, "0.025"), (0.0123, "1.2"), (0.5, "50.0")],
)
def test_a_gap_in_words(gap: float, words: str) -> None:
    certificate = Certificate(value=1, upper_bound=1 + gap, gap=gap, shadow_price=0, unspent=euros(0))
    assert certificate.in_words == f"within {words} % of the best possible plan"
