"""A small web server on the loopback address that answers as it is told, and badly when it is told so.

async with WebServer({"/feed.xml": Answer(FEED, content_type="application/rss+xml")}) as server:
    fetched = await server.fetcher().ask(Asked(url=server.url("/feed.xml")))
"""

from __future__ import annotations

import asyncio
import gzip
import inspect
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from nexusplanner.infrastructure.egress import PinnedFetcher

HERE = "127.0.0.1"
_SHUT = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError, ssl.SSLError)


@dataclass(frozen=True, kw_only=True)
class WebRequest:
    """What came. headers: names in lower case. query: the values of each name."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One answer.

    packed: "gzip" or "deflate". delay: seconds before the head. drip: seconds after each byte of the body, and
    head_drip of the head. endless: repeated after the body until the other side leaves. cut: the connection ends after
    so many bytes of the body. length: what the head says of the body, when that is not true.
    """

    body: bytes | str = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    packed: str = ""
    delay: float = 0.0
    drip: float = 0.0
    head_drip: float = 0.0
    endless: bytes = b""
    cut: int | None = None
    length: int | None = None

    def content(self) -> bytes:
        """The body as it is sent."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        if self.packed:
            return gzip.compress(body) if self.packed == "gzip" else zlib.compress(body)
        return body

    def head(self, size: int) -> bytes:
        """Status line and headers; size: of the body."""
        headers = {"Content-Type": self.content_type, "Connection": "close"}
        if self.packed:
            headers["Content-Encoding"] = self.packed
        if not self.endless:
            headers["Content-Length"] = str(size if self.length is None else self.length)
        lines = [f"{name}: {text}" for name, text in {**headers, **self.headers}.items()]
        return "\r\n".join([f"HTTP/1.1 {self.status} {_phrase(self.status)}", *lines, "", ""]).encode()


Route = Answer | Callable[[WebRequest], Answer | Awaitable[Answer]]
NOWHERE = Answer("Not found", status=404, content_type="text/plain")


def redirect(to: str, *, status: int = 302) -> Answer:
    """Sends on to another address."""
    return Answer(status=status, headers={"Location": to})


def as_json(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer of a program."""
    return Answer(text, status=status, content_type="application/json", headers=headers or {})


def gzip_bomb(*, megabytes: int) -> Answer:
    """Unpacks to so many megabytes of nothing; made in little memory."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    parts = [packer.compress(bytes(1_000_000)) for _ in range(megabytes)]
    body = b"".join([*parts, packer.flush()])
    return Answer(body, content_type="text/xml", headers={"Content-Encoding": "gzip"})


class WebServer:
    """One server. routes: by path ("/feed.xml") or by method and path ("POST /token"); may be changed while it runs.

    requests: what came, in order. connections: how many were opened.
    """

    def __init__(
        self, routes: Mapping[str, Route] | None = None, *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.requests: list[WebRequest] = []
        self.connections = 0
        self.port = port
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, host=HERE, port=self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def url(self, path: str = "/") -> str:
        """Where something is found."""
        return f"{'https' if self._tls else 'http'}://{HERE}:{self.port}{path}"

    @property
    def exempt(self) -> frozenset[tuple[str, int]]:
        """What a fetcher has to let through to come here."""
        return frozenset({(HERE, self.port)})

    def fetcher(self, **more: Any) -> PinnedFetcher:
        """The product's own way out, which may also come here. more: what else its constructor takes."""
        return PinnedFetcher(exempt=self.exempt, **more)

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self.connections += 1
        self._open.add(task)
        try:
            with suppress(*_SHUT):
                await self._exchange(reader, writer)
        finally:
            self._open.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        self.requests.append(request)
        route = self.routes.get(f"{request.method} {request.path}", self.routes.get(request.path, NOWHERE))
        answer = route if isinstance(route, Answer) else route(request)
        await _send(writer, await answer if inspect.isawaitable(answer) else answer)


async def _read(reader: asyncio.StreamReader) -> WebRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = head[0].split(" ")
    split = urlsplit(target)
    return WebRequest(method=method, path=split.path, query=parse_qs(split.query), headers=headers, body=body)


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    content = answer.content()
    await asyncio.sleep(answer.delay)
    await _write(writer, answer.head(len(content)), drip=answer.head_drip)
    await _write(writer, content[: answer.cut], drip=answer.drip)
    while answer.endless:
        await _write(writer, answer.endless, drip=answer.drip)


async def _write(writer: asyncio.StreamWriter, content: bytes, *, drip: float) -> None:
    step = 1 if drip else max(len(content), 1)
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
        await writer.drain()
        await asyncio.sleep(drip)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
