from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.sources.signatures import WINDOW, sign, verified

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
bodies = st.binary(max_size=200)
secrets = st.text(min_size=1, max_size=40)


@given(body=bodies, secret=secrets, age=st.integers(-300, 300))
def test_what_was_signed_lately_is_known_again(body: bytes, secret: str, age: int) -> None:
    header = sign(secret, body, at=AT - age)
    assert verified(header, body, secret=secret, now=NOW) == header.rpartition("=")[2]


@given(body=bodies, other=bodies, secret=secrets, wrong=secrets, age=st.integers(301, 10**9))
def test_another_body_secret_or_time_is_not(body: bytes, other: bytes, secret: str, wrong: str, age: int) -> None:
    header = sign(secret, body, at=AT)
    if other != body:
        assert verified(header, other, secret=secret, now=NOW) is None
    if wrong != secret:
        assert verified(header, body, secret=wrong, now=NOW) is None
    assert verified(sign(secret, body, at=AT - age), body, secret=secret, now=NOW) is None
    assert verified(header.replace(f"t={AT}", f"t={AT + 1}"), body, secret=secret, now=NOW) is None


@given(header=st.text(max_size=120) | st.from_regex(r"t=[0-9]{1,20},v1=[0-9a-f]{60,70}", fullmatch=True))
def test_no_header_that_was_not_signed_is_taken(header: str) -> None:
    assert verified(header, b"{}", secret="secret", now=NOW) is None


def test_the_form_is_the_documented_one() -> None:
    assert sign("sécret", b"{}", at=1700000000).startswith("t=1700000000,v1=")
    assert timedelta(minutes=5) == WINDOW
