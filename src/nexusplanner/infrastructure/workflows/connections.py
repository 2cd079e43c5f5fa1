"""Direct connections that live as long as their process: they hold locks and hear notifications.

A transaction pooler must not stand between: it lends one server session to many clients.
"""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import make_url

KEEPALIVE = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
"""Seconds, seconds and tries: both ends notice within half a minute that the other machine is gone."""


async def direct_connection(database_url: str, *, application: str) -> AsyncConnection[Any]:
    """A connection in autocommit mode. database_url: SQLAlchemy URL with the psycopg driver."""
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    return await AsyncConnection.connect(
        url,
        autocommit=True,
        application_name=application,
        connect_timeout=10,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=25_000,
        options=" ".join(f"-c {name}={value}" for name, value in KEEPALIVE.items()),
    )
