"""One request, one transaction: who asks, whether they may, how often, and what is kept of the answer.

Every route names its permission through one of the dependencies below; a route that names none cannot be made. The
order is: authenticate, check the permission, count the use, read the body, open the transaction, replay or run, commit,
answer. The body is read first so that a slow caller never holds a connection of the database.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from nexusplanner.api.edge import Edge, edge_of
from nexusplanner.api.errors import Malformed, PreconditionRequired
from nexusplanner.application.access.identity import Caller
from nexusplanner.application.access.limits import Hit, Limit
from nexusplanner.application.idempotency import StoredResponse
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.shared import Unauthenticated

AfterCommit = Callable[[], Awaitable[Response]]
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
KEPT_HEADERS: Final = ("content-type", "location", "preference-applied", "etag")
KEY_LENGTH: Final = 255
BEARER: Final = "bearer"
REMEMBERED_FOR: Final = timedelta(days=1)
"""How long an answer can be asked for again."""

_BOUNDARY: Final = re.compile(r'^multipart/form-data;.*\bboundary="?([^";]+)', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a route asks of its caller. permission: none for routes anybody may call.

    transaction: whether the route works in the caller's transaction. costly: counted among the generations too.
    """

    permission: Permission | None
    transaction: bool = True
    costly: bool = False


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """Dependency: the transaction of the caller, opened because the caller has the permission."""

    access: Access

    async def __call__(self, request: Request) -> UnitOfWork:
        """The open transaction."""
        uow: UnitOfWork = request.state.uow
        return uow


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Dependency: the caller alone, for routes that open transactions of their own."""

    access: Access

    async def __call__(self, request: Request) -> Caller:
        """Who asks."""
        caller: Caller = request.state.caller
        return caller


@dataclass(frozen=True, kw_only=True)
class Anybody:
    """Dependency: marks a route that needs no sign-in."""

    access: Access = Access(permission=None, transaction=False)

    async def __call__(self) -> None:
        """Nothing to hand over."""


def _transaction(permission: Permission, *, costly: bool = False) -> Any:
    return Depends(Transaction(access=Access(permission=permission, costly=costly)))


Reading = Annotated[UnitOfWork, _transaction(Permission.READ)]
Planning = Annotated[UnitOfWork, _transaction(Permission.PLAN)]
Asking = Annotated[UnitOfWork, _transaction(Permission.READ, costly=True)]
Generating = Annotated[UnitOfWork, _transaction(Permission.PLAN, costly=True)]
Importing = Annotated[UnitOfWork, _transaction(Permission.IMPORT)]
Opining = Annotated[UnitOfWork, _transaction(Permission.FEEDBACK)]
Administering = Annotated[UnitOfWork, _transaction(Permission.ADMINISTER)]
Following = Annotated[Caller, Depends(SignedIn(access=Access(permission=Permission.READ, transaction=False)))]
Looking = Annotated[Caller, Depends(SignedIn(access=Access(permission=Permission.PLAN, transaction=False)))]
Managing = Annotated[
    Caller, Depends(SignedIn(access=Access(permission=Permission.ADMINISTER, transaction=False, costly=True)))
]
Public = Annotated[None, Depends(Anybody())]
EdgeParts = Annotated[Edge, Depends(edge_of)]


def access_of(route: APIRoute) -> Access:
    """What the route asks of its caller. Raises TypeError when it names nothing."""
    named = [
        d.call.access for d in route.dependant.dependencies if isinstance(d.call, (Transaction, SignedIn, Anybody))
    ]
    if len(named) != 1:
        message = f"{route.path}: a route names exactly one access, this one names {len(named)}"
        raise TypeError(message)
    return named[0]


class GuardedRoute(APIRoute):
    """A route that denies by default and commits before it answers."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler FastAPI makes, inside the caller's transaction."""
        run = super().get_route_handler()
        access = access_of(self)
        if access.permission:
            self.openapi_extra = {"security": [{BEARER: []}], "x-permission": access.permission.value}
        name = f"{'|'.join(sorted(self.methods or ()))} {self.path_format}"

        async def handle(request: Request) -> Response:
            if access.permission is None:
                return await run(request)
            edge = edge_of(request)
            caller = await authenticate(request, edge=edge)
            await _count(request, edge=edge, actor=caller.actor, access=access)
            caller.actor.require(access.permission)
            if not access.transaction:
                return await run(request)
            await request.body()
            async with edge.units.for_actor(caller.actor) as uow:
                request.state.uow = uow
                response = await _once(request, run=run, uow=uow, edge=edge, route=name)
            after: AfterCommit | None = getattr(request.state, "after_commit", None)
            return await after() if after else response

        return handle


