"""The server of a model is called at the address that was judged."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.fakes.web import HERE, Answer, WebServer

from nexusplanner.infrastructure.llm.gate import GATE
from nexusplanner.infrastructure.llm.wire import AddressRefused, open_client


@pytest.fixture(autouse=True)
def _open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GATE, "open", True)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


async def test_the_judged_address_is_called_under_the_servers_name() -> None:
    asked: list[str] = []

    async def resolver(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return [HERE]

    async with (
        WebServer({"/v1": Answer("hello")}) as server,
        open_client(seconds=5, resolver=resolver) as client,
    ):
        answer = await client.get(f"http://models.example.com:{server.port}/v1")
    assert (answer.text, asked) == ("hello", ["models.example.com"])
    assert server.requests[0].headers["host"] == f"models.example.com:{server.port}"


@pytest.mark.parametrize("addresses", [["169.254.169.254"], [HERE, "169.254.169.254"], ["::ffff:a9fe:a9fe"]])
async def test_a_name_that_stands_for_an_address_of_the_machine_alone_is_refused(addresses: list[str]) -> None:
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    async with WebServer({"/v1": Answer("hello")}) as server, open_client(seconds=5, resolver=resolver) as client:
        with pytest.raises(AddressRefused):
            await client.get(f"http://models.example.com:{server.port}/v1")
        assert server.connections == 0


async def test_a_proxy_of_the_environment_is_asked_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    async with WebServer() as proxy:
        proxy.routes["/v1"] = Answer("by the proxy")
        monkeypatch.setenv("http_proxy", proxy.url(""))
        async with open_client(seconds=5) as client:
            answer = await client.get("http://models.example.com/v1")
        assert answer.text == "by the proxy"


async def test_what_the_environment_takes_from_the_proxy_is_pinned_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return ["169.254.169.254"]

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("no_proxy", "models.example.com")
    async with open_client(seconds=5, resolver=resolver) as client:
        with pytest.raises(AddressRefused):
            await client.get("http://models.example.com/v1")
