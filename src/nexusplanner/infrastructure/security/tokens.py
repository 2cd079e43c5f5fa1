"""Access tokens (signed, short-lived) and refresh tokens (opaque, rotating)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from nexusplanner.application.ports.sign_in import AccessClaims
from nexusplanner.domain.shared import TenantId, Unauthenticated, UserId

ALGORITHM = "HS256"
ISSUER = "nexusplanner"
AUDIENCE = "nexusplanner-api"
TYPE = "access"
REQUIRED = ("exp", "iat", "iss", "aud", "sub", "sid", "tid", "typ")
SHORTEST_KEY = 32


class JwtAccessTokens:
    """Signed tokens after RFC 7519.

    keys: secrets of at least 32 bytes by their short names; the first signs, all verify, so that keys rotate without
    signing anybody out. leeway: how far the clocks of two machines may differ.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        lifetime: timedelta = timedelta(minutes=10),
        leeway: timedelta = timedelta(seconds=30),
    ) -> None:
        if not keys or any(len(key) < SHORTEST_KEY for key in keys.values()):
            raise ValueError(f"Give at least one signing key, each of at least {SHORTEST_KEY} bytes.")
        self._keys = dict(keys)
        self._signing = next(iter(self._keys))
        self._lifetime = lifetime
        self._leeway = leeway

    @property
    def lifetime(self) -> timedelta:
        """How long a token is good for."""
        return self._lifetime

    def issue(self, claims: AccessClaims, *, now: datetime) -> str:
        """A token that says so."""
        issued = int(now.timestamp())
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(claims.user_id),
            "tid": str(claims.tenant_id),
            "sid": str(claims.session_id),
            "typ": TYPE,
            "iat": issued,
            "exp": issued + int(self._lifetime.total_seconds()),
        }
        return jwt.encode(payload, self._keys[self._signing], algorithm=ALGORITHM, headers={"kid": self._signing})

    def read(self, token: str, *, now: datetime) -> AccessClaims:
        """What the token says. Raises Unauthenticated unless it is one of ours and not outdated."""
        try:
            payload = self._verified(token)
            self._check_times(payload, now=now)
            return AccessClaims(
                tenant_id=TenantId(UUID(payload["tid"])),
                user_id=UserId(UUID(payload["sub"])),
                session_id=UUID(payload["sid"]),
            )
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("The access token is not valid. Sign in again.") from None

    def _verified(self, token: str) -> dict[str, Any]:
        key = self._keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidKeyError
        payload = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            # Times are compared with the caller's clock, not with the machine's.
            options={"require": list(REQUIRED), "verify_exp": False, "verify_iat": False},
        )
        if payload["typ"] != TYPE:
            raise jwt.InvalidTokenError
        return payload

    def _check_times(self, payload: Mapping[str, Any], *, now: datetime) -> None:
        at, leeway = now.timestamp(), self._leeway.total_seconds()
        if at > int(payload["exp"]) + leeway or at < int(payload["iat"]) - leeway:
            raise jwt.ExpiredSignatureError


class HmacRefreshTokens:
    """Opaque tokens, "<family>.<secret>", both random at first.

    A token's successor is derived from it with the server's key: asking twice gives the same answer, so a repeated
    request survives, yet whoever copies a token cannot compute what follows it. key: at least 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"The key for refresh tokens needs at least {SHORTEST_KEY} bytes.")
        self._key = hashlib.sha256(b"nexusplanner refresh tokens\0" + key).digest()

    def first(self) -> str:
        """A token of a new session."""
        return f"{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}"

    def after(self, token: str) -> str:
        """The only successor of `token`, which nobody else can compute."""
        secret = hmac.digest(self._key, token.encode(), "sha256")
        return f"{self.family(token)}.{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"

    def family(self, token: str) -> str:
        """The part that every token of the session shares."""
        return token.partition(".")[0]
