"""No connection is opened to anything but a public address, however it is written and whoever leads there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.fakes.web import Answer, WebServer, redirect
from tests.infrastructure.egress.targets import NO_WEB_ADDRESSES, OWN_HOSTS

from nexusplanner.application.ports.fetching import Asked, FetchFailed
from nexusplanner.infrastructure.egress import PinnedFetcher

Called = list[tuple[str, int]]


def nobody(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host}:{port} was looked up")


async def refusal(fetcher: PinnedFetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await fetcher.ask(Asked(url=url))
    return raised.value


def test_there_are_enough_spellings() -> None:
    assert len(set(OWN_HOSTS)) >= 60


@pytest.mark.parametrize("host", OWN_HOSTS)
async def test_an_address_of_ones_own_is_refused_without_a_connection(host: str, called: Called) -> None:
    error = await refusal(PinnedFetcher(seconds=5, resolver=nobody), f"http://{host}/feed.xml")
    assert (error.code, error.passing, called) == ("FETCH_REFUSED", False, [])


@pytest.mark.parametrize("host", OWN_HOSTS)
async def test_a_redirect_to_an_address_of_ones_own_is_refused_without_a_connection(
    host: str, server: WebServer, called: Called
) -> None:
    server.routes["/feed.xml"] = redirect(f"http://{host}:8080/latest")
    error = await refusal(server.fetcher(seconds=5), server.url("/feed.xml"))
    assert (error.code, error.passing) == ("FETCH_REFUSED", False)
    assert called == [("127.0.0.1", server.port)]
    assert server.paths() == ["/feed.xml"]


@pytest.mark.parametrize("url", NO_WEB_ADDRESSES)
async def test_what_is_no_address_of_a_web_server_is_refused(url: str, called: Called) -> None:
    error = await refusal(PinnedFetcher(resolver=nobody), url)
    assert (error.code, error.passing, called) == ("FETCH_REFUSED", False, [])


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://example.com/", "http://user@example.com/", "http://["]
)
async def test_a_redirect_to_what_is_no_web_server_is_refused(location: str, server: WebServer) -> None:
    server.routes["/"] = redirect(location)
    error = await refusal(server.fetcher(), server.url())
    assert (error.code, error.passing) == ("FETCH_REFUSED", False)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        ["::1", "93.184.215.14"],
        ["64:ff9b::a00:1"],
        ["fe80::1%eth0"],
        [""],
    ],
)
async def test_a_name_with_any_address_of_ones_own_is_refused(addresses: list[str], called: Called) -> None:
    fetcher = PinnedFetcher(resolver=lambda _host, _port: addresses)
    error = await refusal(fetcher, "https://news.example.com/feed.xml")
    assert (error.code, called) == ("FETCH_REFUSED", [])


async def test_the_name_is_looked_up_once_and_the_checked_address_is_called(server: WebServer, called: Called) -> None:
    server.routes["/"] = Answer("hello")
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    fetcher = server.fetcher(resolver=lambda _host, _port: next(answers))
    fetched = await fetcher.ask(Asked(url=f"http://rebinding.example.com:{server.port}/"))
    assert (fetched.body, called) == (b"hello", [("127.0.0.1", server.port)])
    assert server.requests[0].headers["host"] == f"rebinding.example.com:{server.port}"


async def test_a_name_that_turns_to_loopback_at_the_next_hop_is_refused(server: WebServer, called: Called) -> None:
    """The first answer stands in for a public server; the second would be another port's, had it no exemption."""
    server.routes["/"] = redirect("/again")
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    fetcher = server.fetcher(resolver=lambda _host, _port: next(answers))
    error = await refusal(fetcher, f"http://rebinding.example.com:{server.port}/")
    assert (error.code, called) == ("FETCH_REFUSED", [("127.0.0.1", server.port)])


async def test_the_exemption_is_of_one_port_and_one_address_only(server: WebServer, called: Called) -> None:
    async with WebServer({"/": Answer("secret")}) as other:
        for url in (other.url(), f"http://127.0.0.2:{server.port}/", f"http://[::1]:{server.port}/"):
            assert (await refusal(server.fetcher(), url)).code == "FETCH_REFUSED"
        assert (called, other.connections) == ([], 0)


async def test_a_public_address_would_be_called() -> None:
    """The tests' own guard stops it; so the refusals above are not because nothing is ever called."""
    fetcher = PinnedFetcher(resolver=lambda _host, _port: ["93.184.215.14"])
    with pytest.raises(ExceptionGroup) as raised:
        await fetcher.ask(Asked(url="http://example.com/"))
    assert "93.184.215.14" in str(raised.value.exceptions[0])


async def test_proxies_of_the_environment_are_not_asked(
    server: WebServer, called: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with WebServer({"/": Answer("from the proxy")}) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        server.routes["/"] = Answer("from the server")
        fetched = await server.fetcher().ask(Asked(url=server.url()))
        assert (fetched.body, proxy.connections) == (b"from the server", 0)
    assert called == [("127.0.0.1", server.port)]
