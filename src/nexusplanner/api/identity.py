"""Set-up, sign-in and who one is."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Public, Reading, sender_of, use
from nexusplanner.api.shapes import Input, Shape
from nexusplanner.application.access.identity import SignedIn
from nexusplanner.domain import identity as people
from nexusplanner.domain.shared import Forbidden, Unauthenticated

router = APIRouter(route_class=GuardedRoute, tags=["Sign-in"])

COOKIE: Final = "__Host-nexus-refresh"


class User(Shape):
    """Who is signed in."""

    id: UUID
    name: str
    email: str
    role: people.Role


class Workspace(Shape):
    """The workspace one is in."""

    id: UUID
    name: str
    currency: str
    is_demo: bool


class Me(Shape):
    """Who is signed in, where, and what they may do."""

    user: User
    tenant: Workspace
    permissions: list[str]


class Session(Shape):
    """A sign-in. The refresh token travels in a cookie that scripts cannot read."""

    access_token: str
    token_type: str
    expires_in: int
    me: Me


class SetupState(Shape):
    """Whether somebody must register first."""

    needed: bool
    demo_available: bool


class SetupInput(Input):
    """The first administrator. workspace: its name; the person's own when left out."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    workspace: Annotated[str | None, Field(max_length=120)] = None


class SignInInput(Input):
    """Address and password."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=1000)]


def shape_me(*, user: people.User, tenant: people.Tenant) -> Me:
    """What callers see of themselves."""
    return Me(
        user=User.model_validate(user),
        tenant=Workspace.model_validate(tenant),
        permissions=sorted(user.actor().permissions),
    )


@router.get("/setup", operation_id="getSetup", summary="Ask whether somebody must register first")
async def get_setup(*, _: Public, edge: EdgeParts) -> SetupState:
    """True until the first administrator has registered."""
    return SetupState(needed=await edge.desk.needs_setup(), demo_available=edge.rules.demo_available)


@router.post(
    "/setup", status_code=201, responses=problems(400, 403, 409, 422, 429), summary="Register the first administrator"
)
async def set_up(*, _: Public, request: Request, response: Response, edge: EdgeParts, body: SetupInput) -> Session:
    """Signs the administrator in as well."""
    require_own_origin(request, edge=edge, needed=False)
    await _count_address(request, edge=edge)
    signed_in = await edge.desk.set_up(
        name=body.name,
        email=body.email,
        password=body.password,
        workspace=body.workspace or "",
        agent=_agent(request),
    )
    return _answer(response, signed_in)


@router.post("/auth/login", responses=problems(400, 401, 403, 422, 429), summary="Sign in")
async def sign_in(*, _: Public, request: Request, response: Response, edge: EdgeParts, body: SignInInput) -> Session:
    """Address and password for an access token; the refresh token is set as a cookie."""
    require_own_origin(request, edge=edge, needed=False)
    await _count_address(request, edge=edge)
    signed_in = await edge.desk.sign_in(email=body.email, password=body.password, agent=_agent(request))
    return _answer(response, signed_in)


@router.post("/auth/refresh", responses=problems(401, 403, 429), summary="Renew the access token")
async def refresh_session(*, _: Public, request: Request, response: Response, edge: EdgeParts) -> Session:
    """By the cookie, which is replaced."""
    require_own_origin(request, edge=edge, needed=True)
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Unauthenticated("Nobody is signed in here. Sign in first.")
    return _answer(response, await edge.desk.refresh(token=token))


@router.post("/auth/logout", status_code=204, responses=problems(403), summary="Sign out")
async def sign_out(*, _: Public, request: Request, response: Response, edge: EdgeParts) -> None:
    """Ends the session at once, for the access token too."""
    require_own_origin(request, edge=edge, needed=True)
    token = request.cookies.get(COOKIE, "")
    if token:
        await edge.desk.sign_out(token=token)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


@router.get("/auth/me", responses=problems(401, 403, 429), summary="Read who is signed in")
async def get_me(*, uow: Reading) -> Me:
    """The user, the workspace and the permissions."""
    return shape_me(user=await uow.identity.user(uow.actor.user_id), tenant=await uow.identity.tenant())


def require_own_origin(request: Request, *, edge: Edge, needed: bool) -> None:
    """Refuse pages of other sites. needed: the cookie authorises, so a request without Origin is refused too.

    Raises: Forbidden.
    """
    origin = request.headers.get("origin")
    if origin is None and not needed:
        return
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if origin is None or (origin != own and origin not in edge.rules.own_origins | edge.rules.cors_origins):
        raise Forbidden("This may only be asked from the application's own pages.", code="ORIGIN_REFUSED")


async def _count_address(request: Request, *, edge: Edge) -> None:
    await use(request, edge=edge, key=f"sign-in:{sender_of(request)}", limit=edge.rules.sign_ins)


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]


def _answer(response: Response, signed_in: SignedIn) -> Session:
    response.set_cookie(
        COOKIE,
        signed_in.refresh_token,
        max_age=int(signed_in.refresh_for.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )
    return Session(
        access_token=signed_in.access_token,
        token_type="bearer",  # noqa: S106 - the scheme's name
        expires_in=signed_in.access_seconds,
        me=shape_me(user=signed_in.user, tenant=signed_in.tenant),
    )
