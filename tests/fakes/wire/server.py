"""A small HTTP/1.1 server on the loopback address."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from typing import Any, Self

from tests.fakes.wire.behaviours import Behaviour
from tests.fakes.wire.formats import error_body, streamed, whole
from tests.fakes.wire.messages import Reply, Transport, WireRequest, read_request
from tests.fakes.wire.scripts import Script, behave

from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm.gate import GATE

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}
_running: list[WireServer] = []
_gate_before: list[bool] = []
"""While a server runs, model requests may leave this process; after the last one the gate is as it was found."""


class WireServer:
    """One provider. script: what it says; may be changed while it runs. requests: what came, in order.

    retry_after: of a 429, in seconds or as a date. drip: seconds between two bytes of a dripping answer, and
    between the pieces of a stream, `pace`.
    """

    def __init__(
        self,
        script: Script | Behaviour = Behaviour.VALID,
        *,
        port: int = 0,
        retry_after: str = "1",
        drip: float = 0.2,
        pace: float = 0.0,
    ) -> None:
        self.script = script
        self.retry_after = retry_after
        self.drip = drip
        self.pace = pace
        self.requests: list[WireRequest] = []
        self._port = port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        if not _running:
            _gate_before[:] = [GATE.open]
        _running.append(self)
        GATE.open = True
        self._server = await asyncio.start_server(self._connected, host="127.0.0.1", port=self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        _running.remove(self)
        GATE.open = bool(_running) or _gate_before[0]
        if self._server is not None:
            self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def provider(
        self, name: str = "", *, kind: ProviderKind = ProviderKind.OPENAI, model: str = "", **more: Any
    ) -> Provider:
        """Settings that lead here. model: for every effort; one with a known price unless named."""
        bedrock = kind is ProviderKind.BEDROCK
        known = {
            ProviderKind.BEDROCK: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            ProviderKind.OPENAI: "gpt-4o",
            ProviderKind.COMPATIBLE: "local-model",
        }
        return Provider(
            name=name or kind.value,
            kind=kind,
            base_url=self.url if bedrock else f"{self.url}/v1",
            region="eu-central-1" if bedrock else "",
            models=dict.fromkeys(Effort, model or known[kind]),
            **more,
        )

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._connections.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its reply; whether the connection goes on."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = read_request(head[0].split()[1], headers, body)
        if request is None:
            await _send(writer, 404, b"{}", headers={}, content_type="application/json")
            return True
        self.requests.append(request)
        return await self._reply(writer, request, self._decide(request))

    def _decide(self, request: WireRequest) -> Reply:
        said = self.script if isinstance(self.script, Behaviour) else self.script(request)
        return said if isinstance(said, Reply) else behave(said, request, retry_after=self.retry_after)

    async def _reply(self, writer: asyncio.StreamWriter, request: WireRequest, reply: Reply) -> bool:
        if reply.transport is Transport.HANG:
            await asyncio.Event().wait()
        if reply.status != 200 or reply.body is not None:
            body, more = error_body(request, reply) if reply.body is None else (reply.body, {})
            headers = {**reply.headers, **more}
            await _send(writer, reply.status, body, headers=headers, content_type=reply.content_type)
            return True
        if request.stream:
            return await self._stream(writer, request, reply)
        if reply.transport is Transport.RESET:
            return _reset(writer)
        body = whole(request, reply)
        if reply.transport is Transport.DRIP:
            await _head(writer, 200, {"Content-Length": str(len(body)), "Content-Type": "application/json"})
            async for byte in self._slowly(body[at : at + 1] for at in range(len(body))):
                await _write(writer, byte)
            return True
        await _send(writer, 200, body, headers=reply.headers, content_type=reply.content_type)
        return True

    async def _stream(self, writer: asyncio.StreamWriter, request: WireRequest, reply: Reply) -> bool:
        kind = "application/vnd.amazon.eventstream" if request.converse else "text/event-stream"
        await _head(writer, 200, {"Transfer-Encoding": "chunked", "Content-Type": kind})
        pieces = list(streamed(request, reply))
        if reply.transport is Transport.RESET:
            pieces = pieces[: len(pieces) // 2]
        dripping = reply.transport is Transport.DRIP
        async for piece in self._slowly(pieces) if dripping else self._paced(pieces):
            await _write(writer, f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if reply.transport is Transport.RESET:
            return _reset(writer)
        await _write(writer, b"0\r\n\r\n")
        return True

    async def _slowly(self, pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(self.drip)

    async def _paced(self, pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            if self.pace:
                await asyncio.sleep(self.pace)


async def _send(
    writer: asyncio.StreamWriter, status: int, body: bytes, *, headers: Mapping[str, str], content_type: str
) -> None:
    await _head(writer, status, {**headers, "Content-Length": str(len(body)), "Content-Type": content_type})
    await _write(writer, body)


async def _head(writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str]) -> None:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", *(f"{name}: {it}" for name, it in headers.items())]
    await _write(writer, ("\r\n".join(lines) + "\r\n\r\n").encode())


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> bool:
    """Tear the connection down so that the other side sees a reset, not an end."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False
