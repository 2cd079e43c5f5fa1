"""What the way out brings back, and where it stops."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.fakes.web import HERE, Answer, WebRequest, WebServer, gzip_bomb, redirect
from tests.infrastructure.egress.certificates import certificate

from nexusplanner.application.ports.fetching import Asked, FetchFailed
from nexusplanner.infrastructure.egress import PinnedFetcher

SECRET = {"Authorization": "Bearer a-secret"}


def here(_host: str, _port: int) -> Sequence[str]:
    return [HERE]


async def failure(fetcher: PinnedFetcher, asked: Asked) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await fetcher.ask(asked)
    return raised.value


async def test_an_answer_comes_with_status_headers_and_body(server: WebServer) -> None:
    server.routes["/feed"] = Answer(
        "<rss/>", status=404, content_type="Text/XML; charset=utf-8", headers={"ETag": '"1"', "X-Twice": "grün"}
    )
    fetched = await server.fetcher().ask(Asked(url=server.url("/feed?a=%20b#part"), headers={"Accept": "text/xml"}))
    assert (fetched.status, fetched.body, fetched.content_type) == (404, b"<rss/>", "text/xml")
    assert (fetched.headers["etag"], fetched.headers["x-twice"]) == ('"1"', "grün")
    request = server.requests[0]
    assert (request.method, request.path, request.query) == ("GET", "/feed", {"a": [" b"]})
    assert request.headers["accept"] == "text/xml"
    assert request.headers["user-agent"].startswith("NexusPlanner/")
    assert "cookie" not in request.headers


async def test_a_body_is_sent_with_its_method(server: WebServer) -> None:
    server.routes["POST /token"] = Answer("{}", content_type="application/json")
    asked = Asked(url=server.url("/token"), method="POST", headers={**SECRET, "Host": "other"}, body=b"a=1")
    await server.fetcher().ask(asked)
    request = server.requests[0]
    assert (request.body, request.headers["authorization"]) == (b"a=1", "Bearer a-secret")
    assert request.headers["host"] == f"{HERE}:{server.port}"


async def test_no_cookie_is_kept(server: WebServer) -> None:
    server.routes["/"] = Answer("x", headers={"Set-Cookie": "a=1"})
    fetcher = server.fetcher()
    for _ in range(2):
        await fetcher.ask(Asked(url=server.url()))
    assert ["cookie" in request.headers for request in server.requests] == [False, False]


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
async def test_packed_answers_are_unpacked(packed: str, server: WebServer) -> None:
    server.routes["/"] = Answer("hello " * 1000, packed=packed)
    assert (await server.fetcher().ask(Asked(url=server.url()))).body == b"hello " * 1000


async def test_other_ways_to_pack_are_understood_too(server: WebServer) -> None:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bodies = {
        "/raw": ("deflate", raw.compress(b"hello") + raw.flush()),
        "/members": ("x-gzip", gzip.compress(b"hel") + gzip.compress(b"lo") + b"\0trailing"),
        "/identity": ("identity", b"hello"),
    }
    for path, (encoding, body) in bodies.items():
        server.routes[path] = Answer(body, headers={"Content-Encoding": encoding})
        assert (await server.fetcher().ask(Asked(url=server.url(path)))).body == b"hello"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"x"),
        ("gzip, gzip", b"x"),
        ("gzip", b"not packed"),
        ("gzip", gzip.compress(b"hello" * 99, mtime=0)[:-12]),
    ],
)
async def test_damaged_and_unknown_packings_fail(encoding: str, body: bytes, server: WebServer) -> None:
    server.routes["/"] = Answer(body, headers={"Content-Encoding": encoding})
    assert (await failure(server.fetcher(), Asked(url=server.url()))).code == "FETCH_UNREACHABLE"


@pytest.mark.parametrize(
    "answer",
    [
        Answer("x" * 1001),
        Answer("x" * 1001, packed="gzip"),
        Answer("x" * 100_000, packed="deflate"),
        Answer(endless=b"x" * 100),
        Answer(headers={"Content-Encoding": "gzip"}, endless=gzip.compress(b"")),
        Answer("x", headers={"X-Long": "y" * 70_000}),
        Answer("x", headers={"X-Long": "y" * 1_000_000}),
    ],
)
async def test_more_than_the_limit_is_not_read(answer: Answer, server: WebServer) -> None:
    server.routes["/"] = answer
    error = await failure(server.fetcher(), Asked(url=server.url(), limit=1000))
    assert (error.code, error.passing) == ("FETCH_TOO_LARGE", False)


async def test_exactly_the_limit_is_read(server: WebServer) -> None:
    for packed in ("", "gzip"):
        server.routes["/"] = Answer("x" * 1000, packed=packed)
        assert len((await server.fetcher().ask(Asked(url=server.url(), limit=1000))).body) == 1000


@pytest.mark.parametrize(
    "answer",
    [
        Answer("x", delay=30),
        Answer("x" * 1000, drip=0.05),
        Answer("x", head_drip=0.05),
        Answer(endless=b"x", drip=0.01),
    ],
)
async def test_a_slow_answer_ends_with_the_deadline(answer: Answer, server: WebServer) -> None:
    server.routes["/"] = answer
    began = time.monotonic()
    error = await failure(server.fetcher(seconds=0.5), Asked(url=server.url()))
    assert (error.code, error.passing) == ("FETCH_TOO_SLOW", True)
    assert time.monotonic() - began < 1.5


async def test_the_deadline_is_of_all_hops_together(server: WebServer) -> None:
    server.routes.update({f"/{n}": Answer(status=302, headers={"Location": f"/{n + 1}"}, delay=0.2) for n in range(4)})
    assert (await failure(server.fetcher(seconds=0.5), Asked(url=server.url("/0")))).code == "FETCH_TOO_SLOW"


async def test_a_slow_name_server_ends_with_the_deadline() -> None:
    def slow(_host: str, _port: int) -> Sequence[str]:
        time.sleep(1)
        return [HERE]

    began = time.monotonic()
    error = await failure(PinnedFetcher(resolver=slow, seconds=0.2), Asked(url="http://example.com/"))
    assert error.code == "FETCH_TOO_SLOW"
    assert time.monotonic() - began < 0.9


async def test_a_server_that_hangs_up_or_does_not_listen_is_unreachable(server: WebServer) -> None:
    server.routes["/"] = Answer("x" * 100, cut=10)
    assert (await failure(server.fetcher(), Asked(url=server.url()))).code == "FETCH_UNREACHABLE"
    with socket.socket() as unused:
        unused.bind((HERE, 0))
        port = unused.getsockname()[1]
        closed = PinnedFetcher(exempt=frozenset({(HERE, port)}))
        error = await failure(closed, Asked(url=f"http://{HERE}:{port}/"))
    assert (error.code, error.passing) == ("FETCH_UNREACHABLE", True)
    assert HERE in error.message


async def test_an_unknown_name_is_unreachable() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    error = await failure(PinnedFetcher(resolver=unknown), Asked(url="http://example.com/"))
    assert (error.code, error.passing) == ("FETCH_UNREACHABLE", True)
    assert "example.com" in error.message


async def test_the_next_address_is_tried_when_one_takes_no_connection(server: WebServer) -> None:
    server.routes["/"] = Answer("hello")
    exempt = server.exempt | {("::1", server.port)}
    fetcher = PinnedFetcher(exempt=exempt, resolver=lambda _host, _port: ["::1", HERE])
    assert (await fetcher.ask(Asked(url=f"http://example.com:{server.port}/"))).body == b"hello"


async def test_three_redirects_are_followed_and_a_fourth_is_not(server: WebServer) -> None:
    server.routes.update({f"/{n}": redirect(f"/{n + 1}", status=(301, 302, 307, 308)[n % 4]) for n in range(4)})
    server.routes["/4"] = Answer("there")
    fetched = await server.fetcher().ask(Asked(url=server.url("/1")))
    assert (fetched.body, fetched.url) == (b"there", server.url("/4"))
    error = await failure(server.fetcher(), Asked(url=server.url("/0")))
    assert (error.code, error.passing) == ("FETCH_REDIRECTS", False)


async def test_redirects_are_shown_when_they_are_not_to_be_followed(server: WebServer) -> None:
    server.routes["/"] = redirect("http://127.0.0.1:1/")
    fetched = await server.fetcher().ask(Asked(url=server.url(), follow=False))
    assert (fetched.status, fetched.headers["location"]) == (302, "http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("status", "method", "body"), [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"a=1")]
)
async def test_a_sent_form_follows_redirects_as_browsers_do(
    status: int, method: str, body: bytes, server: WebServer
) -> None:
    server.routes.update({"/": redirect("/next", status=status), "/next": Answer("done")})
    await server.fetcher().ask(Asked(url=server.url(), method="POST", body=b"a=1"))
    assert (server.requests[1].method, server.requests[1].body) == (method, body)


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": SECRET},
        {"headers": {"X-Api-Key": "a-secret"}},
        {"headers": {"Cookie": "a-secret"}},
        {"method": "PUT", "body": b"a-secret"},
    ],
)
async def test_what_may_be_secret_never_goes_to_another_server(asked: dict[str, object], server: WebServer) -> None:
    async with WebServer({"/": Answer("caught")}) as other:
        server.routes["/"] = redirect(other.url(), status=307)
        fetcher = PinnedFetcher(exempt=server.exempt | other.exempt)
        error = await failure(fetcher, Asked(url=server.url(), **asked))  # type: ignore[arg-type]
        assert (error.code, other.requests) == ("FETCH_REDIRECTS", [])
        assert "a-secret" not in error.message
        assert (await fetcher.ask(Asked(url=server.url()))).body == b"caught"


async def test_a_secret_stays_within_its_server(server: WebServer) -> None:
    server.routes.update({"/": redirect("/next"), "/next": Answer("done")})
    await server.fetcher().ask(Asked(url=server.url(), headers=SECRET))
    assert server.requests[1].headers["authorization"] == "Bearer a-secret"


async def test_a_secret_is_not_sent_without_encryption_after_it_was_sent_with(tmp_path: Path) -> None:
    serving, trust = certificate("shop.example.com", folder=tmp_path)
    async with WebServer(tls=serving) as secure, WebServer({"/": Answer("caught")}) as plain:
        secure.routes["/"] = redirect(f"http://shop.example.com:{plain.port}/")
        fetcher = PinnedFetcher(exempt=secure.exempt | plain.exempt, resolver=here, trust=trust)
        url = f"https://shop.example.com:{secure.port}/"
        assert (await failure(fetcher, Asked(url=url, headers=SECRET))).code == "FETCH_REDIRECTS"
        assert plain.requests == []


async def test_the_certificate_is_checked_for_the_name_although_an_address_is_called(tmp_path: Path) -> None:
    serving, trust = certificate("news.example.com", folder=tmp_path)
    names: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: names.append(name)
    async with WebServer({"/": Answer("hello")}, tls=serving) as server:
        fetcher = PinnedFetcher(exempt=server.exempt, resolver=here, trust=trust)
        fetched = await fetcher.ask(Asked(url=f"https://news.example.com:{server.port}/"))
        assert (fetched.body, names) == (b"hello", ["news.example.com"])
        error = await failure(fetcher, Asked(url=f"https://other.example.com:{server.port}/"))
        assert error.code == "FETCH_UNREACHABLE"
        assert "certificate" in error.message
        distrusting = PinnedFetcher(exempt=server.exempt, resolver=here)
        error = await failure(distrusting, Asked(url=f"https://news.example.com:{server.port}/"))
        assert "certificate" in error.message


async def test_an_answer_may_depend_on_the_request(server: WebServer) -> None:
    """A conditional request comes back as it was sent."""

    async def conditional(request: WebRequest) -> Answer:
        return Answer(status=304 if request.headers.get("if-none-match") == '"1"' else 200)

    server.routes["/"] = conditional
    fetched = await server.fetcher().ask(Asked(url=server.url(), headers={"If-None-Match": '"1"'}))
    assert (fetched.status, fetched.body) == (304, b"")


MEMORY = """
import asyncio, resource
from tests.fakes.web import Answer, WebServer, gzip_bomb
from nexusplanner.application.ports.fetching import Asked, FetchFailed

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def main():
    routes = {"/": Answer("small"), "/bomb": gzip_bomb(megabytes=200), "/large": Answer(endless=b"x" * 100_000)}
    async with WebServer(routes) as server:
        await server.fetcher().ask(Asked(url=server.url()))
        before = peak()
        for path in ("/bomb", "/large"):
            try:
                await server.fetcher().ask(Asked(url=server.url(path)))
            except FetchFailed as error:
                print(error.code)
        print(peak() - before)

asyncio.run(main())
"""


def test_two_hundred_megabytes_packed_or_not_take_less_than_a_hundred_of_memory() -> None:
    """In a process of its own, whose peak is its alone."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", MEMORY]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert said[:2] == ["FETCH_TOO_LARGE", "FETCH_TOO_LARGE"]
    assert int(said[2]) < 100


def test_the_bomb_of_the_tests_is_one() -> None:
    bomb = gzip_bomb(megabytes=20)
    assert len(bomb.content()) < 50_000
    assert len(gzip.decompress(bomb.content())) == 20_000_000
