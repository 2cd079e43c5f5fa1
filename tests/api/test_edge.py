"""What surrounds every request: limits, headers, the envelope, and the last net."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Request
from starlette.types import Message
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories.storage import Filled

from nexusplanner.api.routing import GuardedRoute, Public, Reading
from nexusplanner.domain.shared import Unavailable
from nexusplanner.settings import RateLimits

ENVELOPE = {"code", "message", "details", "fields", "timestamp", "trace_id"}


def error_of(response: httpx.Response) -> dict[str, object]:
    """The error of a response in the one envelope."""
    body = response.json()
    assert set(body) == {"error"}
    error: dict[str, object] = body["error"]
    assert set(error) == ENVELOPE
    assert error["trace_id"] == response.headers["x-trace-id"]
    assert str(error["timestamp"]).endswith("Z")
    return error


REFUSALS = [
    ("GET", "/api/v1/nothing", 404, "ROUTE_NOT_FOUND"),
    ("POST", "/api/v1/nothing", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/assets/missing.js", 404, "ROUTE_NOT_FOUND"),
    ("POST", "/", 404, "ROUTE_NOT_FOUND"),
    ("PUT", "/api/v1/brands", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/api/v1/brands/not-an-id", 404, "NOT_FOUND"),
    ("GET", "/api/v1/brands?limit=1000", 422, "VALIDATION_FAILED"),
    ("GET", "/api/v1/brands?sort=colour", 422, "VALIDATION_FAILED"),
    ("GET", "/api/v1/brands?cursor=nonsense", 422, "VALIDATION_FAILED"),
    ("GET", "/api/v1/brands?fields=name,colour", 422, "VALIDATION_FAILED"),
    ("GET", f"/api/v1/services/{UUID(int=7)}", 404, "SERVICE_NOT_FOUND"),
]


async def test_every_refusal_has_the_one_form(client: httpx.AsyncClient) -> None:
    for method, path, status, code in REFUSALS:
        response = await client.request(method, path)
        assert response.status_code == status, path
        error = error_of(response)
        assert error["code"] == code, path
        assert error["message"], path


async def test_malformed_json_is_named_with_its_place(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/api/v1/brands", content=b'{"name": "x",,}', headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
    error = error_of(response)
    assert error["code"] == "MALFORMED_JSON"
    assert error["details"] == {"position": 13}


async def test_a_body_that_is_no_object_is_explained(client: httpx.AsyncClient) -> None:
    for content in (b"[]", b'"text"', b"", b"null"):
        response = await client.post("/api/v1/brands", content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 422, content
        assert error_of(response)["fields"], content


async def test_every_wrong_field_is_named_with_what_to_write(client: httpx.AsyncClient, ada: Filled) -> None:
    body = {
        "service_id": "abc",
        "theme": "x" * 201,
        "start_date": "soon",
        "end_date": "2026-02-30",
        "total_budget": {"amount": "ten", "currency": "EUR"},
        "limits": [{"channel": "tv", "maximum": {"amount": "1.234", "currency": "EUR"}}, {"minimum": None}],
        "colour": "red",
    }
    response = await client.post("/api/v1/campaigns/generate", json=body)
    assert response.status_code == 422
    fields = error_of(response)["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {
        "service_id",
        "theme",
        "start_date",
        "end_date",
        "total_budget",
        "limits.0.maximum",
        "limits.1.channel",
        "colour",
    }
    assert fields["end_date"] == "Write a day like 2026-10-01."
    assert fields["theme"] == "Use at most 200 characters."
    assert "1234.50" in fields["total_budget"]


async def test_a_caller_who_hangs_up_is_no_defect(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    router = APIRouter(route_class=GuardedRoute)

    @router.post("/api/v1/upload")
    async def upload(_: Public, request: Request) -> None:
        await request.body()

    stand.app.include_router(router)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/upload",
        "raw_path": b"/api/v1/upload",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
    }
    sent: list[Message] = []

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    with caplog.at_level(logging.INFO):
        await stand.app(scope, gone, send)
    assert sent == []
    assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert [getattr(record, "status", None) for record in caplog.records] == [499]


async def test_a_defect_is_logged_under_its_trace_and_not_shown(
    stand: Stand, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    router = APIRouter(route_class=GuardedRoute)

    @router.get("/api/v1/defect")
    async def defect(_: Public) -> None:
        raise RuntimeError("the password is hunter2")

    @router.get("/api/v1/outage")
    async def outage(_: Public) -> None:
        raise Unavailable("Later.", details={"retry_after": 2})

    stand.app.include_router(router)
    with caplog.at_level(logging.ERROR):
        response = await client.get("/api/v1/defect")
    assert response.status_code == 500
    error = error_of(response)
    assert error["code"] == "INTERNAL_ERROR"
    assert "hunter2" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert [record.trace_id for record in caplog.records] == [error["trace_id"]]  # type: ignore[attr-defined]

    away = await client.get("/api/v1/outage")
    assert away.status_code == 503
    assert away.headers["retry-after"] == "2"


async def test_a_request_that_takes_too_long_is_given_up_and_rolled_back(
    database: TestDatabase, tmp_path: Path
) -> None:
    async with open_stand(database, settings_in(tmp_path, request_seconds=0.5)) as stand:
        ada = await stand.tenant()
        router = APIRouter(route_class=GuardedRoute)

        @router.post("/api/v1/slow")
        async def slow(uow: Reading) -> None:
            brand = await uow.brands.get(ada.brand.id)
            brand.name = "Slow"
            await uow.flush()
            await asyncio.sleep(30)

        stand.app.include_router(router)
        async with stand.client(ada.session) as client:
            response = await client.post("/api/v1/slow")
            assert response.status_code == 503
            assert error_of(response)["code"] == "REQUEST_TIMEOUT"
            assert response.headers["retry-after"]
            brand = await client.get(f"/api/v1/brands/{ada.brand.id}")
            assert brand.json()["name"] == ada.brand.name


async def test_a_request_counts_against_the_limit_of_its_kind(database: TestDatabase, tmp_path: Path) -> None:
    limits = RateLimits(reads=3, writes=1, generations=1)
    async with open_stand(database, settings_in(tmp_path, rate_limits=limits)) as stand:
        ada, bob = await stand.tenant("Ada"), await stand.tenant("Bob")
        async with stand.client(ada.session) as client:
            reads = [await client.get("/api/v1/brands") for _ in range(4)]
            assert [answer.status_code for answer in reads] == [200, 200, 200, 429]
            assert [answer.headers["ratelimit-remaining"] for answer in reads] == ["2", "1", "0", "0"]
            refused = reads[-1]
            assert error_of(refused)["code"] == "RATE_LIMITED"
            assert 1 <= int(refused.headers["retry-after"]) <= int(refused.headers["ratelimit-reset"]) <= 60
            assert (await client.post("/api/v1/brands", json={"name": "A", "currency": "EUR"})).status_code == 201
            assert (await client.post("/api/v1/brands", json={"name": "B", "currency": "EUR"})).status_code == 429
        async with stand.client(bob.session) as other:
            assert (await other.get("/api/v1/brands")).status_code == 200


async def test_answers_carry_the_headers_that_protect_a_browser(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/v1/brands", headers={"traceparent": f"00-{'a1' * 16}-{'b2' * 8}-01"})
    assert response.headers["x-trace-id"] == "a1" * 16
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"]
    assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["strict-transport-security"]
    plain = await client.get("http://nexus.test/api/v1/brands")
    assert "strict-transport-security" not in plain.headers
    for broken in ("", "00-0", f"00-{'0' * 32}-{'b2' * 8}-01", "x" * 500):
        answer = await client.get("/health", headers={"traceparent": broken})
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-trace-id"])


async def test_the_access_log_names_the_operation_and_nobody(
    client: httpx.AsyncClient, ada: Filled, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="nexusplanner.access"):
        await client.get(f"/api/v1/brands/{ada.brand.id}", params={"query": "ada@example.com"})
    (record,) = [each for each in caplog.records if each.name == "nexusplanner.access"]
    written = str(vars(record))
    assert "get_brand" in written
    for private in (str(ada.brand.id), "ada@example.com", "127.0.0.1", "eyJ"):
        assert private not in written


async def test_pages_of_other_sites_are_refused_unless_they_are_listed(database: TestDatabase, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, cors_origins="https://partner.test")
    ask = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match,idempotency-key"}
    async with open_stand(database, settings) as stand, stand.client() as browser:
        listed = await browser.options("/api/v1/brands", headers={"Origin": "https://partner.test", **ask})
        assert listed.headers["access-control-allow-origin"] == "https://partner.test"
        assert "PATCH" in listed.headers["access-control-allow-methods"]
        other = await browser.options("/api/v1/brands", headers={"Origin": "https://evil.test", **ask})
        assert "access-control-allow-origin" not in other.headers
    async with open_stand(database, settings_in(tmp_path)) as stand, stand.client() as browser:
        closed = await browser.get("/health", headers={"Origin": "https://partner.test"})
        assert "access-control-allow-origin" not in closed.headers


async def test_ready_tells_whether_the_database_answers(stand: Stand, client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "ok"}
    assert (await client.get("/ready")).json() == {"status": "ready"}
    edge = stand.app.state.edge

    async def away() -> bool:
        return False

    stand.app.state.edge = type(edge)(**{**vars(edge), "ready": away})
    response = await client.get("/ready")
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert error_of(response)["code"] == "NOT_READY"
    assert (await client.get("/health")).status_code == 200


async def test_reference_data_is_cached_and_revalidated(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/reference/channels")
    assert first.json()["total"] > 5
    assert "max-age" in first.headers["cache-control"]
    again = await client.get("/api/v1/reference/channels", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = await client.get("/api/v1/reference/channels", headers={"If-None-Match": '"old"'})
    assert other.status_code == 200


async def test_long_answers_are_compressed(client: httpx.AsyncClient) -> None:
    response = await client.get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.json()["info"]["title"] == "NexusPlanner"


async def test_the_reference_page_lists_every_operation_without_scripts(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    document = (await client.get("/api/openapi.json")).json()
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert all(f'id="{name}"' in page.text for name in names)
    assert "<script" not in page.text
    nonce = re.search(r'<style nonce="([^"]+)">', page.text)
    assert nonce
    assert f"'nonce-{nonce.group(1)}'" in page.headers["content-security-policy"]
