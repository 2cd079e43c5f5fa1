"""Starting a sync: by hand or by the clock, one at a time for each connection."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from nexusplanner.application.ports.connections import SignInAgain
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.connections import Connection, CrmObject, SignIn
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, ConnectionId, NotFound, UserId


async def start_sync(
    uow: UnitOfWork, *, connection_id: ConnectionId, dry_run: bool = False, full: bool = False, now: datetime
) -> Run:
    """A run that reads what changed. dry_run: it only counts. full: it reads everything, and removes what is not there.

    Raises: Forbidden, NotFound, SignInAgain, Conflict (RUN_ACTIVE).
    """
    uow.actor.require(Permission.PLAN)
    connection = await uow.connections.get(connection_id, lock=True)
    if connection.sign_in is SignIn.NONE:
        raise SignInAgain(f"Sign in to {connection.kind.vendor} first, or paste a token.")
    await refuse_while_syncing(uow, connection)
    asked = {"connection_id": str(connection.id), "name": connection.name, "dry_run": dry_run, "full": full}
    return await _start(uow, connection, asked=asked, user_id=uow.actor.user_id, now=now)


async def start_due_sync(uow: UnitOfWork, record_id: UUID, now: datetime) -> datetime | None:
    """Start what is due, unless it is being read just now; when it is due again, None when it never is."""
    try:
        connection = await uow.connections.get(ConnectionId(record_id), lock=True)
    except NotFound:
        return None
    if connection.sign_in is SignIn.NONE:
        return None
    connection.next_sync_at = now + connection.period
    try:
        await refuse_while_syncing(uow, connection)
    except Conflict:
        return connection.next_sync_at
    full = await _to_be_compared(uow, connection, now=now)
    asked = {"connection_id": str(connection.id), "name": connection.name, "dry_run": False, "full": full}
    await _start(uow, connection, asked=asked, user_id=connection.created_by, now=now)
    return connection.next_sync_at


async def _to_be_compared(uow: UnitOfWork, connection: Connection, *, now: datetime) -> bool:
    """Whether everything is to be read because a week went by; a reading of everything that stopped is gone on with."""
    if connection.compares_at is not None and connection.compares_at > now:
        return False
    streams = await uow.connections.streams(connection.id)
    return not any(stream.full for stream in streams if stream.name in {kind.value for kind in CrmObject})


async def refuse_while_syncing(uow: UnitOfWork, connection: Connection, *, but: Run | None = None) -> None:
    """Raise Conflict while a run reads the connection: two would count what they do twice. but: the run that may."""
    if connection.run_id is None or (but is not None and connection.run_id == but.id):
        return
    if (await uow.runs.get(connection.run_id)).active:
        raise Conflict(
            "This connection is being read already. Wait for it or cancel it.",
            code="RUN_ACTIVE",
            details={"run_id": str(connection.run_id)},
        )


async def sync_again(uow: UnitOfWork, run: Run) -> None:
    """Let a run that is tried again read its connection. Raises: NotFound, Conflict while another one does."""
    connection = await uow.connections.get(connection_of(run), lock=True)
    await refuse_while_syncing(uow, connection, but=run)
    connection.run_id, connection.not_before = run.id, None


def connection_of(run: Run) -> ConnectionId:
    """The connection the run reads."""
    return ConnectionId(UUID(str(run.request["connection_id"])))


async def _start(
    uow: UnitOfWork, connection: Connection, *, asked: dict[str, Any], user_id: UserId, now: datetime
) -> Run:
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=connection.brand_id,
        user_id=user_id,
        kind=RunKind.SYNC_CONNECTION,
        request=asked,
        created_at=now,
    )
    uow.runs.add(run)
    await uow.flush()
    connection.run_id, connection.not_before = run.id, None
    await uow.workflows.start(run)
    await uow.flush()
    return run