async def authenticate(request: Request, *, edge: Edge) -> Caller:
    """Who asks, by the bearer token alone: a cookie never authorises a request. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Sign in first: send the access token as Authorization: Bearer.")
    caller = await edge.desk.authenticate(access_token=token.strip())
    request.state.caller = caller
    return caller


async def _count(request: Request, *, edge: Edge, actor: Actor, access: Access) -> None:
    kind = "read" if request.method in SAFE_METHODS else "write"
    limit = edge.rules.reads if kind == "read" else edge.rules.writes
    await use(request, edge=edge, key=f"{kind}:{actor.user_id}", limit=limit)
    if access.costly:
        await use(request, edge=edge, key=f"generate:{actor.user_id}", limit=edge.rules.generations)


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """Under what an answer is remembered."""

    route: str
    key: str
    body_hash: str


def sender_of(request: Request) -> str:
    """A digest of the network the request came from, to count by: an IPv6 sender has as many addresses as it likes."""
    address = request.client.host if request.client else ""
    network = address if "." in address else ":".join(address.split(":")[:4])
    return hashlib.sha256(network.encode()).hexdigest()[:32]


async def use(request: Request, *, edge: Edge, key: str, limit: Limit) -> Hit:
    """Use a limit once; the answer's RateLimit headers tell what is left. Raises TooMany."""
    hit = await edge.limits.hit(key, limit=limit, now=edge.clock.now())
    request.state.rate_limit = hit
    hit.require()
    return hit


async def _once(
    request: Request,
    *,
    run: Callable[[Request], Coroutine[Any, Any, Response]],
    uow: UnitOfWork,
    edge: Edge,
    route: str,
) -> Response:
    """The answer, which is the first one's when the request carries an Idempotency-Key that was used before."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method in SAFE_METHODS:
        return await run(request)
    if not 0 < len(key) <= KEY_LENGTH or not key.isprintable():
        raise Malformed(f"Idempotency-Key takes 1 to {KEY_LENGTH} printable characters.", code="IDEMPOTENCY_KEY")
    kept = _Kept(route=route, key=key, body_hash=await _body_hash(request))
    request.state.kept = kept
    stored = await uow.idempotency.begin(route=kept.route, key=kept.key, body_hash=kept.body_hash)
    if stored is not None:
        headers = {**stored.headers, "Idempotency-Replayed": "true"}
        return Response(content=stored.body, status_code=stored.status, headers=headers)
    response = await run(request)
    await _keep(uow, kept, response=response, edge=edge)
    return response


async def _body_hash(request: Request) -> str:
    """A digest of path and body. The boundary between the parts of a form is left out: it is new in every repeat."""
    body = await request.body()
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    if boundary:
        body = body.replace(boundary.group(1).encode(), b"")
    return hashlib.sha256(request.url.path.encode() + b"\n" + body).hexdigest()


async def remember(request: Request, response: Response) -> None:
    """Send `response` instead of the first answer when the request is repeated with its Idempotency-Key."""
    kept: _Kept | None = getattr(request.state, "kept", None)
    if kept is None:
        return
    edge, caller = edge_of(request), request.state.caller
    async with edge.units.for_actor(caller.actor) as uow:
        await _keep(uow, kept, response=response, edge=edge)


async def _keep(uow: UnitOfWork, kept: _Kept, *, response: Response, edge: Edge) -> None:
    now = edge.clock.now()
    await uow.idempotency.prune(before=now - REMEMBERED_FOR)
    await uow.idempotency.keep(
        route=kept.route, key=kept.key, body_hash=kept.body_hash, response=stored_form(response), now=now
    )


def stored_form(response: Response) -> StoredResponse:
    """The response as it will be sent, byte for byte."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return StoredResponse(status=response.status_code, headers=headers, body=bytes(response.body))


def _version(
    if_match: Annotated[
        str | None, Header(alias="If-Match", description="The version the edit is made to, quoted.")
    ] = None,
) -> int:
    if if_match is None:
        raise PreconditionRequired('Say which version you edit: send its number as If-Match: "3".')
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise PreconditionRequired('If-Match takes the record\'s version, such as "3".')
    return int(text)


Version = Annotated[int, Depends(_version)]
"""Dependency: the number in If-Match. Raises PreconditionRequired."""
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="Sent again with the same key, the request counts once."),
]


def show_current(request: Request, read: Callable[[UnitOfWork], Awaitable[BaseModel]]) -> None:
    """When the edit turns out to be stale, answer with what `read` finds in a new transaction."""
    edge, caller = edge_of(request), request.state.caller

    async def current() -> dict[str, Any]:
        async with edge.units.for_actor(caller.actor) as uow:
            return (await read(uow)).model_dump(mode="json")

    request.state.current = current
