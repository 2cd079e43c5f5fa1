"""Where a secret could have gone: every log at its most talkative, and every row of the database."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url
from tests.conftest import TestDatabase

from nexusplanner.infrastructure.logging import JsonFormatter

TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """What all loggers say, as it is written in production and as plain text with tracebacks."""
    told, root = io.StringIO(), logging.getLogger()
    plain, as_json = logging.StreamHandler(told), logging.StreamHandler(told)
    as_json.setFormatter(JsonFormatter())
    before = root.level
    root.setLevel(logging.DEBUG)
    for handler in (plain, as_json):
        root.addHandler(handler)
    try:
        yield told
    finally:
        root.setLevel(before)
        for handler in (plain, as_json):
            root.removeHandler(handler)


def stored(database: TestDatabase, secret: str) -> list[str]:
    """The tables that hold the secret in clear, as text or as bytes."""
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    found = []
    with psycopg.connect(url) as admin:
        for names in admin.execute(TABLES).fetchall():
            rows = admin.execute(sql.SQL("SELECT t::text FROM {}.{} t").format(*map(sql.Identifier, names)))
            texts = [text for (text,) in rows]
            if any(secret in text or secret.encode().hex() in text for text in texts):
                found.append(".".join(names))
    return found
