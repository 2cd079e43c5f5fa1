"""The ASGI application as servers start it: `uvicorn --factory nexusplanner.main:create`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from nexusplanner import bootstrap
from nexusplanner.api.app import create_app
from nexusplanner.bootstrap import Container
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings


def create() -> FastAPI:
    """The application over the settings of the environment; it joins the database and leaves it with the process."""
    settings = Settings()
    configure(level=settings.log_level)
    database = bootstrap.open_database(settings)
    if database.owner_url is not None:
        bootstrap.migrate(database)
    return application(bootstrap.build(settings, database), closing=True)


def application(container: Container, *, closing: bool = False) -> FastAPI:
    """The application over `container`, which starts and stops with it. closing: it also leaves the database."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await container.start()
        try:
            yield
        finally:
            await container.stop()
            if closing:
                container.database.close()

    return create_app(container.edge(), lifespan=lifespan)
