"""A local server, and a look at every connection that is opened."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.fakes.web import WebServer

_watching: list[list[tuple[str, int]]] = []


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        _watching[-1].append(arguments[1][:2])


sys.addaudithook(_look)


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer() as opened:
        yield opened


@pytest.fixture
def called() -> Iterator[list[tuple[str, int]]]:
    """Where this process opened connections to, as the interpreter itself tells it."""
    found: list[tuple[str, int]] = []
    _watching.append(found)
    yield found
    _watching.remove(found)
