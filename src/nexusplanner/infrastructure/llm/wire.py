"""The one way model requests leave: an HTTP client per try, with limits no library's default can lift."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from nexusplanner.domain.addresses import callable_address, callable_host
from nexusplanner.infrastructure.llm.gate import GATE
from nexusplanner.infrastructure.tls import tls

MOST_BYTES: Final = 8_000_000
"""Of one answer; a stream of single characters in events is about a hundred times the answer's text."""
CONNECT_SECONDS: Final = 5.0


class AnswerTooLarge(httpx2.TransportError):
    """A server sends more than any answer can hold."""


class RequestsOff(httpx2.TransportError):
    """Model requests are switched off in this process."""


class AddressRefused(httpx2.TransportError):
    """The server's name stands for an address that only this machine itself may ask."""


def open_client(*, seconds: float) -> httpx2.AsyncClient:
    """A client for one try, to be closed after it. seconds: the longest wait for any single read.

    Redirects are not followed, because they would take the key along; compressed answers are neither asked for nor
    read, because a small one can unpack to more than memory holds. Proxies come from the environment.
    """
    return httpx2.AsyncClient(
        verify=tls(),
        timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [_allow], "response": [_limit]},
    )


async def _allow(request: httpx2.Request) -> None:
    if not GATE.open:
        raise RequestsOff("Model requests are switched off in this process.", request=request)
    host = request.url.host
    if not (callable_host(host) and all(map(callable_address, await _addresses(host, port=request.url.port)))):
        raise AddressRefused("The server does not call this address.", request=request)


async def _addresses(host: str, *, port: int | None) -> list[str]:
    """What the name stands for; none where only a proxy knows it, or nobody does."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(each[4][0]) for each in found]


async def _limit(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise AnswerTooLarge("The answer is compressed although that was not asked for.", request=response.request)
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Limited(response.stream, request=response.request)


class _Limited(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, *, request: httpx2.Request) -> None:
        self._inner = inner
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self._inner:
            seen += len(part)
            if seen > MOST_BYTES:
                raise AnswerTooLarge("The answer is larger than any that was asked for.", request=self._request)
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
