"""Salesforce: SOQL over REST, describe, OAuth 2.0 (web server flow with PKCE).

Pages go on behind the last id (`Id > … ORDER BY Id`), so that they are as stable as those of a locator, and unlike one
can be gone on with after any time. Deleted and merged records are read by queryAll.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from nexusplanner.application.connections.records import instant_of
from nexusplanner.application.ports.connections import (
    CrmField,
    CrmPage,
    CrmRecord,
    CrmRefused,
    CrmSilent,
    GonePage,
    GoneRecord,
    Links,
    Throttled,
    TokenExpired,
    Tokens,
)
from nexusplanner.application.ports.fetching import Fetched, Fetcher
from nexusplanner.domain.connections import CrmKind, CrmObject
from nexusplanner.infrastructure.customers.oauth import OAuth
from nexusplanner.infrastructure.customers.rest import Hosts, Rest, clock_of, last_of, texts_of, wait_of

OWN = Hosts(usual="login.salesforce.com", ends=(".salesforce.com", ".salesforce.mil"))
API = "/services/data/v62.0"
SIGN_IN_PATH = "/services/oauth2/authorize"
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
PAGE = 1000
BATCH = 100
CHANGED = "SystemModstamp"
DEALS_OF_CONTACTS = "OpportunityContactRoles"
UNREADABLE_TYPES = frozenset({"address", "location", "base64", "anyType", "complexvalue", "encryptedstring"})
PASSING = frozenset({"QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION"})

_THEIRS: Mapping[CrmObject, str] = {
    CrmObject.COMPANIES: "Account",
    CrmObject.CUSTOMERS: "Contact",
    CrmObject.DEALS: "Opportunity",
}
_ACCOUNT = (("Account.Name", "Account name", "string"), ("Account.Industry", "Account industry", "picklist"))
"""What a contact may show of its account."""


class Salesforce(OAuth):
    """Implements CrmSystem. hosts: where it is; other ones in tests."""

    kind = CrmKind.SALESFORCE
    token_path = TOKEN_PATH

    def __init__(self, fetcher: Fetcher, *, hosts: Hosts = OWN) -> None:
        super().__init__(Rest(fetcher, vendor=self.kind.vendor, hosts=hosts))

    def _sign_in_page(self, host: str) -> str:
        return self._rest.hosts.url(host, SIGN_IN_PATH)

    def _good_for(self, granted: Mapping[str, Any], host: str) -> str:
        return self.host(str(granted.get("instance_url") or host))

    async def fields(self, tokens: Tokens) -> Sequence[CrmField]:
        """Fields that may be queried."""
        with self._rest.usable():
            answers = await asyncio.gather(
                *(self._get(tokens, f"{API}/sobjects/{_THEIRS[kind]}/describe") for kind in CrmObject)
            )
            found = [
                CrmField(kind=kind, name=each["name"], label=str(each["label"]), type=str(each["type"]))
                for kind, (answer, _) in zip(CrmObject, answers, strict=True)
                for each in answer["fields"]
                if each["type"] not in UNREADABLE_TYPES
            ]
        joined = (CrmField(kind=CrmObject.CUSTOMERS, name=name, label=label, type=of) for name, label, of in _ACCOUNT)
        return [*found, *joined]

    async def changed(
        self,
        tokens: Tokens,
        *,
        kind: CrmObject,
        names: Sequence[str],
        since: datetime | None,
        after: str,
        most: int | None = None,
    ) -> CrmPage:
        """By SystemModstamp, which also moves when a relation or a formula does."""
        size = min(most or PAGE, PAGE)
        rows, fetched, more = await self._query(
            tokens, "query", _select(kind, names), since=since, after=after, size=size
        )
        with self._rest.usable():
            records = [await self._record(tokens, row, kind=kind, names=names) for row in rows]
        last = last_of(each.external_id for each in records) if more else ""
        return CrmPage(records=tuple(records), after=last, told_at=clock_of(fetched))

    async def gone(self, tokens: Tokens, *, kind: CrmObject, since: datetime | None, after: str) -> GonePage:
        """From the recycle bin, and what was emptied from it of late."""
        master = "" if kind is CrmObject.DEALS else ", MasterRecordId"
        what = f"SELECT Id, {CHANGED}{master} FROM {_THEIRS[kind]}"  # noqa: S608 - of constants
        rows, fetched, more = await self._query(
            tokens, "queryAll", what, since=since, after=after, size=PAGE, where="IsDeleted = TRUE"
        )
        with self._rest.usable():
            records = tuple(
                GoneRecord(
                    external_id=str(row["Id"]),
                    into=str(row.get("MasterRecordId") or ""),
                    changed_at=instant_of(str(row[CHANGED])),
                )
                for row in rows
            )
        last = last_of(each.external_id for each in records) if more else ""
        return GonePage(records=records, after=last, told_at=clock_of(fetched))

    async def read(
        self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], keys: Sequence[str]
    ) -> Sequence[CrmRecord]:
        """Those that are still there."""
        records: list[CrmRecord] = []
        for at in range(0, len(keys), BATCH):
            quoted = ", ".join(f"'{key}'" for key in keys[at : at + BATCH] if key.isalnum())
            asked = f"{_select(kind, names)} WHERE Id IN ({quoted})"
            found, _ = await self._get(tokens, f"{API}/query", {"q": asked})
            with self._rest.usable():
                records += [await self._record(tokens, row, kind=kind, names=names) for row in found["records"]]
        return records

    async def _query(
        self,
        tokens: Tokens,
        resource: str,
        what: str,
        *,
        since: datetime | None,
        after: str,
        size: int,
        where: str = "",
    ) -> tuple[Sequence[Mapping[str, Any]], Fetched, bool]:
        """Rows, the answer, and whether there may be more behind the last: a server may give fewer than asked for."""
        conditions = [where] if where else []
        if since is not None:
            conditions.append(f"{CHANGED} >= {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        if after and after.isalnum():
            conditions.append(f"Id > '{after}'")
        narrowed = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        asked = f"{what}{narrowed} ORDER BY Id LIMIT {size}"
        found, fetched = await self._get(tokens, f"{API}/{resource}", {"q": asked})
        with self._rest.usable():
            rows = found["records"]
            if not isinstance(rows, list):
                message = "records is not a list"
                raise TypeError(message)
            return rows, fetched, bool(rows) and (len(rows) >= size or not found.get("done", True))

    async def _record(
        self, tokens: Tokens, row: Mapping[str, Any], *, kind: CrmObject, names: Sequence[str]
    ) -> CrmRecord:
        changed = instant_of(str(row[CHANGED]))
        return CrmRecord(
            external_id=str(row["Id"]),
            changed_at=changed or datetime.fromtimestamp(0, tz=UTC),
            values=texts_of(row, names),
            links=Links(
                company=str(row.get("AccountId") or ""),
                customers=await self._contacts(tokens, row) if kind is CrmObject.DEALS else (),
            ),
        )

    async def _contacts(self, tokens: Tokens, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Contacts with a role in the opportunity; the few that have more than are shown at once are asked for again."""
        roles = row.get(DEALS_OF_CONTACTS) or {}
        found = {str(role["ContactId"]) for role in roles.get("records") or []}
        if roles and not roles.get("done", True):
            own = str(row["Id"])
            asked = f"SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '{own}'"  # noqa: S608 - an id
            every, _ = await self._get(tokens, f"{API}/query", {"q": asked})
            found = {str(role["ContactId"]) for role in every["records"]}
        return tuple(sorted(found))

    async def _get(
        self, tokens: Tokens, path: str, query: Mapping[str, str] | None = None
    ) -> tuple[Mapping[str, Any], Fetched]:
        return self._read(await self._rest.ask(tokens, path, query=query))

    def _read(self, fetched: Fetched) -> tuple[Mapping[str, Any], Fetched]:
        """The answer. Raises what its status means."""
        if fetched.status == HTTPStatus.OK:
            found = self._rest.json(fetched)
            if isinstance(found, dict):
                return found, fetched
            raise self._rest.silent(fetched)
        codes = self._codes(fetched)
        if fetched.status == HTTPStatus.UNAUTHORIZED or "INVALID_SESSION_ID" in codes:
            message = "Salesforce does not take the token any more."
            raise TokenExpired(message)
        if "REQUEST_LIMIT_EXCEEDED" in codes:
            message = "Salesforce takes no more requests for today: your organisation used what it has in 24 hours."
            raise Throttled(message, seconds=wait_of(fetched), daily=True)
        if fetched.status == HTTPStatus.TOO_MANY_REQUESTS:
            message = "Salesforce takes no more requests for the moment."
            raise Throttled(message, seconds=wait_of(fetched))
        if codes & PASSING or fetched.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._rest.silent(fetched)
        if fetched.status in {400, 403, 404}:
            said = f" ({', '.join(sorted(codes))})" if codes else ""
            message = (
                f"Salesforce refuses to let the signed-in user read what the connection needs{said}. Let them read "
                "accounts, contacts and opportunities over the API, or check the mapping."
            )
            raise CrmRefused(message)
        raise self._rest.silent(fetched)

    def _codes(self, fetched: Fetched) -> frozenset[str]:
        try:
            found = self._rest.json(fetched)
        except CrmSilent:
            return frozenset()
        rows = found if isinstance(found, list) else [found]
        codes = (str(row.get("errorCode") or "") for row in rows if isinstance(row, dict))
        return frozenset(code for code in codes if code.replace("_", "").isalnum() and len(code) <= 60)


def _select(kind: CrmObject, names: Sequence[str]) -> str:
    linked = {
        CrmObject.COMPANIES: (),
        CrmObject.CUSTOMERS: ("AccountId",),
        CrmObject.DEALS: ("AccountId", f"(SELECT ContactId FROM {DEALS_OF_CONTACTS})"),  # noqa: S608 - of constants
    }[kind]
    columns = dict.fromkeys(("Id", CHANGED, *names, *linked))
    return f"SELECT {', '.join(columns)} FROM {_THEIRS[kind]}"  # noqa: S608 - of names that were checked
