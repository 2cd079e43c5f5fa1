"""The one way model requests leave: an HTTP client per try, with limits no library's default can lift."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

import httpcore2
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


LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses a name stands for, as (name, port) asks. Raises OSError where nobody knows the name."""


async def look_up(host: str, port: int) -> list[str]:
    """What the system's resolver knows."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def open_client(*, seconds: float, resolver: LookUp = look_up) -> httpx2.AsyncClient:
    """A client for one try, to be closed after it. seconds: the longest wait for any single read.

    Redirects are not followed, because they would take the key along; compressed answers are neither asked for nor
    read, because a small one can unpack to more than memory holds. The address that was judged is the one that is
    called. Proxies come from the environment; with one, what names stand for is the proxy's to judge.
    """
    return _PinnedClient(
        resolver=resolver,
        verify=tls(),
        timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"request": [_allow], "response": [_limit]},
    )


class _PinnedClient(httpx2.AsyncClient):
    """Pins what is called directly; a client that is given a transport would not ask the environment's proxies."""

    def __init__(self, *, resolver: LookUp, **rest: Any) -> None:
        self._resolver = resolver
        super().__init__(**rest)

    def _init_transport(self, *_: Any, **__: Any) -> httpx2.AsyncBaseTransport:
        return _PinnedTransport(self._resolver)


class _PinnedTransport(httpx2.AsyncHTTPTransport):
    """Connects to addresses that were judged, instead of to names that may change what they stand for."""

    def __init__(self, resolver: LookUp) -> None:
        super().__init__(verify=tls())
        self._pool = httpcore2.AsyncConnectionPool(ssl_context=tls(), network_backend=_PinnedBackend(resolver))


class _PinnedBackend(httpcore2.AsyncNetworkBackend):
    def __init__(self, resolver: LookUp) -> None:
        self._resolver = resolver
        self._sockets = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failure = httpcore2.ConnectError("The name stands for no address.")
        for address in await self._addresses(host, port):
            try:
                return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore2.ConnectError as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolver(host, port)
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        if not all(map(callable_address, found)):
            raise AddressRefused("The server does not call this address.")
        return found


async def _allow(request: httpx2.Request) -> None:
    if not GATE.open:
        raise RequestsOff("Model requests are switched off in this process.", request=request)
    if not callable_host(request.url.host):
        raise AddressRefused("The server does not call this address.", request=request)


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
