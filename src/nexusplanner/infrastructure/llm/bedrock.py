"""Bedrock's client, whose requests travel on the event loop.

boto3 is synchronous: it waits in a thread, and a server that sends a byte now and then keeps that thread for as long as
it likes, because its timeouts are per read. So boto3 writes and parses here, and the sending is done by the same
asynchronous client as everywhere else. When a try is over, whatever its thread waits for is cancelled, and the thread
ends.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import httpx2
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session

T = TypeVar("T")

_EVENTS: Final = ("Converse", "ConverseStream")
_making: Final = threading.Lock()
_session: Final = Session()
"""Holds no secrets, and keeps the service's description, which takes 80 ms to read."""
_exchange: Final[ContextVar[Exchange]] = ContextVar("exchange")


class Over(Exception):
    """The try this request belongs to has ended."""


class Exchange:
    """Sends what boto3 prepared on the event loop of one try, and ends with it.

    key: a Bedrock API key, or ACCESS_KEY_ID:SECRET, with :SESSION_TOKEN where there is one. boto3 never sees it, and
    nothing is taken from the machine's own AWS credentials: a workspace spends its own money.
    """

    def __init__(self, http: httpx2.AsyncClient, *, key: str, region: str) -> None:
        self._http = http
        self._key = key
        self._region = region
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._bodies: list[tuple[_Body, asyncio.Task[None]]] = []
        self._over = False

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        """In place of boto3's own sending; called in its thread. Raises httpx2.HTTPError, Over."""
        headers = self._authorised(request)
        made = self._http.build_request(request.method, request.url, headers=headers, content=request.body)
        response, body = self._wait_for(self._opened(made))
        return AWSResponse(request.url, response.status_code, dict(response.headers), body)

    async def aclose(self) -> None:
        """Cancel whatever a thread still waits for."""
        with self._lock:
            self._over = True
            waiting, bodies = list(self._waiting), list(self._bodies)
        for future in waiting:
            future.cancel()
        for body, filling in bodies:
            filling.cancel()
            body.close()
        await asyncio.gather(*(filling for _, filling in bodies), return_exceptions=True)

    async def _opened(self, request: httpx2.Request) -> tuple[httpx2.Response, _Body]:
        response, body = await self._http.send(request, stream=True), _Body()
        self._bodies.append((body, asyncio.create_task(body.fill(response))))
        return response, body

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the try's event loop. Called in a thread. Raises what it raises; Over when the try has ended."""
        with self._lock:
            if self._over:
                work.close()
                raise Over
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
            self._waiting.add(future)
        try:
            return future.result()
        finally:
            self._waiting.discard(future)

    def _authorised(self, request: AWSPreparedRequest) -> dict[str, str]:
        """The headers of the request, with the key or its signature."""
        given = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
        headers = {name: value for name, value in given.items() if name.lower() != "content-length"}
        return authorised(
            request.method, request.url, headers=headers, content=request.body, key=self._key, region=self._region
        )


def authorised(
    method: str, url: str, *, headers: Mapping[str, str], content: Any, key: str, region: str
) -> dict[str, str]:
    """The headers of a request with the key, or with its signature where it is an access key and its secret."""
    identity, secret, token = (*key.split(":", 2), "", "")[:3]
    if not secret:
        return {**headers, "Authorization": f"Bearer {key}"}
    signed = AWSRequest(method, url, headers=dict(headers), data=content)
    SigV4Auth(Credentials(identity, secret, token or None), "bedrock", region).add_auth(signed)
    return dict(signed.headers)


class _Body:
    """The body of an answer: filled on the event loop as it comes, read by boto3 in its thread."""

    def __init__(self) -> None:
        self._parts: SimpleQueue[bytes | Exception | None] = SimpleQueue()

    async def fill(self, response: httpx2.Response) -> None:
        """Take everything that comes; the reader gets what went wrong in its place."""
        try:
            async for part in response.aiter_raw():
                self._parts.put(part)
        except Exception as error:
            self._parts.put(error)
        self._parts.put(None)

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Part by part, as they come. Raises httpx2.HTTPError, Over."""
        while (part := self._parts.get()) is not None:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        """Let a reader that still waits go."""
        self._parts.put(Over())


@asynccontextmanager
async def sending(exchange: Exchange) -> AsyncIterator[None]:
    """Let what is asked in this block, or in threads begun in it, be sent by this exchange."""
    token = _exchange.set(exchange)
    try:
        yield
    finally:
        _exchange.reset(token)
        await exchange.aclose()


def bedrock_client(*, region: str, base_url: str) -> BaseClient:
    """A client that knows no key and sends nothing itself; shared, because it takes 5 ms to make."""
    with _making:  # a session may be used by one thread at a time, a client by any number
        return _made(region, base_url)


@lru_cache(maxsize=32)
def _made(region: str, base_url: str) -> BaseClient:
    client = _session.create_client(
        "bedrock-runtime",
        region_name=region,
        endpoint_url=base_url or None,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )
    for name in _EVENTS:
        client.meta.events.register(f"before-send.bedrock-runtime.{name}", _send)
    return client


def _send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    return _exchange.get().send(request)
