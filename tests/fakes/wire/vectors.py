"""A local server that speaks the wire formats of embedders: OpenAI's, Titan's and Cohere's; it misbehaves on demand."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from urllib.parse import unquote

from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm.gate import GATE

DIMENSIONS = 8
Meaning = Callable[[str], Sequence[float]]


class Fault(StrEnum):
    """How it misbehaves."""

    NONE = "none"
    BUSY = "429"
    FAILING = "500"
    REFUSED = "401"
    UNKNOWN = "404"
    HANGS = "hang"
    HTML = "html"
    FEWER = "fewer vectors than texts"
    MORE = "more vectors than texts"
    UNEVEN = "vectors of several lengths"
    WORDS = "words for figures"
    NAN = "no numbers"
    WIDER = "other dimensions than before"
    EMPTY = "vectors without figures"
    TWICE = "an index twice"
    RESETS = "the connection breaks off"


@dataclass(frozen=True, kw_only=True)
class VectorRequest:
    """One request as it came. purpose: what the texts are for, where the format says it."""

    path: str
    headers: Mapping[str, str]
    data: Mapping[str, Any]
    model: str
    texts: tuple[str, ...]
    purpose: str


def by_words(text: str) -> Sequence[float]:
    """A vector that texts share in so far as they share words."""
    found = [0.001] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        found[hashlib.sha256(word.encode()).digest()[0] % DIMENSIONS] += 1.0
    return found


class VectorServer:
    """faults: how it answers request after request; the last goes on. backwards: rows in another order than the texts."""

    def __init__(self, *faults: Fault, meaning: Meaning = by_words, backwards: bool = False) -> None:
        self.faults = list(faults) or [Fault.NONE]
        self.meaning = meaning
        self.backwards = backwards
        self.requests: list[VectorRequest] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._gate = True

    async def __aenter__(self) -> Self:
        self._gate, GATE.open = GATE.open, True
        self._server = await asyncio.start_server(self._connected, host="127.0.0.1", port=0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        GATE.open = self._gate
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def texts(self) -> list[str]:
        """Every text that came."""
        return [text for request in self.requests for text in request.texts]

    def provider(self, *, kind: ProviderKind = ProviderKind.OPENAI, name: str = "vectors") -> Provider:
        """Settings that lead here."""
        base = f"http://127.0.0.1:{self._port}"
        return Provider(
            name=name,
            kind=kind,
            base_url=base if kind is ProviderKind.BEDROCK else f"{base}/v1",
            region="eu-central-1" if kind is ProviderKind.BEDROCK else "",
            models=dict.fromkeys(Effort, "unused"),
        )

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        request = _read(head[0].split()[1], headers, json.loads(body))
        self.requests.append(request)
        fault = self.faults.pop(0) if len(self.faults) > 1 else self.faults[0]
        if fault is Fault.HANGS:
            await asyncio.Event().wait()
        if fault is Fault.RESETS:
            writer.transport.abort()
            return False
        status = {Fault.BUSY: 429, Fault.FAILING: 500, Fault.REFUSED: 401, Fault.UNKNOWN: 404}.get(fault, 200)
        answer = b"<html>" if fault is Fault.HTML else b"{}" if status != 200 else self._answer(request, fault)
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(answer)}", "Retry-After: 0", "", ""]
        writer.write("\r\n".join(lines).encode() + answer)
        await writer.drain()
        return True

    def _answer(self, request: VectorRequest, fault: Fault) -> bytes:
        rows: list[Any] = [list(self.meaning(text)) for text in request.texts]
        match fault:
            case Fault.FEWER:
                rows = rows[:-1]
            case Fault.MORE:
                rows = [*rows, rows[0]]
            case Fault.UNEVEN:
                rows = [*rows[:-1], rows[-1][:-1]]
            case Fault.WORDS:
                rows[0] = ["many"] * DIMENSIONS
            case Fault.NAN:
                rows[0] = [float("nan")] * DIMENSIONS
            case Fault.WIDER:
                rows = [[*row, 1.0] for row in rows]
            case Fault.EMPTY:
                rows = [[] for _ in rows]
        tokens = sum(len(text.split()) for text in request.texts)
        if request.path.startswith("/model/"):
            if "titan" in request.model:
                return json.dumps({"embedding": rows[0] if rows else None, "inputTextTokenCount": tokens}).encode()
            return json.dumps({"embeddings": rows}).encode()
        data = [{"index": 0 if fault is Fault.TWICE else at, "embedding": row} for at, row in enumerate(rows)]
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return json.dumps({"data": data[::-1] if self.backwards else data, "usage": usage}).encode()


def _read(path: str, headers: Mapping[str, str], data: Mapping[str, Any]) -> VectorRequest:
    bedrock = re.fullmatch(r"/model/(.+)/invoke", path)
    texts = [data["inputText"]] if "inputText" in data else data.get("texts", data.get("input", []))
    return VectorRequest(
        path=path,
        headers=headers,
        data=data,
        model=unquote(bedrock[1]) if bedrock else str(data.get("model", "")),
        texts=tuple(texts),
        purpose=str(data.get("input_type", "")),
    )
