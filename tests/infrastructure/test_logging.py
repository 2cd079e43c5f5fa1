from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.tracing import TRACE_ID
from nexusplanner.infrastructure.logging import HIDDEN, JsonFormatter, configure, redacted

PRIVATE = (
    "ada@example.com",
    "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
    "Bearer abc.def",
    "192.168.7.31",
    "2001:db8:0:0:8:800:200c:417a",
    "fe80::1ff:fe23:4567:890a",
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(level="INFO", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def last(stream: io.StringIO) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return entry


def test_a_line_is_one_object_with_its_trace(written: io.StringIO) -> None:
    token = TRACE_ID.set("a1" * 16)
    try:
        logging.getLogger("nexusplanner.test").warning("A run %s ended", 7, extra={"step": "save", "tries": 2})
    finally:
        TRACE_ID.reset(token)
    entry = last(written)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "WARNING",
        "logger": "nexusplanner.test",
        "message": "A run 7 ended",
        "trace_id": "a1" * 16,
        "step": "save",
        "tries": 2,
    }


def test_nothing_private_is_written_wherever_it_stands(written: io.StringIO) -> None:
    log = logging.getLogger("nexusplanner.test")
    for private in PRIVATE:
        log.info("from %s: %s", private, {"inner": [private]}, extra={"deep": {"list": [{"text": f"x {private}"}]}})
        try:
            raise ValueError(private)
        except ValueError:
            log.exception("failed")
    log.info(
        "sign-in", extra={"password": "hunter2", "headers": {"Authorization": "x1", "Cookie": "x2"}, "prompt": "x3"}
    )
    text = written.getvalue()
    assert HIDDEN in text
    for private in (*PRIVATE, "hunter2", "x1", "x2", "x3"):
        assert private not in text


def test_database_passwords_in_addresses_are_hidden() -> None:
    assert "s3cret" not in redacted("postgresql+psycopg://nexus_app:s3cret@db.internal/nexus")


def test_a_record_that_cannot_be_formatted_is_still_written() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    record = logging.makeLogRecord({"msg": "%d apples", "args": ("no",), "odd": Broken()})
    entry = json.loads(JsonFormatter().format(record))
    assert (entry["message"], entry["odd"]) == ("%d apples", HIDDEN)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_redaction_never_raises_and_hides_addresses_at_any_depth(value: object) -> None:
    shown = json.dumps(redacted({"value": value, "with": [{"deeper": "mail ada@example.com now"}]}))
    assert "ada@example.com" not in shown
