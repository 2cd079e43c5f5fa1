"""Connections to addresses that were checked, instead of to names that may change what they stand for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import httpcore

from nexusplanner.domain.addresses import public_address, public_name, spelt_address
from nexusplanner.infrastructure.egress.failures import refused, unreachable

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses a name stands for, as (name, port) asks; blocks. Raises OSError where nobody knows the name."""
CONNECT_SECONDS: Final = 3.0
MOST_ADDRESSES: Final = 4
"""That are tried, one after the other."""
_LOOKUPS: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="names")
"""Apart from the loop's own threads: a name server that does not answer holds up nobody but those who ask for names."""

_NOT_PUBLIC: Final = "{host} is not a public address, and the server calls no others. Use a public one."


def system_resolver(host: str, port: int) -> list[str]:
    """What the system's resolver knows."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore: resolves once, checks every address, and connects to one of those.

    exempt: pairs of address and port that are called although they are not public.
    """

    def __init__(self, *, resolver: Resolver, exempt: frozenset[tuple[str, int]]) -> None:
        self._resolver = resolver
        self._exempt = exempt
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the host's addresses that takes one. Raises: FetchFailed, httpcore's errors."""
        seconds = CONNECT_SECONDS if timeout is None else min(timeout, CONNECT_SECONDS)
        failure: Exception | None = None
        for address in await self._addresses(host, port):
            try:
                return await self._sockets.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or unreachable(f"{host} has no address. Check how it is written.")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Addresses to try. One that is not public refuses all of them: no honest name mixes the two."""
        spelt = spelt_address(host)
        if spelt is None and not public_name(host):
            raise refused(_NOT_PUBLIC.format(host=host))
        found = list(dict.fromkeys([spelt] if spelt else await self._look_up(host, port)))
        if not all(public_address(each) or (each, port) in self._exempt for each in found):
            raise refused(_NOT_PUBLIC.format(host=host))
        return found[:MOST_ADDRESSES]

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            return await asyncio.get_running_loop().run_in_executor(_LOOKUPS, self._resolver, host, port)
        except (OSError, UnicodeError):
            raise unreachable(f"No server is known as {host}. Check how it is written, or try again later.") from None
