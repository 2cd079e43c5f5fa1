"""Which addresses may be asked, and where a redirect may lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from nexusplanner.application.ports.fetching import Asked
from nexusplanner.infrastructure.egress.failures import led_astray, refused

LONGEST_URL: Final = 4_000
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?\.?|[0-9a-f:.]+(%[a-z0-9]+)?")
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_OTHER_SERVICES: Final = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110}
    | {111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531}
    | {532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060}
    | {5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
)
"""Ports at which a request would be read as something else. Source: the Fetch standard, "port blocking"."""
_PLAIN_HEADERS: Final = frozenset(
    {"accept", "accept-language", "content-type", "if-modified-since", "if-none-match", "user-agent"}
)
"""What a request may carry on to another server; everything else may be a secret."""
_TO_GET: Final = frozenset({301, 302, 303})
_BODY_HEADERS: Final = frozenset({"content-type", "content-length", "content-encoding"})
REDIRECTS: Final = _TO_GET | {307, 308}


def checked(url: str) -> httpx.URL:
    """The address, when it is one of a web server. Raises: FetchFailed, before anybody is asked."""
    try:
        found = httpx.URL(url.strip()) if len(url) <= LONGEST_URL else None
        named = "@" in urlsplit(url).netloc
    except (httpx.InvalidURL, ValueError):
        found, named = None, False
    if found is None or found.scheme not in _PORTS or not _HOST.fullmatch(found.raw_host.decode("ascii").lower()):
        raise refused("This is not the address of a web page. Write it as https://example.com/page.")
    if found.userinfo or named:
        raise refused("The address holds a user name or password. Leave them out.")
    if not 0 < port_of(found) < 65536 or port_of(found) in _OTHER_SERVICES:
        raise refused(f"Port {port_of(found)} is not one of web servers. Use another address.")
    return found.copy_with(fragment=None)


def port_of(url: httpx.URL) -> int:
    """The port it names, or its scheme's."""
    return url.port if url.port is not None else _PORTS[url.scheme]


def redirected(asked: Asked, *, at: httpx.URL, status: int, location: str) -> tuple[Asked, httpx.URL]:
    """The request to make next. Raises: FetchFailed when it must not go there."""
    target = checked(_joined(str(at), location))
    if (status in _TO_GET and asked.method == "POST") or (status == 303 and asked.method != "GET"):
        headers = {name: text for name, text in asked.headers.items() if name.lower() not in _BODY_HEADERS}
        asked = replace(asked, method="GET", body=None, headers=headers)
    if _private(asked) and not _same_server(at, target):
        raise led_astray(
            f"{at.host} sends on to another server, which must not see what was sent. Use the address it leads to."
        )
    return asked, target


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        return ""


def _private(asked: Asked) -> bool:
    return asked.body is not None or not all(name.lower() in _PLAIN_HEADERS for name in asked.headers)


def _same_server(at: httpx.URL, target: httpx.URL) -> bool:
    """Whether both are one server; one that insists on encryption stays the same."""
    one, other = (at.scheme, port_of(at)), (target.scheme, port_of(target))
    return at.host == target.host and (one == other or (one, other) == (("http", 80), ("https", 443)))
