from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.records import NOW

from nexusplanner.application.ports.sign_in import AccessClaims
from nexusplanner.domain.shared import TenantId, Unauthenticated, UserId
from nexusplanner.infrastructure.security.tokens import HmacRefreshTokens, JwtAccessTokens

OLD, NEW = b"o" * 32, b"n" * 32
CLAIMS = AccessClaims(tenant_id=TenantId(uuid4()), user_id=UserId(uuid4()), session_id=uuid4())
TOKENS = JwtAccessTokens({"new": NEW, "old": OLD})


def forged(*, key: bytes = NEW, kid: str = "new", algorithm: str = "HS256", **changes: Any) -> str:
    """A token like ours but for `changes`; a change to None leaves the claim out."""
    payload = jwt.decode(TOKENS.issue(CLAIMS, now=NOW), options={"verify_signature": False}) | changes
    kept = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": kid})


def test_a_token_says_who_and_in_which_session() -> None:
    assert TOKENS.read(TOKENS.issue(CLAIMS, now=NOW), now=NOW) == CLAIMS
    assert TOKENS.read(forged(), now=NOW) == CLAIMS


def test_a_token_lives_ten_minutes_and_half_a_minute_for_slow_clocks() -> None:
    token = TOKENS.issue(CLAIMS, now=NOW)
    for seconds in (-29, 600, 629):
        assert TOKENS.read(token, now=NOW + timedelta(seconds=seconds)) == CLAIMS
    for seconds in (-31, 631, 86_400):
        with pytest.raises(Unauthenticated):
            TOKENS.read(token, now=NOW + timedelta(seconds=seconds))


def test_keys_rotate_without_signing_anybody_out() -> None:
    before = JwtAccessTokens({"old": OLD}).issue(CLAIMS, now=NOW)
    assert TOKENS.read(before, now=NOW) == CLAIMS
    with pytest.raises(Unauthenticated):
        JwtAccessTokens({"new": NEW}).read(before, now=NOW)
    assert jwt.get_unverified_header(TOKENS.issue(CLAIMS, now=NOW))["kid"] == "new"


@pytest.mark.parametrize("claim", ["exp", "iat", "iss", "aud", "sub", "sid", "tid", "typ"])
def test_a_token_without_a_claim_is_refused(claim: str) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.read(forged(**{claim: None}), now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"typ": "refresh"},
        {"sub": "not an id"},
        {"sid": 7},
        {"exp": "soon"},
        {"exp": {}},
        {"key": OLD},
        {"kid": "unknown"},
        {"key": OLD, "kid": "unknown"},
        {"algorithm": "HS512", "key": NEW * 2},
    ],
)
def test_a_token_that_is_not_ours_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.read(forged(**changes), now=NOW)


def test_an_unsigned_token_is_refused() -> None:
    _, payload, _ = TOKENS.issue(CLAIMS, now=NOW).split(".")
    for header in ({"alg": "none", "kid": "new"}, {"alg": "HS256"}, {"alg": "HS256", "kid": ["new"]}):
        head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
        with pytest.raises(Unauthenticated):
            TOKENS.read(f"{head}.{payload}.", now=NOW)


@given(st.text(max_size=200))
def test_no_text_passes_for_a_token_or_breaks_the_reader(text: str) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.read(text, now=NOW)


@given(st.integers(min_value=0), st.sampled_from("ABab01-_"))
def test_a_token_with_a_changed_character_is_refused(place: int, character: str) -> None:
    token = TOKENS.issue(CLAIMS, now=NOW)
    at = place % (len(token) - 1)  # the very last character has bits that base64 leaves unused
    changed = token[:at] + character + token[at + 1 :]
    if changed != token:
        with pytest.raises(Unauthenticated):
            TOKENS.read(changed, now=NOW)


@pytest.mark.parametrize("keys", [{}, {"short": b"x" * 31}, {"new": NEW, "short": b""}])
def test_short_keys_are_refused(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        JwtAccessTokens(keys)


def test_refresh_tokens_are_new_every_time_and_keep_their_family() -> None:
    tokens = HmacRefreshTokens(NEW)
    first = tokens.first()
    chain = [first, tokens.after(first), tokens.after(tokens.after(first))]
    assert len({*chain, tokens.first()}) == 4
    assert {tokens.family(token) for token in chain} == {tokens.family(first)}
    assert tokens.family(first) != tokens.family(tokens.first())


def test_the_successor_is_always_the_same_and_only_the_key_gives_it() -> None:
    token = HmacRefreshTokens(NEW).first()
    assert HmacRefreshTokens(NEW).after(token) == HmacRefreshTokens(NEW).after(token)
    assert HmacRefreshTokens(OLD).after(token) != HmacRefreshTokens(NEW).after(token)
    with pytest.raises(ValueError, match="32 bytes"):
        HmacRefreshTokens(b"short")
