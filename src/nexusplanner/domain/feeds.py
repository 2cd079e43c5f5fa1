"""What a feed or a webhook brings: items in plain text, told apart by a key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from nexusplanner.domain.plain_text import one_line
from nexusplanner.domain.shared import DomainError

FeedKind = Literal["rss", "atom", "json"]
LONGEST_TITLE = 200
LONGEST_CONTENT = 20_000
MOST_TOPICS = 10
LONGEST_TOPIC = 80
LONGEST_LINK = 2000
MOST_ITEMS = 1000
"""Of one feed; more than the servers of newspapers give out."""
_FOLLOWERS = ("utm_", "mc_", "pk_", "mtm_")
_FOLLOWER_NAMES = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "ref_src", "cmpid", "wt_mc", "ocid"})
"""Parts of addresses that say who clicked where, not what is read."""
_USUAL_PORTS = {"http": 80, "https": 443}


class NoFeed(DomainError):
    """What was fetched is no feed that can be read; the message says why, in words for users."""

    code = "NO_FEED"


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One piece of news, in plain text. key: what tells it apart at its source. url: absolute, or empty.

    content: not empty. timestamp: UTC; none when there was no date that can be read. impact: -1 to 1.
    """

    key: str
    title: str
    content: str
    url: str = ""
    timestamp: datetime | None = None
    topics: tuple[str, ...] = ()
    impact: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed as it was read. problem: what was broken in it although items could be read; empty when nothing was."""

    kind: FeedKind
    title: str
    items: tuple[FeedItem, ...]
    problem: str = ""


def item_key(*, guid: str = "", url: str = "", text: str = "") -> str:
    """What tells an item apart at its source: its own name, else its canonical address, else its text. 64 characters."""
    if guid.strip():
        named = f"guid:{guid.strip()}"
    elif url:
        named = f"url:{canonical(url)}"
    else:
        named = f"text:{' '.join(text.split())}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


def web_address(link: str, *, base: str = "") -> str:
    """The link as an address of the web, joined to that of the page it stands on; empty when it is none."""
    try:
        url = urljoin(base, one_line(link)) if link else ""
    except ValueError:
        return ""
    return url if url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK else ""


def canonical(url: str) -> str:
    """The address without its fragment, what follows readers around, its usual port and letter case of the host."""
    try:
        split = urlsplit(url.strip())
        port = split.port
    except ValueError:
        return url.strip()
    host = (split.hostname or "").rstrip(".")
    if port is not None and port != _USUAL_PORTS.get(split.scheme):
        host = f"{host}:{port}"
    kept = [(name, value) for name, value in parse_qsl(split.query, keep_blank_values=True) if not _follows(name)]
    return urlunsplit((split.scheme, host, split.path or "/", urlencode(kept), ""))


def _follows(name: str) -> bool:
    lowered = name.lower()
    return lowered in _FOLLOWER_NAMES or lowered.startswith(_FOLLOWERS)
