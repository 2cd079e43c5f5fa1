"""Bedrock's client, whose requests travel on the event loop.

boto3 is synchronous: it waits in a thread, and a server that sends a byte now and then keeps that thread for as long as
it likes, because its timeouts are per read. So boto3 signs and parses here, and the sending is done by the same
asynchronous client as everywhere else. When a try is over, whatever its thread waits for is cancelled, and the thread
ends.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import httpx2
from botocore import UNSIGNED
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.config import Config
from botocore.session import Session

T = TypeVar("T")

_EVENTS: Final = ("Converse", "ConverseStream")
_making: Final = threading.Lock()
_session: Final = Session()
"""Holds no secrets, and keeps the service's description, which takes 80 ms to read."""


class Over(Exception):
    """The try this request belongs to has ended."""


class Exchange:
    """Sends what boto3 prepared on the event loop of one try, and ends with it. key: as for `bedrock_client`."""

    def __init__(self, http: httpx2.AsyncClient, *, key: str) -> None:
        self._http = http
        self._bearer = "" if ":" in key else key
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: set[Future[Any]] = set()
        self._over = False

    def send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """In place of boto3's own sending; called in its thread. Raises httpx2.HTTPError, Over."""
        headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in _items(request)}
        if self._bearer:
            headers["Authorization"] = f"Bearer {self._bearer}"
        made = self._http.build_request(request.method, request.url, headers=headers, content=request.body)
        response = self.wait_for(self._http.send(made, stream=True))
        return AWSResponse(request.url, response.status_code, dict(response.headers), _Body(self, response))

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
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

    def end(self) -> None:
        """Cancel whatever a thread still waits for."""
        with self._lock:
            self._over = True
            waiting = list(self._waiting)
        for future in waiting:
            future.cancel()


class _Body:
    """The body of an answer as boto3 reads it."""

    def __init__(self, exchange: Exchange, response: httpx2.Response) -> None:
        self._exchange = exchange
        self._parts = response.aiter_raw()

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """Part by part, as they come."""
        while (part := self._exchange.wait_for(_next(self._parts))) is not None:
            yield part

    def close(self) -> None:
        """Stop reading; the connection is closed with the try."""
        self._exchange.end()


def bedrock_client(exchange: Exchange, *, key: str, region: str, base_url: str) -> BaseClient:
    """A client for one try. key: a Bedrock API key, or ACCESS_KEY_ID:SECRET, with :SESSION_TOKEN where there is one.

    Nothing is taken from the machine's own AWS credentials: a workspace spends its own money.
    """
    identity, secret, token = (*key.split(":", 2), "", "")[:3]
    signed = bool(secret)
    config = Config(
        signature_version=None if signed else UNSIGNED,
        retries={"total_max_attempts": 1},
    )
    with _making:  # a session may be used by one thread at a time, a client by any number
        client = _session.create_client(
            "bedrock-runtime",
            region_name=region,
            endpoint_url=base_url or None,
            aws_access_key_id=identity if signed else "none",
            aws_secret_access_key=secret or "none",
            aws_session_token=token or None,
            config=config,
        )
    for name in _EVENTS:
        client.meta.events.register(f"before-send.bedrock-runtime.{name}", exchange.send)
    return client


def _items(request: AWSPreparedRequest) -> list[tuple[str, str | bytes]]:
    headers: Mapping[str, str | bytes] = request.headers
    return [(name, value) for name, value in headers.items() if name.lower() != "content-length"]


async def _next(parts: AsyncIterator[bytes]) -> bytes | None:
    return await anext(parts, None)
