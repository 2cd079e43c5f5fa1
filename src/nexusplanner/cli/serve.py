"""Commands that stay: demo, serve, worker."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from nexusplanner import bootstrap
from nexusplanner.application.demo import load_demo
from nexusplanner.bootstrap import Container
from nexusplanner.cli.console import errors
from nexusplanner.cli.workspace import opened
from nexusplanner.domain.shared import Conflict, Unavailable
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings

Port = Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)]
Host = Annotated[str | None, typer.Option(help="Address to listen on; the default is this machine only.")]
Greeting = Callable[[Container], Awaitable[str]]
DEMO_EMAIL = "demo@example.com"


def demo(port: Port = None, host: Host = None) -> None:
    """Load an example company and serve pages, API and worker in one process."""
    asyncio.run(_serve(_settings(port=port, host=host), greet=_ready_demo))


def serve(port: Port = None, host: Host = None) -> None:
    """Serve pages, API and (unless switched off) the worker in one process."""
    asyncio.run(_serve(_settings(port=port, host=host), greet=_ready_own))


def worker() -> None:
    """Take runs in this process, beside or without a server."""
    asyncio.run(_work())


async def _work() -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stopping.set)
    async with opened(worker=True):
        errors.print("The worker takes runs. Press Ctrl-C to stop it after its current steps.")
        await stopping.wait()


def _settings(*, port: int | None, host: str | None) -> Settings:
    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    return Settings().model_copy(update=given)


async def _serve(settings: Settings, *, greet: Greeting) -> None:
    """Open, greet and serve on one event loop; the database is left when the server ends."""
    configure(level=settings.log_level if settings.environment == "production" else "WARNING")
    _require_free(settings)
    errors.print("Starting the database …")
    container = await asyncio.to_thread(bootstrap.assemble, settings)
    try:
        hint = await greet(container)
        _greet(errors, settings, hint=hint)
        config = uvicorn.Config(
            bootstrap.application(container),
            host=settings.host,
            port=settings.port,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        await uvicorn.Server(config).serve()
    finally:
        await asyncio.to_thread(container.database.close)


def _greet(console: Console, settings: Settings, *, hint: str) -> None:
    address = settings.public_url or f"http://{_shown(settings.host)}:{settings.port}"
    console.print(f"\n  NexusPlanner is at [bold]{address}[/]\n{hint}  Press Ctrl-C to stop.\n", highlight=False)


def _shown(host: str) -> str:
    return "localhost" if host in {"127.0.0.1", "::1", "localhost"} else host


def _require_free(settings: Settings) -> None:
    """Raise Unavailable when the port is taken, before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Unavailable(
                f"Port {settings.port} of {settings.host} cannot be used ({os.strerror(error.errno or 0)}). "
                "Choose another with --port, or stop what uses it."
            ) from None


async def _ready_own(container: Container) -> str:
    new = await container.desk.needs_setup()
    return "  Create the first account there.\n" if new else ""


async def _ready_demo(container: Container) -> str:
    """Make the demonstration workspace unless it is there."""
    note = container.settings.home / "demo-sign-in"
    password = _kept_password(note)
    with contextlib.suppress(Conflict):  # it was made at an earlier start
        user, _ = await container.desk.register(
            name="Demo", email=DEMO_EMAIL, password=password, workspace=container.demo.workspace, is_demo=True
        )
        errors.print("Loading the example company …")
        async with container.units.for_actor(user.actor()) as uow:
            await load_demo(uow, company=container.demo, reference=container.reference, now=container.clock.now())
    return f"  Sign in with [bold]{DEMO_EMAIL}[/] and the password [bold]{password}[/]\n"


def _kept_password(note: Path) -> str:
    """The demonstration account's password, made at the first start and kept with mode 0600."""
    if not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}")
    return note.read_text(encoding="ascii")
