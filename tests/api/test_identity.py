"""Set-up and sign-in as a browser does them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.api.conftest import ORIGIN, Stand, open_stand, settings_in
from tests.conftest import TestDatabase

from nexusplanner.api.identity import COOKIE
from nexusplanner.settings import RateLimits

ADA = {"name": "Ada", "email": "ada@example.com", "password": "a kettle on the stove"}
SAME_SITE = {"Origin": ORIGIN}


@pytest.fixture
async def browser(stand: Stand) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.client() as opened:
        yield opened


async def test_the_first_administrator_registers_once_and_is_signed_in(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/api/v1/setup")).json() == {"needed": True, "demo_available": True}
    weak = await browser.post("/api/v1/setup", json={**ADA, "password": "short"})
    assert weak.status_code == 422
    assert "password" in weak.json()["error"]["fields"]

    made = await browser.post("/api/v1/setup", json={**ADA, "workspace": "Kettles"}, headers=SAME_SITE)
    assert made.status_code == 201
    session = made.json()
    assert session["me"]["tenant"]["name"] == "Kettles"
    assert session["me"]["user"]["role"] == "admin"
    assert "administer" in session["me"]["permissions"]
    cookie = made.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    me = await browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {session['access_token']}"})
    assert me.json() == session["me"]

    assert (await browser.get("/api/v1/setup")).json()["needed"] is False
    again = await browser.post("/api/v1/setup", json={**ADA, "email": "eve@example.com"})
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "SETUP_DONE"


async def test_a_wrong_password_and_an_unknown_address_look_the_same(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v1/setup", json=ADA)
    answers = []
    for email in ("ada@example.com", "eve@example.com"):
        body = {"email": email, "password": "not the password"}
        response = await browser.post("/api/v1/auth/login", json=body)
        assert response.status_code == 401
        error = response.json()["error"]
        answers.append((error["code"], error["message"], error["fields"], error["details"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == "SIGN_IN_FAILED"


async def test_a_session_is_renewed_by_the_cookie_and_ends_with_sign_out(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v1/setup", json=ADA)
    body = {"email": ADA["email"], "password": ADA["password"]}
    first = (await browser.post("/api/v1/auth/login", json=body)).json()["access_token"]
    before = browser.cookies[COOKIE]

    renewed = await browser.post("/api/v1/auth/refresh", headers=SAME_SITE)
    assert renewed.status_code == 200
    assert browser.cookies[COOKIE] != before
    bearer = {"Authorization": f"Bearer {renewed.json()['access_token']}"}
    assert (await browser.get("/api/v1/auth/me", headers=bearer)).status_code == 200

    assert (await browser.post("/api/v1/auth/logout", headers=SAME_SITE)).status_code == 204
    assert COOKIE not in browser.cookies
    for token in (first, renewed.json()["access_token"]):
        ended = await browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert ended.status_code == 401, "an access token must not outlive its session"
    assert (await browser.post("/api/v1/auth/refresh", headers=SAME_SITE)).status_code == 401


async def test_the_cookie_works_only_from_the_applications_own_pages(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v1/setup", json=ADA)
    for route in ("/api/v1/auth/refresh", "/api/v1/auth/logout"):
        for headers in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}):
            response = await browser.post(route, headers=headers)
            assert response.status_code == 403, (route, headers)
            assert response.json()["error"]["code"] == "ORIGIN_REFUSED"
    assert (await browser.post("/api/v1/auth/refresh", headers=SAME_SITE)).status_code == 200


async def test_the_cookie_alone_opens_no_route(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/v1/setup", json=ADA)
    assert COOKIE in browser.cookies
    assert (await browser.get("/api/v1/brands", headers=SAME_SITE)).status_code == 401


async def test_a_broken_authorization_header_is_no_sign_in(browser: httpx.AsyncClient) -> None:
    for value in ("", "Bearer", "Bearer ", "Basic YTpi", "Bearer not.a.token", "Bearer ünï"):
        response = await browser.get("/api/v1/auth/me", headers=[(b"Authorization", value.encode())])
        assert response.status_code == 401, value


async def test_sign_ins_from_one_address_are_slowed_down(database: TestDatabase, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, rate_limits=RateLimits(sign_ins=3))
    async with open_stand(database, settings) as stand, stand.client() as browser:
        body = {"email": "eve@example.com", "password": "guess after guess"}
        answers = [await browser.post("/api/v1/auth/login", json=body) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
        refused = answers[-1]
        assert refused.json()["error"]["code"] == "RATE_LIMITED"
        assert refused.headers["ratelimit-limit"] == "3"
        assert refused.headers["ratelimit-remaining"] == "0"
        wait = int(refused.headers["retry-after"])
        assert 1 <= wait <= 21
        stand.clock.move(seconds=wait)
        assert (await browser.post("/api/v1/auth/login", json=body)).status_code == 401
