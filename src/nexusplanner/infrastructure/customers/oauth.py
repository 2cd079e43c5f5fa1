"""Signing in to a customer system: the authorisation code flow with PKCE (RFC 6749, RFC 7636), and new tokens for old."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from nexusplanner.application.ports.connections import Client, Tokens
from nexusplanner.domain.connections import SCOPES, CrmKind
from nexusplanner.infrastructure.customers.rest import Rest, expiry


class OAuth(ABC):
    """What both vendors do alike; they differ in where people sign in and in which host a token is good for."""

    kind: CrmKind
    token_path: str

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def host(self, domain: str) -> str:
        """The host to ask. Raises Invalid for another's."""
        return self._rest.hosts.checked(domain, vendor=self.kind.vendor)

    def authorise_url(self, host: str, *, client_id: str, redirect: str, state: str, challenge: str) -> str:
        """Where somebody signs in and grants reading."""
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect,
            "scope": " ".join(scope.scope for scope in SCOPES[self.kind]),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._sign_in_page(host)}?{urlencode(query)}"

    async def exchange(self, host: str, *, client: Client, code: str, verifier: str, redirect: str) -> Tokens:
        """The tokens for a code. Raises SignInAgain when it is not taken."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect}
        return await self._grant(host, client=client, form=form, refresh="")

    async def refresh(self, host: str, *, client: Client, tokens: Tokens) -> Tokens:
        """New tokens for old; the old refresh token stays where none comes. Raises SignInAgain when it is not taken."""
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
        return await self._grant(host, client=client, form=form, refresh=tokens.refresh)

    async def _grant(self, host: str, *, client: Client, form: Mapping[str, str], refresh: str) -> Tokens:
        identified = {"client_id": client.client_id, "client_secret": client.secret, **form}
        granted = await self._rest.grant(host, self.token_path, identified)
        return Tokens(
            access=granted["access_token"],
            refresh=str(granted.get("refresh_token") or refresh),
            host=self._good_for(granted, host),
            expires_at=expiry(granted, now=datetime.now(UTC)),
        )

    @abstractmethod
    def _sign_in_page(self, host: str) -> str:
        """Its address, without a query."""

    @abstractmethod
    def _good_for(self, granted: Mapping[str, Any], host: str) -> str:
        """The host that takes the token. Raises Invalid when that is not the vendor's."""
