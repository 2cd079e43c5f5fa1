"""Setting connections up: their names, secrets and mapping. A secret is taken and used, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nexusplanner.application.editing import edit
from nexusplanner.application.ledger.decisions import record_setting
from nexusplanner.application.ports.connections import CrmSystem, Tokens
from nexusplanner.application.ports.schedules import Scheduled
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.connections import Connection, CrmKind, CrmObject, FieldMapping, SignIn
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import ConnectionId, FieldErrors

LONGEST_SECRET = 4096
Systems = Mapping[CrmKind, CrmSystem]


@dataclass(frozen=True, kw_only=True)
class KnownConnection:
    """A connection, and how many records of each kind came through it."""

    connection: Connection
    rows: Mapping[CrmObject, int]


async def read_connection(uow: UnitOfWork, *, connection_id: ConnectionId) -> KnownConnection:
    """One connection. Raises: Forbidden, NotFound."""
    uow.actor.require(Permission.READ)
    connection = await uow.connections.get(connection_id)
    return KnownConnection(connection=connection, rows=(await uow.connections.rows([connection.id]))[connection.id])


async def read_connections(uow: UnitOfWork) -> tuple[KnownConnection, ...]:
    """Every connection, by name. Raises Forbidden."""
    uow.actor.require(Permission.READ)
    every = await uow.connections.all()
    rows = await uow.connections.rows([each.id for each in every])
    return tuple(KnownConnection(connection=each, rows=rows[each.id]) for each in every)


async def create_connection(uow: UnitOfWork, *, connection: Connection, now: datetime) -> Connection:
    """Keep a new connection; it asks nothing before somebody signs in. Raises: Forbidden, Invalid, NotFound (brand)."""
    uow.actor.require(Permission.ADMINISTER)
    connection.check()
    await uow.brands.get(connection.brand_id)
    uow.connections.add(connection)
    await uow.flush()
    await _record(uow, connection, summary=f"The connection {connection.name} was made.", now=now)
    return connection


async def edit_connection(
    uow: UnitOfWork, *, connection_id: ConnectionId, changes: Mapping[str, object], version: int, now: datetime
) -> Connection:
    """Change name or period. Raises: Forbidden, NotFound, VersionConflict, Invalid."""
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id, lock=True)
    edit(connection, changes=changes, version=version, now=now)
    if connection.last_sync_at is not None and connection.next_sync_at is not None:
        connection.next_sync_at = max(now, connection.last_sync_at + connection.period)
        await plan_next(uow, connection)
    await uow.flush()
    return connection


async def remove_connection(uow: UnitOfWork, *, connection_id: ConnectionId, now: datetime) -> None:
    """Destroy its secrets and never ask again; its records stay, marked as its. Raises: Forbidden, NotFound."""
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id, lock=True)
    connection.remove(now=now)
    await uow.connections.forget_secrets(connection, client=True)
    await uow.connections.let_go(connection)
    uow.memberships.tell([connection.brand_id])
    await plan_next(uow, connection)
    await uow.flush()
    await _record(uow, connection, summary=f"The connection {connection.name} was removed.", now=now)


async def set_client(
    uow: UnitOfWork,
    *,
    connection_id: ConnectionId,
    client_id: str,
    secret: str,
    domain: str | None,
    systems: Systems,
    now: datetime,
) -> Connection:
    """Keep the application that was registered there. A new one ends the sign-in. Raises: Forbidden, NotFound, Invalid."""
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id, lock=True)
    errors = FieldErrors()
    errors.check(0 < len(client_id) <= LONGEST_SECRET and _plain(client_id), "client_id", "Paste the client id.")
    errors.check(_plain(secret), "client_secret", "A secret has no spaces or line breaks. Paste it again.")
    errors.raise_if_any("client")
    await _ask_at(uow, connection, domain=domain, systems=systems)
    await uow.connections.forget_secrets(connection, client=True)
    connection.client_id = client_id
    connection.signed_out(now=now)
    await uow.connections.keep_client_secret(connection, secret=secret)
    await plan_next(uow, connection)
    await uow.flush()
    await _record(uow, connection, summary=f"The client of {connection.name} was set.", now=now)
    return connection


async def set_token(
    uow: UnitOfWork,
    *,
    connection_id: ConnectionId,
    token: str,
    domain: str | None,
    systems: Systems,
    now: datetime,
) -> Connection:
    """Ask with a token that was made there by hand; it may be another account's, so everything is read anew once.

    Raises: Forbidden, NotFound, Invalid.
    """
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id, lock=True)
    check_token(token)
    await _ask_at(uow, connection, domain=domain, systems=systems)
    await uow.connections.keep_tokens(connection, tokens=Tokens(access=token, host=connection.domain))
    await uow.connections.read_anew(connection)
    connection.signed_in(SignIn.TOKEN, now=now)
    await uow.flush()
    await _record(uow, connection, summary=f"The token of {connection.name} was set.", now=now)
    return connection


def check_token(token: str) -> None:
    """Raise Invalid for what no token looks like."""
    errors = FieldErrors()
    errors.check(_plain(token), "token", "A token has no spaces or line breaks. Paste it again.")
    errors.raise_if_any("token")


async def save_mapping(
    uow: UnitOfWork, *, connection_id: ConnectionId, mapping: FieldMapping, now: datetime
) -> Connection:
    """Read these fields from now on; everything is read anew once. Raises: Forbidden, NotFound, Invalid."""
    uow.actor.require(Permission.ADMINISTER)
    connection = await uow.connections.get(connection_id, lock=True)
    mapping.check()
    if connection.mapped != mapping:
        await uow.connections.read_anew(connection)
    connection.mapping, connection.updated_at = mapping, now
    await uow.flush()
    await _record(uow, connection, summary=f"The mapping of {connection.name} was changed.", now=now)
    return connection


async def plan_next(uow: UnitOfWork, connection: Connection) -> None:
    """Make it due when it says, or never."""
    if connection.next_sync_at is None:
        await uow.schedules.drop(Scheduled.CONNECTION, connection.id)
    else:
        await uow.schedules.put(Scheduled.CONNECTION, connection.id, due_at=connection.next_sync_at)


async def note_sign_in(uow: UnitOfWork, connection: Connection, *, now: datetime) -> None:
    """Note in the ledger that somebody signed in there."""
    await _record(uow, connection, summary=f"{connection.name} was signed in to {connection.kind.vendor}.", now=now)


async def _ask_at(uow: UnitOfWork, connection: Connection, *, domain: str | None, systems: Systems) -> None:
    """Ask this host from now on. Secrets that were given for another one are destroyed, not sent there."""
    if domain is None:
        return
    host = systems[connection.kind].host(domain)
    if host != connection.domain:
        connection.domain = host
        await uow.connections.forget_secrets(connection, client=True)


def _plain(secret: str) -> bool:
    printable = secret.isascii() and secret.isprintable() and " " not in secret
    return 0 < len(secret) <= LONGEST_SECRET and printable


async def _record(uow: UnitOfWork, connection: Connection, *, summary: str, now: datetime) -> None:
    await record_setting(uow, step="connection", summary=summary, now=now, before={}, after=_told(connection))


def _told(connection: Connection) -> dict[str, Any]:
    mapped = connection.mapped
    return {
        "connection": str(connection.id),
        "kind": connection.kind.value,
        "name": connection.name,
        "domain": connection.domain,
        "every_minutes": connection.every_minutes,
        "signed_in": connection.sign_in.value,
        "fields": {each.value: dict(mapped.of(each)) for each in CrmObject},
        "removed": connection.removed_at is not None,
    }
