"""Addresses the server may be told to call, so that nobody makes it read what only the machine itself may read.

For models, servers of one's own network are allowed: that is where models of one's own run. Refused are addresses at
which clouds hand out credentials to the machine that asks, those that mean "this network" or everybody, and every other
spelling of the same. Feeds, pages and customer systems are read from public addresses only.
"""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "224.0.0.0/3",
        "100.100.100.200/32",
        "168.63.129.16/32",
    )
)
"""This network, link-local (metadata of most clouds), protocol assignments (Oracle), multicast and reserved, and the
metadata addresses of Alibaba and Azure."""
_REFUSED_6 = tuple(IPv6Network(each) for each in ("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::/32"))
"""Unspecified, link-local, multicast, and the metadata address of AWS."""
_OWN_4 = tuple(
    IPv4Network(each)
    for each in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
    )
)
"""Private, shared by carriers, loopback, documentation, relays of 6to4 and benchmarking. Source: the IANA registry of
special-purpose addresses, as the next one."""
_WORLD_6 = IPv6Network("2000::/3")
_OWN_6 = tuple(IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""Within the addresses of the world: protocol assignments (Teredo among them), documentation and 6to4."""
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""What comes before the IPv4 address that a tunnelled interface carries."""
_REFUSED_NAMES = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"})
_CARRIERS = ((_NAT64, 0), (IPv6Network("::/96"), 0), (IPv6Network("2002::/16"), 80))
"""Networks whose addresses carry an IPv4 address, and how many bits follow it: NAT64, compatible, 6to4."""
_OWN_ENDINGS = (".localhost", ".local", ".internal", ".home.arpa")
"""Of names that only a network of one's own knows. Source: the IANA registry of special-use names."""
LOOPBACK_NAMES = frozenset({"localhost", "ip6-localhost"})


def callable_address(address: str) -> bool:
    """Whether the server may call this address, as a name resolved to it. False for what is no address."""
    found = _address(address)
    return found is not None and not _refused(found)


def callable_host(host: str) -> bool:
    """Whether the server may call this host as it is written; names have to be judged again by what they resolve to."""
    name = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    found = _address(name)
    return not _refused(found) if found is not None else bool(name) and name not in _REFUSED_NAMES


def public_address(address: str) -> bool:
    """Whether everybody on the Internet means the same server by this address. False for what is no address.

    An IPv4 address that is carried in an IPv6 address is judged itself.
    """
    found = _address(address)
    return found is not None and _public(found)


def public_name(name: str) -> bool:
    """Whether everybody may mean the same server by this name; what it stands for has to be judged, too."""
    plain = name.rstrip(".").lower()
    return bool(plain) and plain not in _REFUSED_NAMES | LOOPBACK_NAMES and not plain.endswith(_OWN_ENDINGS)


def spelt_address(host: str) -> str | None:
    """The address that a host is, in its usual spelling; None for a name, which stands for addresses."""
    found = _address(unicodedata.normalize("NFKC", host).rstrip("."))
    return None if found is None else str(found)


def on_this_machine(host: str) -> bool:
    """Whether the host is this machine, so that what is sent to it passes no network."""
    name = host.rstrip(".").lower()
    found = _address(name)
    return name in LOOPBACK_NAMES if found is None else found.is_loopback


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address, however it is spelt: system libraries also take 2130706433, 0x7f.1 and 0177.0.0.1."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(text))
    except (OSError, UnicodeError):
        return None


def _refused(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in _REFUSED_4)
    if any(address in network for network in _REFUSED_6):
        return True
    carried = address.ipv4_mapped or _carried(address)
    return carried is not None and not address.is_loopback and _refused(carried)


def _carried(address: IPv6Address) -> IPv4Address | None:
    for network, after in _CARRIERS:
        if address in network:
            return IPv4Address(int(address) >> after & 0xFFFFFFFF)
    return None


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in (*_REFUSED_4, *_OWN_4))
    if address.ipv4_mapped is not None:
        return _public(address.ipv4_mapped)
    if address in _NAT64:
        return _public(IPv4Address(int(address) & 0xFFFFFFFF))
    tunnelled = int(address) >> 32 & 0xFFFFFFFF in _ISATAP
    return address in _WORLD_6 and not tunnelled and not any(address in network for network in _OWN_6)
