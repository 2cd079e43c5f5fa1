"""The ASGI application as servers start it: `uvicorn --factory nexusplanner.main:create`."""

from __future__ import annotations

from fastapi import FastAPI

from nexusplanner import bootstrap
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings


def create() -> FastAPI:
    """The application over the settings of the environment; it joins the database and leaves it with the process."""
    settings = Settings()
    configure(level=settings.log_level)
    return bootstrap.application(bootstrap.assemble(settings), closing=True)
