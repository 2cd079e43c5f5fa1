"""The application behind a real server on loopback: event streams, and bodies that are too large or lie."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import routing
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories.storage import Filled

MEGABYTE = 1_000_000
PATIENCE = 30.0


async def until(happened: Callable[[], object]) -> None:
    while not happened():  # noqa: ASYNC110 - neither the server nor the followers offer an event to wait for
        await asyncio.sleep(0.02)


@asynccontextmanager
async def served(stand: Stand) -> AsyncIterator[str]:
    """The address of a real server for the stand."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(stand.app, lifespan="off", log_level="error", timeout_graceful_shutdown=5))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(PATIENCE):
            await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()


@asynccontextmanager
async def caller(stand: Stand, address: str, ada: Filled) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {stand.token(ada.session)}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=PATIENCE, trust_env=False) as client:
        yield client


async def events(client: httpx.AsyncClient, run_id: str) -> AsyncIterator[str]:
    """Lines of the event stream, until the server ends it."""
    async with client.stream("GET", f"/api/v1/runs/{run_id}/events") as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        async for line in response.aiter_lines():
            yield line


async def test_a_run_is_followed_on_another_server_than_the_one_that_works(
    database: TestDatabase, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, step_delay_seconds=0.05)
    async with (
        open_stand(database, settings, worker=True) as working,
        open_stand(database, settings_in(tmp_path)) as other,
        served(working) as first,
        served(other) as second,
    ):
        ada = await working.tenant()
        async with caller(working, first, ada) as asks, caller(other, second, ada) as follows:
            run = (await asks.post("/api/v1/campaigns/generate", json=brief(ada))).json()
            seen: list[dict[str, Any]] = []
            async with asyncio.timeout(PATIENCE):
                async for line in events(follows, run["id"]):
                    if line.startswith("event:"):
                        assert line == "event: run"
                    if line.startswith("data:"):
                        seen.append(json.loads(line.removeprefix("data:")))
            progress = [each["progress"] for each in seen]
            assert progress == sorted(progress)
            assert len(set(progress)) > 3, "changes are told while the run goes on"
            assert seen[-1]["state"] == "succeeded"
            assert seen[-1] == (await follows.get(f"/api/v1/runs/{run['id']}")).json()
            after_the_end = [line async for line in events(follows, run["id"]) if line.startswith("data:")]
            assert len(after_the_end) == 1


async def test_a_quiet_stream_is_kept_alive_and_ends_with_its_follower(
    stand: Stand, ada: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "_PING_INTERVAL", 0.1)
    async with served(stand) as address, caller(stand, address, ada) as client:
        run = (await client.post("/api/v1/campaigns/generate", json=brief(ada))).json()
        comments = 0
        async with asyncio.timeout(PATIENCE):
            async for line in events(client, run["id"]):
                comments += line.startswith(":")
                if comments == 2:
                    break
            await until(lambda: not stand.container.events._followers)


async def brands(client: httpx.AsyncClient) -> int:
    total: int = (await client.get("/api/v1/brands")).json()["total"]
    return total


async def test_a_body_above_the_limit_is_refused_however_it_is_sent(stand: Stand, ada: Filled) -> None:
    body = json.dumps({"name": "Big", "currency": "EUR", "profile": "x" * 11 * MEGABYTE}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 64_000):
            yield body[start : start + 64_000]

    async with served(stand) as address, caller(stand, address, ada) as client:
        before = await brands(client)
        for content in (body, pieces()):
            headers = {"Content-Type": "application/json"}
            response = await client.post("/api/v1/brands", content=content, headers=headers)
            assert response.status_code == 413
            assert response.json()["error"]["code"] == "BODY_TOO_LARGE"
        file = {"file": ("actuals.csv", body, "text/csv")}
        form = {"kind": "services", "brand_id": str(ada.brand.id)}
        assert (await client.post("/api/v1/imports", data=form, files=file)).status_code == 413
        anonymous = await client.post("/api/v1/setup", content=body, headers={"Authorization": ""})
        assert anonymous.status_code == 413
        just_fits = b" " * (10 * MEGABYTE - 40) + b'{"name": "Fits", "currency": "EUR"}'
        headers = {"Content-Type": "application/json"}
        assert (await client.post("/api/v1/brands", content=just_fits, headers=headers)).status_code == 201
        assert await brands(client) == before + 1


def complete(answer: bytes) -> bool:
    """Whether a whole response has come."""
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and length is not None and len(body) >= int(length.group(1))


async def raw(address: str, *, head: list[str], body: bytes) -> bytes:
    """What the server answers first to bytes sent as they are."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answer = b""
    try:
        writer.write("\r\n".join(["POST /api/v1/brands HTTP/1.1", f"Host: {host}", *head, "", ""]).encode() + body)
        await writer.drain()
        async with asyncio.timeout(PATIENCE):
            while not complete(answer) and (chunk := await reader.read(65_536)):
                answer += chunk
    except ConnectionError:  # what came before it is the answer
        pass
    finally:
        writer.close()
    return answer


async def test_a_body_that_lies_about_its_length_saves_nothing(stand: Stand, ada: Filled) -> None:
    brand = b'{"name": "Liar", "currency": "EUR"}'
    chunk = b"%x\r\n" % (MEGABYTE) + b" " * MEGABYTE + b"\r\n"
    async with served(stand) as address, caller(stand, address, ada) as client:
        bearer = client.headers["Authorization"]
        head = [f"Authorization: {bearer}", "Content-Type: application/json"]
        before = await brands(client)
        too_long = await raw(address, head=[*head, f"Content-Length: {11 * MEGABYTE}"], body=brand)
        assert b" 413 " in too_long.split(b"\r\n", 1)[0]
        too_short = await raw(address, head=[*head, "Content-Length: 10"], body=brand)
        assert b" 400 " in too_short.split(b"\r\n", 1)[0]
        assert b"MALFORMED_JSON" in too_short
        both = await raw(address, head=[*head, "Content-Length: 40", "Transfer-Encoding: chunked"], body=chunk * 12)
        assert both.split(b" ")[1:2] in ([b"400"], [b"413"])
        assert await brands(client) == before
