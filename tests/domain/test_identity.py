from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.identity import (
    COMMON_PASSWORDS,
    PERMISSIONS,
    Actor,
    Permission,
    Role,
    Session,
    check_password,
    normal_email,
)
from nexusplanner.domain.shared import Forbidden, Invalid, TenantId, UserId

NOW = datetime(2026, 3, 2, tzinfo=UTC)
GRACE, LIFETIME = timedelta(seconds=10), timedelta(days=14)

GRANTED = {
    Role.VIEWER: {"read"},
    Role.USER: {"read", "plan", "import", "feedback"},
    Role.APPROVER: {"read", "plan", "import", "feedback", "approve"},
    Role.ADMIN: {"read", "plan", "import", "feedback", "approve", "administer"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_what_the_table_says_and_nothing_else(role: Role, permission: Permission) -> None:
    actor = Actor(tenant_id=TenantId(uuid4()), user_id=UserId(uuid4()), role=role)
    if permission.value in GRANTED[role]:
        actor.require(permission)
    else:
        with pytest.raises(Forbidden, match="administrator") as refusal:
            actor.require(permission)
        assert refusal.value.details == {"permission": permission.value}


def test_every_role_has_its_line() -> None:
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize(
    "password", ["", "elevenchars", "a" * 12, "abababababab", "x" * 257, *sorted(COMMON_PASSWORDS), "PASSWORD1234"]
)
def test_a_password_that_is_short_long_or_common_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, email="ada@example.com")
    assert list(refusal.value.fields) == ["password"]


@pytest.mark.parametrize(
    "password", ["ada.lovelace@example.com", "Ada.Lovelace@Example.com", "ada.lovelaceada.lovelace"]
)
def test_a_password_made_of_the_address_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, email="ada.lovelace@example.com")


@pytest.mark.parametrize("password", ["correct horse", "πάντα ῥεῖ και", "x" * 250 + "abcdef", "            abc"])
def test_any_other_password_of_twelve_characters_is_taken(password: str) -> None:
    check_password(password, email="ada@example.com")


@pytest.mark.parametrize(
    "address", ["", "ada", "@example.com", "ada@", "ada@example", "a b@example.com", "ada@.", "a" * 250 + "@b.co"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normal_email(address)
    assert list(refusal.value.fields) == ["email"]


@given(st.emails())
def test_an_address_is_lower_case_and_normal_once_for_all(address: str) -> None:
    normal = normal_email(f" {address}\t")
    assert normal == address.lower()
    assert normal_email(normal) == normal


def test_a_local_address_is_taken() -> None:
    assert normal_email("Admin@localhost") == "admin@localhost"


def session() -> Session:
    return Session(
        tenant_id=TenantId(uuid4()),
        user_id=UserId(uuid4()),
        family_hash="f",
        token_hash="0",
        rotated_at=NOW,
        created_at=NOW,
        expires_at=NOW + LIFETIME,
    )


def rotate(of: Session, *, presented: int, at: datetime = NOW) -> bool:
    """Present the n-th token of the chain; its successor is the next number."""
    return of.rotate(presented=str(presented), successor=str(presented + 1), at=at, grace=GRACE, lifetime=LIFETIME)


def test_each_rotation_extends_the_session() -> None:
    one = session()
    for number in range(5):
        at = NOW + timedelta(days=10 * number)
        assert rotate(one, presented=number, at=at)
        assert one.expires_at == at + LIFETIME
    assert (one.token_hash, one.previous_hash) == ("5", "4")


@given(
    presented=st.integers(min_value=0, max_value=6),
    rotations=st.integers(min_value=1, max_value=5),
    later=st.integers(min_value=0, max_value=20),
)
def test_only_the_current_token_or_the_one_before_it_within_the_grace_survives(
    presented: int, rotations: int, later: int
) -> None:
    one = session()
    for number in range(rotations):
        assert rotate(one, presented=number)
    at = NOW + timedelta(seconds=later)
    good = presented == rotations or (presented == rotations - 1 and later <= 10)
    assert rotate(one, presented=presented, at=at) is good
    assert one.live(at=at) is good


def test_a_repeated_refresh_changes_nothing() -> None:
    one = session()
    assert rotate(one, presented=0)
    assert rotate(one, presented=0, at=NOW + GRACE)
    assert (one.token_hash, one.previous_hash, one.rotated_at) == ("1", "0", NOW)


def test_an_ended_or_expired_session_stays_so() -> None:
    one = session()
    assert not rotate(one, presented=0, at=NOW + LIFETIME)
    assert one.ended_at is None
    one.end(at=NOW)
    one.end(at=NOW + GRACE)
    assert one.ended_at == NOW
    assert not rotate(one, presented=0)
    assert not one.live(at=NOW)
