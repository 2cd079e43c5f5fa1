"""HubSpot: CRM v3 objects, properties and search, v4 associations, OAuth v3.

Pages go on behind the last id, not by number: a record that changes meanwhile keeps its place, so none is left out or
read twice, and a search never reaches the 10,000th result beyond which it answers nothing. Archived records are not
searchable; they are listed as a whole.
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

OWN = Hosts(usual="api.hubapi.com", ends=(".hubapi.com",))
SIGN_IN_PATH = "/oauth/authorize"
SIGN_IN_PAGE = f"https://app.hubspot.com{SIGN_IN_PATH}"
PAGE = 100
"""Records of a list, and ids of a batch; searches could give 200."""
TOKEN_PATH = "/oauth/v3/token"  # noqa: S105 - a path
MERGED = "hs_merged_object_ids"
DAILY = "DAILY"

_THEIRS: Mapping[CrmObject, str] = {
    CrmObject.COMPANIES: "companies",
    CrmObject.CUSTOMERS: "contacts",
    CrmObject.DEALS: "deals",
}
_CHANGED: Mapping[CrmObject, str] = {
    CrmObject.COMPANIES: "hs_lastmodifieddate",
    CrmObject.CUSTOMERS: "lastmodifieddate",
    CrmObject.DEALS: "hs_lastmodifieddate",
}
_LINKED: Mapping[CrmObject, tuple[CrmObject, ...]] = {
    CrmObject.COMPANIES: (),
    CrmObject.CUSTOMERS: (CrmObject.COMPANIES,),
    CrmObject.DEALS: (CrmObject.COMPANIES, CrmObject.CUSTOMERS),
}


class HubSpot(OAuth):
    """Implements CrmSystem. hosts, page: where it is, and where people sign in; other ones in tests."""

    kind = CrmKind.HUBSPOT
    token_path = TOKEN_PATH

    def __init__(self, fetcher: Fetcher, *, hosts: Hosts = OWN, page: str = SIGN_IN_PAGE) -> None:
        super().__init__(Rest(fetcher, vendor=self.kind.vendor, hosts=hosts))
        self._page = page

    def _sign_in_page(self, host: str) -> str:
        del host
        return self._page

    def _good_for(self, granted: Mapping[str, Any], host: str) -> str:
        del granted
        return host

    async def fields(self, tokens: Tokens) -> Sequence[CrmField]:
        """Properties that are not hidden."""
        with self._rest.usable():
            return await self._fields(tokens)

    async def _fields(self, tokens: Tokens) -> Sequence[CrmField]:
        answers = await asyncio.gather(
            *(self._get(tokens, f"/crm/v3/properties/{_THEIRS[kind]}") for kind in CrmObject)
        )
        return [
            CrmField(kind=kind, name=each["name"], label=str(each.get("label") or each["name"]), type=str(each["type"]))
            for kind, (answer, _) in zip(CrmObject, answers, strict=True)
            for each in self._list(answer, "results")
            if not each.get("hidden")
        ]

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
        """Everything comes from the list, which brings associations along; what changed, from a search."""
        size = min(most or PAGE, PAGE)
        with self._rest.usable():
            if since is None:
                return await self._listed(tokens, kind=kind, names=names, after=after, size=size)
            return await self._searched(tokens, kind=kind, names=names, since=since, after=after, size=size)

    async def _searched(
        self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], since: datetime, after: str, size: int
    ) -> CrmPage:
        found, fetched = await self._post(
            tokens,
            f"/crm/v3/objects/{_THEIRS[kind]}/search",
            {
                "filterGroups": [
                    {
                        "filters": [
                            {
                                "propertyName": _CHANGED[kind],
                                "operator": "GTE",
                                "value": str(round(since.timestamp() * 1000)),
                            },
                            {"propertyName": "hs_object_id", "operator": "GT", "value": after or "0"},
                        ]
                    }
                ],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": _wanted(kind, names),
                "limit": size,
            },
        )
        rows = self._list(found, "results")
        links = await self._links(tokens, kind=kind, keys=[str(row["id"]) for row in rows])
        records = tuple(self._record(row, kind=kind, names=names, links=links[str(row["id"])]) for row in rows)
        more = bool(_next(found)) or len(rows) >= size
        last = last_of(each.external_id for each in records) if more else ""
        return CrmPage(records=records, after=last, told_at=clock_of(fetched))

    async def _listed(self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], after: str, size: int) -> CrmPage:
        query = {"limit": str(size), "properties": ",".join(_wanted(kind, names)), "archived": "false"}
        if _LINKED[kind]:
            query["associations"] = ",".join(_THEIRS[each] for each in _LINKED[kind])
        if after:
            query["after"] = after
        found, fetched = await self._get(tokens, f"/crm/v3/objects/{_THEIRS[kind]}", query)
        rows = self._list(found, "results")
        cut = await self._cut_short(tokens, kind=kind, rows=rows)
        records = tuple(
            self._record(row, kind=kind, names=names, links=cut.get(str(row["id"])) or _listed_links(row))
            for row in rows
        )
        return CrmPage(records=records, after=_next(found), told_at=clock_of(fetched))

    async def _cut_short(
        self, tokens: Tokens, *, kind: CrmObject, rows: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Links]:
        """Links of records that have more of them than a list shows."""
        cut = [
            str(row["id"])
            for row in rows
            if any(_next(part) for part in (row.get("associations") or {}).values() if isinstance(part, Mapping))
        ]
        return await self._links(tokens, kind=kind, keys=cut) if cut else {}

    async def gone(self, tokens: Tokens, *, kind: CrmObject, since: datetime | None, after: str) -> GonePage:
        """Every archived record: the list cannot be narrowed. Merges are told by the records that go on."""
        del since
        query = {"limit": str(PAGE), "archived": "true", "properties": "hs_object_id"}
        if after:
            query["after"] = after
        with self._rest.usable():
            found, fetched = await self._get(tokens, f"/crm/v3/objects/{_THEIRS[kind]}", query)
            records = tuple(GoneRecord(external_id=str(row["id"])) for row in self._list(found, "results"))
            return GonePage(records=records, after=_next(found), told_at=clock_of(fetched))

    async def read(
        self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], keys: Sequence[str]
    ) -> Sequence[CrmRecord]:
        """Those that are still there; asked for one that was merged, the answer is the one that goes on."""
        records: list[CrmRecord] = []
        for at in range(0, len(keys), PAGE):
            with self._rest.usable():
                records += await self._batch(tokens, kind=kind, names=names, keys=keys[at : at + PAGE])
        return records

    async def _batch(
        self, tokens: Tokens, *, kind: CrmObject, names: Sequence[str], keys: Sequence[str]
    ) -> Sequence[CrmRecord]:
        asked = {"inputs": [{"id": key} for key in keys], "properties": _wanted(kind, names)}
        found, _ = await self._post(tokens, f"/crm/v3/objects/{_THEIRS[kind]}/batch/read", asked)
        rows = self._list(found, "results")
        links = await self._links(tokens, kind=kind, keys=[str(row["id"]) for row in rows])
        return [self._record(row, kind=kind, names=names, links=links[str(row["id"])]) for row in rows]

    async def _links(self, tokens: Tokens, *, kind: CrmObject, keys: Sequence[str]) -> Mapping[str, Links]:
        """What each of the records is associated with."""
        found: dict[CrmObject, dict[str, list[tuple[str, bool]]]] = {}
        for other in _LINKED[kind] if keys else ():
            found[other] = {key: [] for key in keys}
            path = f"/crm/v4/associations/{_THEIRS[kind]}/{_THEIRS[other]}/batch/read"
            inputs: list[dict[str, str]] = [{"id": key} for key in dict.fromkeys(keys)]
            while inputs:
                answer, _ = await self._post(tokens, path, {"inputs": inputs})
                inputs = []
                for row in self._list(answer, "results"):
                    key = str(row["from"]["id"])
                    found[other].setdefault(key, []).extend(_ends(row.get("to") or []))
                    if _next(row):
                        inputs.append({"id": key, "after": _next(row)})
        return {
            key: Links(
                company=_primary(found.get(CrmObject.COMPANIES, {}).get(key, [])),
                customers=tuple(sorted({end for end, _ in found.get(CrmObject.CUSTOMERS, {}).get(key, [])})),
            )
            for key in keys
        }

    def _record(self, row: Mapping[str, Any], *, kind: CrmObject, names: Sequence[str], links: Links) -> CrmRecord:
        values = row.get("properties") or {}
        changed = instant_of(str(values.get(_CHANGED[kind]) or row.get("updatedAt") or ""))
        return CrmRecord(
            external_id=str(row["id"]),
            changed_at=changed or datetime.fromtimestamp(0, tz=UTC),
            values=texts_of(values, names),
            links=links,
            merged=tuple(each for each in str(values.get(MERGED) or "").split(";") if each),
        )

    async def _get(
        self, tokens: Tokens, path: str, query: Mapping[str, str] | None = None
    ) -> tuple[Mapping[str, Any], Fetched]:
        return self._read(await self._rest.ask(tokens, path, query=query))

    async def _post(self, tokens: Tokens, path: str, body: object) -> tuple[Mapping[str, Any], Fetched]:
        return self._read(await self._rest.ask(tokens, path, body=body))

    def _read(self, fetched: Fetched) -> tuple[Mapping[str, Any], Fetched]:
        """The answer. Raises what its status means."""
        if fetched.status in {200, 207}:
            found = self._rest.json(fetched)
            if isinstance(found, dict):
                return found, fetched
        if fetched.status == HTTPStatus.UNAUTHORIZED:
            message = "HubSpot does not take the token any more."
            raise TokenExpired(message)
        if fetched.status == HTTPStatus.TOO_MANY_REQUESTS:
            daily = DAILY in str(self._problem(fetched).get("policyName", "")).upper()
            limit = "for today" if daily else "for the moment"
            message = f"HubSpot takes no more requests {limit}."
            raise Throttled(message, seconds=wait_of(fetched), daily=daily)
        if fetched.status == HTTPStatus.FORBIDDEN:
            message = (
                "HubSpot does not let this app read what the connection needs. Grant the scopes listed beside the "
                "connection, then sign in again."
            )
            raise CrmRefused(message)
        if fetched.status in {400, 404, 405, 414, 415}:
            message = f"HubSpot does not understand what it is asked (status {fetched.status}). Check the mapping."
            raise CrmRefused(message)
        raise self._rest.silent(fetched)

    def _problem(self, fetched: Fetched) -> Mapping[str, Any]:
        found = self._rest.json(fetched) if fetched.content_type == "application/json" else {}
        return found if isinstance(found, dict) else {}

    def _list(self, found: Mapping[str, Any], name: str) -> list[Any]:
        rows = found.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            message = f"{name} is not a list of records"
            raise TypeError(message)
        return rows


def _wanted(kind: CrmObject, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*names, _CHANGED[kind], MERGED]))


def _next(found: Mapping[str, Any]) -> str:
    return str(((found.get("paging") or {}).get("next") or {}).get("after") or "")


def _ends(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, bool]]:
    """Ids at the other end, and whether each is the primary one."""
    return [
        (
            str(row["toObjectId"]),
            any(str(kind.get("label") or "").startswith("Primary") for kind in row.get("associationTypes") or []),
        )
        for row in rows
    ]


def _listed_links(row: Mapping[str, Any]) -> Links:
    """Associations as a list shows them: {type: "contact_to_company"} is the primary one where there is a choice."""
    parts = row.get("associations") or {}
    companies = [
        (str(each["id"]), not str(each.get("type") or "").endswith("_unlabeled"))
        for each in (parts.get("companies") or {}).get("results") or []
    ]
    contacts = {str(each["id"]) for each in (parts.get("contacts") or {}).get("results") or []}
    return Links(company=_primary(companies), customers=tuple(sorted(contacts)))


def _primary(ends: Sequence[tuple[str, bool]]) -> str:
    """The primary company, the one with the smallest id where none is."""
    if not ends:
        return ""
    return min(ends, key=lambda end: (not end[1], len(end[0]), end[0]))[0]
