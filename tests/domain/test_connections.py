from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from nexusplanner.domain.connections import (
    DEFAULT_MAPPINGS,
    SCOPES,
    Changes,
    Connection,
    ConnectionState,
    CrmKind,
    CrmObject,
    FieldMapping,
    SignIn,
)
from nexusplanner.domain.shared import BrandId, Invalid, TenantId, UserId

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def connection() -> Connection:
    return Connection(
        tenant_id=TenantId(uuid4()),
        brand_id=BrandId(uuid4()),
        created_by=UserId(uuid4()),
        kind=CrmKind.HUBSPOT,
        name="CRM",
        domain="api.hubapi.com",
        created_at=NOW,
        updated_at=NOW,
    )


def test_its_state_follows_what_happened() -> None:
    made = connection()
    assert made.state(now=NOW) is ConnectionState.NEW
    made.signed_in(SignIn.OAUTH, now=NOW)
    assert made.state(now=NOW) is ConnectionState.READY
    made.synced(Changes(created=1), now=NOW, compared=True)
    assert made.state(now=NOW + timedelta(hours=2)) is ConnectionState.FRESH
    assert made.state(now=NOW + timedelta(hours=2, seconds=1)) is ConnectionState.LATE
    made.paused("Wait.", until=NOW + timedelta(hours=1), counts=False)
    assert made.state(now=NOW) is ConnectionState.FRESH
    for _ in range(3):
        made.failed("It fails.", now=NOW)
    assert made.state(now=NOW) is ConnectionState.BROKEN
    made.synced(Changes(), now=NOW, compared=False)
    assert (made.state(now=NOW), made.problem) == (ConnectionState.FRESH, "")
    made.failed("Sign in again.", now=NOW, stuck=True)
    assert (made.state(now=NOW), made.next_sync_at) == (ConnectionState.BROKEN, None)
    made.signed_in(SignIn.TOKEN, now=NOW)
    assert made.state(now=NOW) is ConnectionState.FRESH


@pytest.mark.parametrize("minutes", [14, 10_081])
def test_a_period_is_a_quarter_of_an_hour_to_a_week(minutes: int) -> None:
    made = connection()
    made.every_minutes = minutes
    with pytest.raises(Invalid) as error:
        made.check()
    assert list(error.value.fields) == ["every_minutes"]


@pytest.mark.parametrize("kind", list(CrmKind))
def test_what_is_read_by_default_is_a_mapping_and_holds_no_free_text(kind: CrmKind) -> None:
    mapping = DEFAULT_MAPPINGS[kind]
    mapping.check()
    names = {name.lower() for each in CrmObject for name in mapping.names(each)}
    assert not [name for name in names if "note" in name or "description" in name or "comment" in name]


@pytest.mark.parametrize("kind", list(CrmKind))
def test_no_right_to_write_is_asked_for(kind: CrmKind) -> None:
    assert all("write" not in scope.scope and scope.why for scope in SCOPES[kind])


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({}, "customers.name"),
        ({"name": ""}, "customers.name"),
        ({"name": "a b c d"}, "customers.name"),
        ({"name": "email'"}, "customers.name"),
        ({"name": "email", "age": "age"}, "customers.age"),
    ],
)
def test_a_mapping_says_which_entry_is_wrong(part: dict[str, str], field: str) -> None:
    mapping = FieldMapping(companies={"name": "name"}, customers=part, deals={"name": "dealname"})
    with pytest.raises(Invalid) as error:
        mapping.check()
    assert list(error.value.fields) == [field]


def test_what_was_done_is_told_in_words() -> None:
    assert Changes(created=1200, merged=2).in_words == "1,200 new, 2 merged"
    assert Changes().in_words == "nothing changed"
