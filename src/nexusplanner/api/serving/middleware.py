"""What surrounds every request: trace id, access log, time limit, security headers, and the last net for defects."""

from __future__ import annotations

import asyncio
import logging
import math
import re
import secrets
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexusplanner.api.errors import envelope, http_error, internal_error
from nexusplanner.application.access.limits import Hit
from nexusplanner.application.tracing import TRACE_ID

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_access = logging.getLogger("nexusplanner.access")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
CLIENT_LEFT = 499
"""Logged when the other side hung up before its request was read; nobody is there to get an answer."""
_HSTS = "max-age=31536000; includeSubDomains"


def trace_id_of(headers: Headers) -> str:
    """The caller's W3C trace id, or a new one."""
    found = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return found.group(1) if found else uuid4().hex


class Surround:
    """Gives every request a trace id and a CSP nonce, adds the headers, logs it and catches what nobody caught."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["nonce"] = secrets.token_urlsafe(16)
        token = TRACE_ID.set(trace_id_of(Headers(scope=scope)))
        answer = _Answer(send=send, scope=scope)
        began = time.perf_counter()
        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            answer.status = answer.status or CLIENT_LEFT
        except Exception as error:
            if answer.status:
                _access.exception("response broke off")
            else:
                await internal_error(error)(scope, receive, answer)
        finally:
            _log_access(scope, status=answer.status, seconds=time.perf_counter() - began)
            TRACE_ID.reset(token)


@dataclass(kw_only=True)
class _Answer:
    send: Send
    scope: Scope
    status: int = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
            html = headers.get("content-type", "").startswith("text/html")
            policy = PAGE_POLICY.format(nonce=self.scope["state"]["nonce"]) if html else DATA_POLICY
            headers["Content-Security-Policy"] = policy
            headers["X-Trace-Id"] = TRACE_ID.get()
            hit: Hit | None = self.scope["state"].get("rate_limit")
            if hit is not None:
                headers["RateLimit-Limit"] = str(hit.limit)
                headers["RateLimit-Remaining"] = str(hit.remaining)
                headers["RateLimit-Reset"] = str(math.ceil(hit.reset_after))
            if self.scope["scheme"] == "https":
                headers["Strict-Transport-Security"] = _HSTS
            if self.scope["path"].startswith("/api/"):
                headers.setdefault("Cache-Control", "no-store")
        await self.send(message)


def _log_access(scope: Scope, *, status: int, seconds: float) -> None:
    """Method, operation, status and time; no address, path, query or header, for they name people."""
    operation = getattr(scope.get("route"), "name", "")
    _access.info(
        "request",
        extra={
            "method": scope["method"],
            "operation": operation,
            "status": status,
            "milliseconds": round(1000 * seconds, 1),
            "trace_id": TRACE_ID.get(),
        },
    )


class TimeLimit:
    """Ends a request that has not begun to answer within `seconds`; streams may go on for as long as they like."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            if not started:
                started = True
                limit.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self.seconds) as limit:
                await self.app(scope, receive, watched)
        except TimeoutError:
            if started or not limit.expired():
                raise
            message = f"This took longer than {self.seconds:g} seconds and was given up. Try again, or ask for less."
            answer = envelope(status=503, code="REQUEST_TIMEOUT", message=message, headers={"Retry-After": "5"})
            await answer(scope, receive, send)


class BodyLimit:
    """Refuses bodies above `limit` bytes: at once when the length is declared, else when the bytes have come."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > self.limit:
            await http_error(HTTPException(status_code=413))(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self.limit:
                    raise HTTPException(status_code=413)
            return message

        await self.app(scope, counted, send)
