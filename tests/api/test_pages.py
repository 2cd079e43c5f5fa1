"""The built web application as a browser loads it."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.api.conftest import Stand

from nexusplanner.api.serving.pages import NONCE, Pages

SCRIPT = "console.log('nexus');\n" * 100


@pytest.fixture
async def browser(stand: Stand, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    build = tmp_path / "build"
    (build / "assets").mkdir(parents=True)
    (build / "index.html").write_text(
        f'<!doctype html><script nonce="{NONCE.decode()}" src="/assets/a-1f.js"></script>'
    )
    (build / "assets" / "a-1f.js").write_text(SCRIPT)
    (build / "favicon.svg").write_text("<svg/>")
    (build / ".built").write_text("secret")
    (tmp_path / "outside.txt").write_text("outside")
    stand.app.router.default = Pages(build)
    async with stand.client() as opened:
        yield opened


async def test_every_address_without_a_file_is_the_one_page_with_a_fresh_nonce(browser: httpx.AsyncClient) -> None:
    nonces = set()
    for path in ("/", "/campaigns", "/campaigns/7/budget"):
        page = await browser.get(path)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        found = re.search(r'nonce="([^"]+)"', page.text)
        assert found
        policy = page.headers["content-security-policy"]
        assert f"script-src 'self' 'nonce-{found.group(1)}'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        nonces.add(found.group(1))
    assert len(nonces) == 3


async def test_files_are_compressed_and_kept_as_long_as_their_name_allows(browser: httpx.AsyncClient) -> None:
    script = await browser.get("/assets/a-1f.js", headers={"Accept-Encoding": "gzip"})
    assert script.text == SCRIPT
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert int(script.headers["content-length"]) == len(gzip.compress(SCRIPT.encode(), mtime=0))
    plain = await browser.get("/assets/a-1f.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    icon = await browser.get("/favicon.svg")
    assert icon.headers["cache-control"] == "no-cache"
    same = await browser.get("/favicon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert same.status_code == 304
    assert same.content == b""


async def test_nothing_outside_the_build_is_served(browser: httpx.AsyncClient) -> None:
    for path in ("/.built", "/../outside.txt", "/assets/%2e%2e/%2e%2e/outside.txt", "/assets/..%2f..%2foutside.txt"):
        answer = await browser.get(path)
        assert answer.status_code == 404, path
        assert "secret" not in answer.text
        assert "outside\n" not in answer.text
    assert (await browser.get("/api/v1")).status_code == 404


async def test_without_a_build_the_page_says_what_to_do(stand: Stand) -> None:
    async with stand.client() as browser:
        page = await browser.get("/")
    assert page.status_code == 503
    assert "./nexus" in page.text
    assert "/api/docs" in page.text
