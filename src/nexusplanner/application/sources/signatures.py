"""Signatures of webhooks: HMAC-SHA256 over the time and the body, worth five minutes."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=5)
_FORM: Final = re.compile(r"t=(?P<time>[0-9]{1,12}),\s*v1=(?P<mac>[0-9a-f]{64})")


def sign(secret: str, body: bytes, *, at: int) -> str:
    """The value of X-Nexus-Signature. at: seconds since 1970."""
    return f"t={at},v1={_mac(secret, body, at=at)}"


def verified(header: str, body: bytes, *, secret: str, now: datetime) -> str | None:
    """The signature, when it is one by this secret of the last five minutes; the comparison takes always the same time."""
    found = _FORM.fullmatch(header.strip())
    if found is None:
        return None
    at = int(found["time"])
    right = hmac.compare_digest(found["mac"], _mac(secret, body, at=at))
    recent = abs(now.timestamp() - at) <= WINDOW.total_seconds()
    return found["mac"] if right and recent else None


def _mac(secret: str, body: bytes, *, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
