"""A PostgreSQL 18 with pgvector of our own, for those who name no server.

`EmbeddedPostgres(home).ensure_running()` starts it or joins the running one, and answers the addresses to use.
"""

from nexusplanner.infrastructure.embedded_postgres.errors import EmbeddedPostgresError
from nexusplanner.infrastructure.embedded_postgres.server import EmbeddedPostgres, ServerInfo

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "ServerInfo"]
