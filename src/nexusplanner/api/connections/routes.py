"""Connections to customer systems: signing in, what is read, and reading it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from nexusplanner.api.connections.schemas import (
    Connection,
    ConnectionCellError,
    ConnectionChanges,
    ConnectionClient,
    ConnectionEdit,
    ConnectionField,
    ConnectionInput,
    ConnectionMapping,
    ConnectionPreview,
    ConnectionPreviewInput,
    ConnectionRows,
    ConnectionScope,
    ConnectionToken,
    SignInAnswer,
    SignInPage,
    SyncInput,
)
from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import (
    Administering,
    EdgeParts,
    Generating,
    GuardedRoute,
    IdempotencyKey,
    Looking,
    Managing,
    Reading,
    Version,
    show_current,
)
from nexusplanner.api.runs import Run, run_of
from nexusplanner.api.shapes import Page, changes_of
from nexusplanner.application.connections import desk, keeping, starting
from nexusplanner.application.connections.keeping import KnownConnection
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import connections as domain
from nexusplanner.domain.connections import CrmObject
from nexusplanner.domain.shared import BrandId, ConnectionId, Money

router = APIRouter(route_class=GuardedRoute, tags=["Connections"])

DONE_PAGE = "/connections/done"


def _redirect(request: Request, edge: Edge) -> str:
    """The page that takes the browser back, at the address users type."""
    own = sorted(edge.rules.own_origins)
    return (own[0] if own else str(request.base_url).rstrip("/")) + DONE_PAGE


async def _shape(uow: UnitOfWork, known: KnownConnection, *, request: Request, edge: Edge) -> Connection:
    connection = known.connection
    return Connection(
        id=connection.id,
        kind=connection.kind,
        name=connection.name,
        brand_id=connection.brand_id,
        domain=connection.domain,
        state=connection.state(now=edge.clock.now()),
        signed_in=connection.sign_in is not domain.SignIn.NONE,
        client_id=connection.client_id,
        has_client=await uow.connections.client(connection) is not None,
        redirect_url=_redirect(request, edge),
        scopes=[ConnectionScope.model_validate(scope) for scope in connection.scopes],
        every_minutes=connection.every_minutes,
        last_sync_at=connection.last_sync_at,
        next_sync_at=connection.next_sync_at,
        compared_at=connection.compared_at,
        compares_at=connection.compares_at,
        rows=ConnectionRows(**{kind.value: known.rows.get(kind, 0) for kind in CrmObject}),
        last_changes=ConnectionChanges.model_validate(connection.last_changes) if connection.last_changes else None,
        problem=connection.problem,
        mapping=ConnectionMapping.of(connection.mapped),
        run_id=connection.run_id,
        version=connection.version,
        created_at=connection.created_at,
        updated_at=connection.updated_at,
    )


async def _current(uow: UnitOfWork, connection_id: UUID, *, request: Request, edge: Edge) -> Connection:
    known = await keeping.read_connection(uow, connection_id=ConnectionId(connection_id))
    return await _shape(uow, known, request=request, edge=edge)


@router.get("/connections", responses=problems(401, 403, 429), summary="List connections")
async def list_connections(*, request: Request, uow: Reading, edge: EdgeParts) -> Page[Connection]:
    """Every connection, by name. Secrets are never shown to anybody."""
    every = await keeping.read_connections(uow)
    items = [await _shape(uow, known, request=request, edge=edge) for known in every]
    return Page(items=items, total=len(items), next_cursor=None)


@router.post(
    "/connections", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Add a connection"
)
async def create_connection(
    *, request: Request, uow: Administering, edge: EdgeParts, body: ConnectionInput, _: IdempotencyKey = None
) -> Connection:
    """It reads only, and asks nothing before somebody signs in or pastes a token."""
    now = edge.clock.now()
    connection = domain.Connection(
        tenant_id=uow.actor.tenant_id,
        brand_id=BrandId(body.brand_id),
        created_by=uow.actor.user_id,
        kind=body.kind,
        name=body.name,
        domain=edge.crm.systems[body.kind].host(""),
        every_minutes=body.every_minutes,
        created_at=now,
        updated_at=now,
    )
    await keeping.create_connection(uow, connection=connection, now=now)
    return await _current(uow, connection.id, request=request, edge=edge)


@router.get("/connections/{connection_id}", responses=problems(401, 403, 404, 429), summary="Read a connection")
async def get_connection(*, request: Request, uow: Reading, edge: EdgeParts, connection_id: UUID) -> Connection:
    """One connection."""
    return await _current(uow, connection_id, request=request, edge=edge)


@router.patch(
    "/connections/{connection_id}",
    responses=problems(400, 401, 403, 404, 412, 422, 428, 429),
    summary="Edit a connection",
)
async def edit_connection(
    *,
    request: Request,
    uow: Administering,
    edge: EdgeParts,
    connection_id: UUID,
    body: ConnectionEdit,
    version: Version,
) -> Connection:
    """Change its name or how often it is read."""
    show_current(request, lambda fresh: _current(fresh, connection_id, request=request, edge=edge))
    await keeping.edit_connection(
        uow,
        connection_id=ConnectionId(connection_id),
        changes=changes_of(body),
        version=version,
        now=edge.clock.now(),
    )
    return await _current(uow, connection_id, request=request, edge=edge)


@router.delete(
    "/connections/{connection_id}",
    status_code=204,
    responses=problems(401, 403, 404, 429),
    summary="Remove a connection",
)
async def delete_connection(*, uow: Administering, edge: EdgeParts, connection_id: UUID) -> None:
    """Its secrets are destroyed; the records that came through it stay."""
    await keeping.remove_connection(uow, connection_id=ConnectionId(connection_id), now=edge.clock.now())


@router.put(
    "/connections/{connection_id}/client",
    responses=problems(400, 401, 403, 404, 422, 429),
    summary="Set the client id and secret",
)
async def set_connection_client(
    *, request: Request, uow: Administering, edge: EdgeParts, connection_id: UUID, body: ConnectionClient
) -> Connection:
    """Sealed at once. Whoever was signed in has to do so again; another domain destroys every secret first."""
    await keeping.set_client(
        uow,
        connection_id=ConnectionId(connection_id),
        client_id=body.client_id,
        secret=body.client_secret.get_secret_value(),
        domain=body.domain,
        systems=edge.crm.systems,
        now=edge.clock.now(),
    )
    return await _current(uow, connection_id, request=request, edge=edge)


@router.put(
    "/connections/{connection_id}/token",
    responses=problems(400, 401, 403, 404, 422, 429, 503),
    summary="Set a token instead of signing in",
)
async def set_connection_token(
    *, request: Request, caller: Managing, edge: EdgeParts, connection_id: UUID, body: ConnectionToken
) -> Connection:
    """Tried there at once, and sealed for this domain only; one that is refused changes nothing."""
    await edge.crm.set_token(
        caller.actor,
        connection_id=ConnectionId(connection_id),
        token=body.token.get_secret_value(),
        domain=body.domain,
    )
    async with edge.units.for_actor(caller.actor) as uow:
        return await _current(uow, connection_id, request=request, edge=edge)


@router.post(
    "/connections/{connection_id}/authorise",
    responses=problems(401, 403, 404, 409, 429),
    summary="Begin a sign-in",
)
async def authorise_connection(
    *, request: Request, uow: Administering, edge: EdgeParts, connection_id: UUID
) -> SignInPage:
    """Send the browser to the address. Within ten minutes the same user may finish, once."""
    url = await desk.begin_sign_in(
        uow,
        connection_id=ConnectionId(connection_id),
        redirect=_redirect(request, edge),
        systems=edge.crm.systems,
        now=edge.clock.now(),
    )
    return SignInPage(url=url)


@router.post(
    "/connections/finish",
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
    summary="Finish a sign-in",
)
async def finish_connection(*, request: Request, caller: Managing, edge: EdgeParts, body: SignInAnswer) -> Connection:
    """The page the browser comes back to sends what was appended to its address."""
    connection_id = await edge.crm.finish_sign_in(caller.actor, state=body.state, code=body.code)
    async with edge.units.for_actor(caller.actor) as uow:
        return await _current(uow, connection_id, request=request, edge=edge)


@router.get(
    "/connections/{connection_id}/fields",
    responses=problems(401, 403, 404, 409, 429, 503),
    summary="List the other system's fields",
)
async def list_connection_fields(*, caller: Looking, edge: EdgeParts, connection_id: UUID) -> Page[ConnectionField]:
    """Asked there at once."""
    found = await edge.crm.fields(caller.actor, connection_id=ConnectionId(connection_id))
    items = [ConnectionField(object=each.kind, name=each.name, label=each.label, type=each.type) for each in found]
    return Page(items=items, total=len(items), next_cursor=None)


@router.put(
    "/connections/{connection_id}/mapping",
    responses=problems(400, 401, 403, 404, 422, 429),
    summary="Save which fields are read",
)
async def save_connection_mapping(
    *, request: Request, uow: Administering, edge: EdgeParts, connection_id: UUID, body: ConnectionMapping
) -> Connection:
    """Nothing else is read from then on. The next sync reads everything once more."""
    await keeping.save_mapping(
        uow, connection_id=ConnectionId(connection_id), mapping=body.mapping(), now=edge.clock.now()
    )
    return await _current(uow, connection_id, request=request, edge=edge)


@router.post(
    "/connections/{connection_id}/preview",
    responses=problems(400, 401, 403, 404, 409, 422, 429, 503),
    summary="Look at some records",
)
async def preview_connection(
    *, caller: Looking, edge: EdgeParts, connection_id: UUID, body: ConnectionPreviewInput
) -> ConnectionPreview:
    """20 of each kind at most, as they would be kept; nothing is kept."""
    seen = await edge.crm.preview(
        caller.actor,
        connection_id=ConnectionId(connection_id),
        mapping=body.mapping.mapping() if body.mapping else None,
    )
    rows = {kind.value: [_texts(row) for row in found] for kind, found in seen.rows.items()}
    errors = [
        ConnectionCellError(object=each.kind, external_id=each.external_id, field=each.field, reason=each.reason)
        for each in seen.errors
    ]
    return ConnectionPreview.model_validate({**rows, "errors": errors})


@router.post(
    "/connections/{connection_id}/sync",
    status_code=202,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Read what changed",
)
async def sync_connection(
    *,
    response: Response,
    uow: Generating,
    edge: EdgeParts,
    connection_id: UUID,
    body: SyncInput,
    _: IdempotencyKey = None,
) -> Run:
    """One run at a time. A run that was stopped goes on where it was."""
    run = await starting.start_sync(
        uow,
        connection_id=ConnectionId(connection_id),
        dry_run=body.dry_run,
        full=body.full,
        now=edge.clock.now(),
    )
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return await run_of(uow, run)


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.decimal} {value.currency}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
