"""One server for both wire formats, with sign-in."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from tests.fakes.crm import hubspot, salesforce
from tests.fakes.crm.trouble import Trouble
from tests.fakes.crm.world import World
from tests.fakes.web import HERE, NOWHERE, Answer, Route, WebRequest, WebServer, as_json, redirect

from nexusplanner.bootstrap.customers import CrmPlaces
from nexusplanner.infrastructure.egress import PinnedFetcher

PASTED = "pat-local-0001"
"""A token that was made by hand."""
BAD_GATEWAY = Answer("<h1>Bad gateway</h1>", status=502)
_TOKEN_PATHS = frozenset({"/oauth/v3/token", "/services/oauth2/token"})
_SIGN_IN_PATHS = frozenset({"/oauth/authorize", "/services/oauth2/authorize"})


class _Everywhere(dict[str, Route]):
    """Leads every path to one route."""

    def __init__(self, route: Route) -> None:
        super().__init__()
        self._route = route

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return self._route


class CrmServer:
    """A customer system. clients: id → secret. tokens: that are taken just now. refreshed: how often one was renewed.

    seconds: how long a token lasts by what is said of it.
    """

    def __init__(self, world: World, *, port: int = 0, seconds: int = 1800) -> None:
        self.world = world
        self.trouble = Trouble()
        self.clients: dict[str, str] = {"client-1": "client-secret-1"}
        self.tokens: set[str] = {PASTED}
        self.refreshing: dict[str, str] = {}
        self.refreshed = 0
        self.seconds = seconds
        self._codes: dict[str, tuple[str, str, str]] = {}
        self._web = WebServer(port=port)
        self._web.routes = _Everywhere(self._answer)

    async def __aenter__(self) -> Self:
        await self._web.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._web.__aexit__(*error)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._web.port

    @property
    def host(self) -> str:
        """The host it is asked at."""
        return f"{HERE}:{self.port}"

    @property
    def places(self) -> CrmPlaces:
        """Both vendors, here."""
        return CrmPlaces.at(self.host)

    @property
    def requests(self) -> list[WebRequest]:
        """What came, in order."""
        return self._web.requests

    def fetcher(self) -> PinnedFetcher:
        """The product's own way out, which may also come here."""
        return self._web.fetcher()

    def _answer(self, request: WebRequest) -> Answer:
        if request.path in _SIGN_IN_PATHS:
            return self._sign_in(request)
        if request.path in _TOKEN_PATHS:
            return BAD_GATEWAY if self.trouble.take("unrenewed") else self._grant(request)
        vendor = salesforce if request.path.startswith("/services/") else hubspot
        trouble = self.trouble
        if trouble.expire_after is not None:
            trouble.expire_after -= 1
            if trouble.expire_after < 0:
                trouble.expire_after = None
                self.tokens.clear()
        if trouble.before is not None:
            trouble.before(request.path)
        known = request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens
        refused = vendor.refused(self.world, trouble, request, known=known)
        return (
            refused
            or self._broken()
            or replace(vendor.answer(self.world, trouble, request) or NOWHERE, delay=trouble.slow)
        )

    def _broken(self) -> Answer | None:
        """An answer that is none; None when it is well."""
        if self.trouble.take("broken"):
            return BAD_GATEWAY
        if self.trouble.take("garbled"):
            return as_json('{"results": [{"id":')
        if self.trouble.take("odd"):
            return as_json('{"results": [{"key": 1}], "records": {"a": 1}, "fields": null}')
        return None

    def _sign_in(self, request: WebRequest) -> Answer:
        """Everybody grants everything at once."""
        asked = {name: values[0] for name, values in request.query.items()}
        code = token_urlsafe(16)
        self._codes[code] = (asked["client_id"], asked["code_challenge"], asked["redirect_uri"])
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _grant(self, request: WebRequest) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if self.clients.get(form["client_id"]) != form["client_secret"]:
            return as_json('{"error": "invalid_client"}', status=401)
        if form["grant_type"] == "refresh_token":
            if self.refreshing.pop(form["refresh_token"], None) != form["client_id"]:
                return as_json('{"error": "invalid_grant", "status": "BAD_REFRESH_TOKEN"}', status=400)
            self.refreshed += 1
        elif not self._takes(form):
            return as_json('{"error": "invalid_grant"}', status=400)
        return as_json(json.dumps(self.issue(form["client_id"])))

    def _takes(self, form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._codes.pop(form["code"], None) == (form["client_id"], proof, form["redirect_uri"])

    def issue(self, client_id: str) -> dict[str, Any]:
        """New tokens; the old ones go on until they are taken back."""
        access, refresh = f"access-{token_urlsafe(8)}", f"refresh-{token_urlsafe(8)}"
        self.tokens.add(access)
        self.refreshing[refresh] = client_id
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.seconds,
            "token_type": "bearer",
            "instance_url": f"http://{self.host}",
        }
