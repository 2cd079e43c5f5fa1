"""The three roles and the database, made once by the superuser.

- `nexus_admin` is the superuser. It makes roles, databases and the extension, and nothing else: it bypasses row-level
  security, so no part of the application connects as it.
- `nexus_owner` owns the database and the schema. Migrations run as it.
- `nexus_app` owns nothing and cannot bypass row-level security. Everything that serves a user runs as it.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from nexusplanner.infrastructure.embedded_postgres.state import State

ADMIN = "nexus_admin"
OWNER = "nexus_owner"
APP = "nexus_app"
DATABASE = "nexusplanner"
_LIMITS = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


def prepare(admin_conninfo: str, *, state: State) -> None:
    """Make roles, database and extension; safe to run again after a crash in the middle.

    admin_conninfo: a libpq connection string of the superuser to the database `postgres`.
    """
    with psycopg.connect(admin_conninfo, autocommit=True) as connection:
        for role, password in ((OWNER, state.owner_password), (APP, state.app_password)):
            _ensure_role(connection, role=role, password=password)
        if not _exists(connection, sql.SQL("SELECT 1 FROM pg_database WHERE datname = %s"), DATABASE):
            create_database(connection, name=DATABASE)
    with psycopg.connect(admin_conninfo, dbname=DATABASE, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP)))


def create_database(connection: psycopg.Connection, *, name: str, template: str = "template0") -> None:
    """Make a database that `nexus_owner` owns and `nexus_app` may connect to, and nobody else."""
    database, owner, app = (sql.Identifier(word) for word in (name, OWNER, APP))
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(database, owner, sql.Identifier(template))
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, app))


def drop_database(connection: psycopg.Connection, *, name: str) -> None:
    """Drop a database, ending the connections to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_role(connection: psycopg.Connection, *, role: str, password: str) -> None:
    exists = _exists(connection, sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = %s"), role)
    verb = sql.SQL("ALTER" if exists else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(verb, sql.Identifier(role), _LIMITS, sql.Literal(password))
    )


def _exists(connection: psycopg.Connection, query: sql.SQL, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None
