"""Conversations: what may be asked, what becomes of drafts, and what a topic carries over."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import records

from nexusplanner.domain.sessions import (
    ANSWERED_WITHIN,
    DRAFT_TRANSITIONS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_MESSAGES,
    AssistantKind,
    AssistantSession,
    Draft,
    DraftState,
    MessageRole,
    Speaker,
    Topic,
)
from nexusplanner.domain.shared import CampaignId, Conflict, DraftId, Invalid, NotFound, TenantId, UserId

NOW = records.NOW
SERVICE = records.service(records.brand(TenantId(uuid4())))
CAMPAIGN = records.campaign(SERVICE, by=UserId(uuid4()))


def session(**changes: Any) -> AssistantSession:
    return records.assistant_session(CAMPAIGN, by=UserId(uuid4()), **changes)


def made(state: DraftState) -> Draft:
    return records.draft(CAMPAIGN, state=state)


@pytest.mark.parametrize(("before", "after"), list(product(DraftState, DraftState)))
def test_drafts_change_by_the_table_alone(before: DraftState, after: DraftState) -> None:
    ways = {
        DraftState.ACCEPTED: lambda draft: draft.accepted(link="/campaigns/1"),
        DraftState.DECLINED: lambda draft: draft.declined(),
    }
    assert set(DRAFT_TRANSITIONS) == set(DraftState)
    if after not in ways:
        assert after not in DRAFT_TRANSITIONS[before]
        return
    if after in DRAFT_TRANSITIONS[before]:
        assert ways[after](made(before)).state is after
    else:
        with pytest.raises(Conflict) as refusal:
            ways[after](made(before))
        assert refusal.value.code == "DRAFT_STATE"


def test_an_accepted_draft_leads_to_what_came_of_it() -> None:
    done = made(DraftState.OPEN).accepted(link="/runs/1")
    assert done.link == "/runs/1"
    assert made(DraftState.OPEN).declined().link is None


def test_a_message_settles_the_draft_it_has() -> None:
    talk = session()
    talk.ask("Other ideas, please.", at=NOW)
    first, second = made(DraftState.OPEN), made(DraftState.OPEN)
    answer = records.assistant_answer(talk, first, second)
    answer.settle(answer.draft(second.id).declined())
    assert [draft.state for draft in answer.drafts] == [DraftState.OPEN, DraftState.DECLINED]
    with pytest.raises(NotFound):
        answer.draft(DraftId(uuid4()))


@given(st.text(max_size=LONGEST_TEXT + 200))
def test_a_question_has_words_and_is_not_too_long(text: str) -> None:
    talk = session()
    if 0 < len(text.strip()) <= LONGEST_TEXT:
        message = talk.ask(text, at=NOW)
        assert message.text == text.strip()
        assert (message.role, message.author, message.position) == (MessageRole.USER, Speaker.PERSON, 1)
        assert len(talk.title) <= LONGEST_TITLE
    else:
        with pytest.raises(Invalid):
            talk.ask(text, at=NOW)
        assert talk.messages == 0


def test_one_question_is_answered_before_the_next_unless_it_was_cut_off() -> None:
    talk = session()
    talk.ask("First?", at=NOW)
    with pytest.raises(Conflict) as refusal:
        talk.ask("Second?", at=NOW + ANSWERED_WITHIN - timedelta(seconds=1))
    assert refusal.value.code == "SESSION_BUSY"
    late = talk.ask("Second?", at=NOW + ANSWERED_WITHIN)
    assert late.position == 2
    records.assistant_answer(talk)
    assert talk.asked_at is None
    assert talk.ask("Third?", at=NOW).position == 4
    assert talk.title == "First?"


def test_a_session_holds_so_many_messages_and_no_more() -> None:
    talk = session(assistant=AssistantKind.WORKSPACE)
    for _ in range(MOST_MESSAGES // 2):
        talk.ask("And?", at=NOW)
        records.assistant_answer(talk)
    assert talk.messages == MOST_MESSAGES
    with pytest.raises(Conflict) as refusal:
        talk.ask("One more?", at=NOW)
    assert refusal.value.code == "SESSION_FULL"


TOPICS = st.builds(
    Topic,
    tool=st.sampled_from(("", "split", "forecast")),
    campaign_id=st.sampled_from((None, CampaignId(uuid4()), CampaignId(uuid4()))),
    brand=st.sampled_from(("", "a", "b")),
    channel=st.sampled_from(("", "search", "tv")),
    idea=st.sampled_from((0, 1, 2)),
)


@given(TOPICS, TOPICS)
def test_a_topic_keeps_what_is_new_and_forgets_the_channel_of_another_campaign(now: Topic, before: Topic) -> None:
    both = now.over(before)
    for name in ("tool", "campaign_id", "brand", "channel", "idea"):
        said = getattr(now, name)
        if said:
            assert getattr(both, name) == said
    if now.campaign_id and now.campaign_id != before.campaign_id:
        assert (both.channel, both.idea) == (now.channel, now.idea)
    assert both.over(both) == both
