from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.addresses import (
    callable_address,
    callable_host,
    on_this_machine,
    public_address,
    public_name,
    spelt_address,
)

REFUSED = [IPv4Network("169.254.0.0/16"), IPv4Network("0.0.0.0/8"), IPv4Network("224.0.0.0/3")]


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "①⑥⑨.254.169.254",
        "::ffff:169.254.169.254",
        "[::ffff:a9fe:a9fe]",
        "::169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "::",
        "0",
        "0.0.0.0",
        "192.0.0.192",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "255.255.255.255",
        "metadata",
        "Metadata.Google.Internal.",
        "instance-data.ec2.internal",
        "",
    ],
)
def test_addresses_that_clouds_keep_for_the_machine_are_refused_however_they_are_spelt(host: str) -> None:
    assert not callable_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "::1",
        "localhost",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.20",
        "fd12:3456::1",
        "100.64.0.1",
        "1.1.1.1",
    ],
)
def test_this_machine_ones_own_network_and_the_world_are_allowed(host: str) -> None:
    assert callable_host(host)


def test_names_are_judged_by_what_they_stand_for_later() -> None:
    assert callable_host("models.example.com")
    assert not callable_address("models.example.com")


@given(number=st.integers(0, 2**32 - 1))
def test_every_spelling_of_an_address_is_judged_alike(number: int) -> None:
    address = IPv4Address(number)
    fits = callable_address(str(address))
    spellings = [str(number), hex(number), f"::ffff:{address}", str(IPv6Address(0x64FF9B << 96 | number))]
    assert {callable_host(each) for each in spellings} == {fits}


@given(network=st.sampled_from(REFUSED), at=st.integers(0, 2**32 - 1))
def test_no_address_of_a_refused_network_is_called(network: IPv4Network, at: int) -> None:
    assert not callable_address(str(network[at % network.num_addresses]))


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.8.8.8", True), ("::1", True), ("127.1", True), ("10.0.0.1", False), ("ollama", False)],
)
def test_only_this_machine_needs_no_encryption(host: str, here: bool) -> None:  # noqa: FBT001
    assert on_this_machine(host) is here


@given(address=st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_is_public_is_global_and_callable(address: IPv4Address | IPv6Address) -> None:
    if public_address(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert callable_address(str(address))


@given(address=st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_itself(address: IPv4Address) -> None:
    fits = public_address(str(address))
    assert public_address(f"::ffff:{address}") is fits
    assert public_address(str(IPv6Address(0x64FF9B << 96 | int(address)))) is fits
    assert not public_address(f"::{address}")
    assert not public_address(str(IPv6Address(0x2002 << 112 | int(address) << 80)))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2a00:1450:4001::8e"])
def test_addresses_of_the_world_are_public(address: str) -> None:
    assert public_address(address)


@pytest.mark.parametrize(
    ("name", "fits"), [("example.com", True), ("LOCALHOST.", False), ("db.internal", False), ("", False)]
)
def test_names_of_ones_own_network_are_not_public(name: str, fits: bool) -> None:  # noqa: FBT001
    assert public_name(name) is fits


@pytest.mark.parametrize(
    ("host", "address"), [("0x7f.1", "127.0.0.1"), ("①⑥⑨.254.43518", "169.254.169.254"), ("example.com", None)]
)
def test_an_address_is_known_however_it_is_spelt(host: str, address: str | None) -> None:
    assert spelt_address(host) == address
