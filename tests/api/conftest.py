"""The real application over a real database, called without a network."""

from __future__ import annotations

import asyncio
import pickle
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from tests.conftest import TestDatabase, cloned
from tests.factories import records
from tests.factories.storage import Filled, filled
from tests.fakes.clock import StillClock

from nexusplanner.api.app import create_app
from nexusplanner.api.edge import Edge
from nexusplanner.api.serving.pages import Pages
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.sign_in import AccessClaims
from nexusplanner.bootstrap import Container, Database, Outside, build
from nexusplanner.bootstrap.customers import CrmPlaces
from nexusplanner.domain.identity import Role, Session, Tenant, User
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.identity import see_only
from nexusplanner.infrastructure.db.unit_of_work import transaction
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres, ServerInfo
from nexusplanner.settings import RateLimits, Settings

ORIGIN = "https://nexus.test"
PLENTY = RateLimits(reads=100_000, writes=100_000, generations=100_000, sign_ins=100_000)
_spare: defaultdict[tuple[object, ...], list[FastAPI]] = defaultdict(list)
"""Applications nobody uses now, by what their middleware was made with."""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """The application and what stands behind it."""

    app: FastAPI
    container: Container
    clock: StillClock

    @asynccontextmanager
    async def client(self, session: Session | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A caller; signed in when a session is given."""
        headers = {"Authorization": f"Bearer {self.token(session)}"} if session else {}
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers, timeout=60) as client:
            yield client

    def token(self, session: Session) -> str:
        claims = AccessClaims(tenant_id=session.tenant_id, user_id=session.user_id, session_id=session.id)
        return self.container.desk.access.issue(claims, now=self.clock.now())

    async def tenant(self, name: str = "Ada") -> Filled:
        """A workspace with at least one record of each kind."""
        return await filled(self.container.engine, name)

    async def join(self, tenant: Tenant, *, role: Role) -> Session:
        """Another user of the workspace, signed in."""
        account, _, user = records.person(role.value)
        member = User(
            tenant_id=tenant.id,
            account_id=account.id,
            email=account.email,
            name=user.name,
            role=role,
            created_at=user.created_at,
        )
        session = records.session(member, expires_at=self.clock.now() + timedelta(days=14))
        async with transaction(self.container.engine) as open_session:
            await see_only(open_session, "email", account.email)
            await see_only(open_session, "tenant_id", tenant.id)
            for record in (account, member, session):
                open_session.add(record)
                await open_session.flush()
        return session


def settings_in(home: Path, **changes: object) -> Settings:
    return Settings(home=home, **{"rate_limits": PLENTY, **changes})  # type: ignore[arg-type]


@contextmanager
def application_over(edge: Edge) -> Iterator[FastAPI]:
    """The application over `edge`; making its routes takes longer than a test, so one that nobody changed serves again."""
    spare = _spare[edge.rules.body_bytes, edge.rules.request_seconds, edge.rules.cors_origins]
    app = spare.pop() if spare else create_app(edge)
    app.state.edge = edge
    app.router.default = Pages(edge.pages)
    routes = list(app.router.routes)
    yield app
    if app.router.routes == routes:
        spare.append(app)


@asynccontextmanager
async def open_stand(
    database: TestDatabase,
    settings: Settings,
    *,
    worker: bool = False,
    fetcher: Fetcher | None = None,
    crm: CrmPlaces | None = None,
) -> AsyncIterator[Stand]:
    """The application as it is put together for serving, with or without a worker of its own.

    fetcher: another way out, such as that of a local server. crm: where customer systems are.
    """
    clock = StillClock()
    addresses = Database(app_url=database.app_url, owner_url=database.owner_url)
    container = build(settings, addresses, worker=worker, clock=clock, outside=Outside.over(fetcher, crm=crm))
    pages = settings.home / "pages"
    await container.start()
    try:
        with application_over(container.edge(pages=pages)) as app:
            yield Stand(app=app, container=container, clock=clock)
    finally:
        await container.stop()


@pytest.fixture
async def stand(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(database, settings_in(tmp_path)) as opened:
        yield opened


@dataclass(frozen=True, kw_only=True)
class FilledTemplate:
    """A database to clone that holds one workspace already. content: its records, pickled."""

    name: str
    content: bytes


@pytest.fixture(scope="session")
def filled_template(
    postgres: EmbeddedPostgres, postgres_info: ServerInfo, migrated_template: str
) -> Iterator[FilledTemplate]:
    """Made once, since filling a workspace takes longer than most tests of it."""
    with cloned(postgres, postgres_info, template=migrated_template) as made:
        yield FilledTemplate(name=made.name, content=pickle.dumps(asyncio.run(_filled(made))))


async def _filled(database: TestDatabase) -> Filled:
    engine = make_engine(database.app_url)
    try:
        return await filled(engine, "Ada")
    finally:
        await engine.dispose()


@pytest.fixture
def database(
    request: pytest.FixtureRequest, postgres: EmbeddedPostgres, postgres_info: ServerInfo, migrated_template: str
) -> Iterator[TestDatabase]:
    """A database of the test's own, with the workspace of Ada where the test asks for her."""
    has_ada = "ada" in request.fixturenames
    template = request.getfixturevalue("filled_template").name if has_ada else migrated_template
    with cloned(postgres, postgres_info, template=template) as clone:
        yield clone


@pytest.fixture
def ada(filled_template: FilledTemplate) -> Filled:
    """A workspace with its administrator."""
    return cast("Filled", pickle.loads(filled_template.content))


@pytest.fixture
async def client(stand: Stand, ada: Filled) -> AsyncIterator[httpx.AsyncClient]:
    """Its administrator, signed in."""
    async with stand.client(ada.session) as opened:
        yield opened
