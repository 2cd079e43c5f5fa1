"""Asks servers outside, each time over a new connection to an address that was checked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

import httpcore
import httpx

from nexusplanner.application.ports.fetching import Asked, Fetched
from nexusplanner.infrastructure.egress.failures import explained, led_astray, too_large, too_slow
from nexusplanner.infrastructure.egress.pinning import PinnedBackend, Resolver, system_resolver
from nexusplanner.infrastructure.egress.targets import REDIRECTS, checked, port_of, redirected
from nexusplanner.infrastructure.egress.unpacking import ACCEPTED, Body
from nexusplanner.infrastructure.tls import tls

SECONDS: Final = 10.0
"""From the first look at the name to the last byte, redirects included."""
MOST_REDIRECTS: Final = 3
MOST_HEADERS: Final = 64_000
_OURS: Final = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "expect"})
"""Headers that say how the connection works."""


class PinnedFetcher:
    """Implements Fetcher. No proxies, no cookies, nothing kept from one request to the next.

    exempt: pairs of address and port that are called although they are not public, for servers of tests.
    resolver: what names stand for. trust: whose certificates are accepted. seconds: the whole time of one answer.
    """

    def __init__(
        self,
        *,
        exempt: frozenset[tuple[str, int]] = frozenset(),
        resolver: Resolver = system_resolver,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._backend = PinnedBackend(resolver=resolver, exempt=exempt)
        self._trust = trust
        self._seconds = seconds
        self._agent = f"NexusPlanner/{version('nexusplanner')} (+feeds)"

    async def ask(self, asked: Asked) -> Fetched:
        """The answer, of whatever status. Raises: FetchFailed."""
        url = checked(asked.url)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(asked, url)
        except TimeoutError:
            raise too_slow(host=url.host, seconds=self._seconds) from None

    async def _follow(self, asked: Asked, url: httpx.URL) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            fetched = await self._once(asked, url)
            location = fetched.headers.get("location", "")
            if not (asked.follow and fetched.status in REDIRECTS and location):
                return fetched
            asked, url = redirected(asked, at=url, status=fetched.status, location=location)
        raise led_astray(f"{url.host} sends on more than {MOST_REDIRECTS} times. Use the address it leads to.")

    async def _once(self, asked: Asked, url: httpx.URL) -> Fetched:
        """One answer from one server; the body of a redirect that is followed is not read."""
        try:
            async with (
                httpcore.AsyncConnectionPool(
                    ssl_context=self._trust or tls(), network_backend=self._backend, max_keepalive_connections=0
                ) as pool,
                pool.stream(asked.method, _raw(url), headers=self._headers(asked, url), content=asked.body) as response,
            ):
                headers = _readable(response.headers, host=url.host)
                leaving = asked.follow and response.status in REDIRECTS and "location" in headers
                body = b"" if leaving else await _body(response, headers, limit=asked.limit)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise explained(error, host=url.host) from None
        return Fetched(url=str(url), status=response.status, headers=headers, body=body)

    def _headers(self, asked: Asked, url: httpx.URL) -> list[tuple[bytes, bytes]]:
        given = {name.lower(): text for name, text in asked.headers.items() if name.lower() not in _OURS}
        ours = {"host": url.netloc.decode("ascii"), "connection": "close", "accept-encoding": ACCEPTED}
        if asked.body is not None:
            ours["content-length"] = str(len(asked.body))
        every = {"user-agent": self._agent, "accept": "*/*", **given, **ours}
        return [(name.encode("ascii"), text.encode("utf-8")) for name, text in every.items()]


def _raw(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path)


def _readable(raw: list[tuple[bytes, bytes]], *, host: str) -> Mapping[str, str]:
    if sum(len(name) + len(value) for name, value in raw) > MOST_HEADERS:
        raise too_large(f"{host} sent a longer head than any answer needs. Check the address.")
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), _text(value)
        found[key] = f"{found[key]}, {text}" if key in found and key != "location" else text
    return found


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def _body(response: httpcore.Response, headers: Mapping[str, str], *, limit: int) -> bytes:
    body = Body(encoding=headers.get("content-encoding", ""), limit=limit)
    async for part in response.aiter_stream():
        body.add(part)
    return body.whole()
