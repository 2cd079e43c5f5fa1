"""Salesforce's wire format: the part of SOQL that we use, describe, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.fakes.crm.trouble import Trouble
from tests.fakes.crm.world import Kind, Thing, World
from tests.fakes.web import Answer, WebRequest, as_json

BATCH = 400
"""Rows in one answer, whatever LIMIT says."""
_API = "/services/data/v62.0/"
_KINDS = {"Account": Kind.COMPANY, "Contact": Kind.CONTACT, "Opportunity": Kind.DEAL}
_NAMES: Mapping[Kind, Mapping[str, str]] = {
    Kind.COMPANY: {
        "Name": "name",
        "Website": "domain",
        "Industry": "industry",
        "BillingCountry": "country",
        "NumberOfEmployees": "employees",
    },
    Kind.CONTACT: {"Email": "email", "MailingCountry": "country", "HasOptedOutOfEmail": "opted_out"},
    Kind.DEAL: {
        "Name": "name",
        "StageName": "stage",
        "Amount": "amount",
        "CurrencyIsoCode": "currency",
        "CloseDate": "closed_on",
    },
}
_MORE = {
    Kind.COMPANY: (),
    Kind.CONTACT: ("Name", "CreatedDate", "AccountId"),
    Kind.DEAL: ("IsClosed", "IsWon", "AccountId"),
}
_QUERY = re.compile(
    r"SELECT (?P<columns>.+?) FROM (?P<object>\w+)"
    r"(?: WHERE (?P<where>.+?))?(?: ORDER BY Id)?(?: LIMIT (?P<limit>\d+))?$"
)
_ROLES = "(SELECT ContactId FROM OpportunityContactRoles)"


def answer(world: World, trouble: Trouble, request: WebRequest) -> Answer | None:
    """What Salesforce says; None for a path it does not have."""
    if not request.path.startswith(_API):
        return None
    resource = request.path.removeprefix(_API)
    if resource.endswith("/describe"):
        return _describe(world, _KINDS[resource.split("/")[1]])
    if resource not in {"query", "queryAll"}:
        return None
    found = _QUERY.match(request.query["q"][0])
    if found is None or found["object"] not in _KINDS:
        return _error(world, "MALFORMED_QUERY", status=400)
    return _query(world, trouble, found, every=resource == "queryAll")


def _query(world: World, trouble: Trouble, asked: re.Match[str], *, every: bool) -> Answer:
    kind = _KINDS[asked["object"]]
    columns = asked["columns"].replace(_ROLES, "Roles").split(", ")
    unknown = {each.split(".")[0] for each in columns} - _columns(kind)
    if unknown:
        return _error(world, "INVALID_FIELD", status=400)
    wanted = [_condition(each) for each in (asked["where"] or "").split(" AND ") if each]
    by_key = "Id IN " in (asked["where"] or "")
    things = [each for each in world.sorted(kind) if by_key or each.key not in trouble.hidden]
    if every:
        things = sorted([*things, *world.sorted(kind, gone=True)], key=lambda each: each.key)
    found = [each for each in things if all(fits(each) for fits in wanted)]
    limit = min(int(asked["limit"] or len(found)), len(found))
    page = found[: min(limit, BATCH)]
    rows = [_row(world, each, columns) for each in page]
    body: dict[str, Any] = {
        "totalSize": limit,
        "done": len(page) == limit,
        "records": [*rows, rows[0]] if trouble.twice and rows else rows,
    }
    if len(page) < limit:
        body["nextRecordsUrl"] = f"{_API}query/01g-{BATCH}"
    return _json(body, world)


def _condition(text: str) -> Callable[[Thing], bool]:
    """Whether a record fits `text`."""
    if text == "IsDeleted = TRUE":
        return lambda thing: thing.gone
    if text.startswith("SystemModstamp >= "):
        since = datetime.fromisoformat(text.removeprefix("SystemModstamp >= "))
        return lambda thing: thing.changed >= since
    if text.startswith("Id > "):
        above = text.removeprefix("Id > ").strip("'")
        return lambda thing: thing.key > above
    keys = set(re.findall(r"'(\w+)'", text.removeprefix("Id IN ")))
    return lambda thing: thing.key in keys


def _columns(kind: Kind) -> set[str]:
    joined = {Kind.CONTACT: {"Account", "MasterRecordId"}, Kind.DEAL: {"Roles"}}.get(kind, {"MasterRecordId"})
    return {"Id", "SystemModstamp", "IsDeleted", *_NAMES[kind], *_MORE[kind], *joined}


def _row(world: World, thing: Thing, columns: Sequence[str]) -> dict[str, Any]:
    known: dict[str, Any] = {name: thing.values.get(ours) or None for name, ours in _NAMES[thing.kind].items()}
    known |= {
        "Id": thing.key,
        "SystemModstamp": thing.changed.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        "MasterRecordId": thing.into or None,
        "AccountId": thing.company or None,
    }
    if thing.kind is Kind.CONTACT:
        known["Name"] = f"{thing.values['first']} {thing.values['last']}"
        known["CreatedDate"] = "2024-05-01T10:00:00.000+0000"
        known["HasOptedOutOfEmail"] = thing.values.get("opted_out") == "true"
        firm = world.things[Kind.COMPANY].get(thing.company)
        known["Account"] = {"Name": firm.values["name"], "Industry": firm.values["industry"]} if firm else None
    if thing.kind is Kind.DEAL:
        known["IsClosed"] = thing.values["stage"] != "open"
        known["IsWon"] = thing.values["stage"] == "won"
        known["Amount"] = float(thing.values["amount"])
        contacts = [{"ContactId": key} for key in sorted(thing.contacts)]
        known["OpportunityContactRoles"] = {"done": True, "records": contacts} if contacts else None
    wanted = {"OpportunityContactRoles" if name == "Roles" else name.split(".")[0] for name in columns}
    return {"attributes": {"type": "?"}, **{name: known.get(name) for name in wanted}}


def _describe(world: World, kind: Kind) -> Answer:
    names = sorted({"Id", "SystemModstamp", *_NAMES[kind], *_MORE[kind]})
    fields = [{"name": name, "label": name, "type": "string"} for name in names]
    return _json({"fields": [*fields, {"name": "MailingAddress", "label": "Address", "type": "address"}]}, world)


def _error(world: World, code: str, *, status: int) -> Answer:
    return _json([{"message": code.lower(), "errorCode": code}], world, status=status)


def _json(body: object, world: World, *, status: int = 200) -> Answer:
    return as_json(json.dumps(body), status=status, headers={"Date": world.now.strftime("%a, %d %b %Y %H:%M:%S GMT")})


def refused(world: World, trouble: Trouble, request: WebRequest, *, known: bool) -> Answer | None:
    """What goes wrong before the question is looked at; None when nothing does."""
    del request
    if not known:
        return _error(world, "INVALID_SESSION_ID", status=401)
    if trouble.forbidden:
        return _error(world, "API_DISABLED_FOR_ORG", status=403)
    if trouble.daily:
        return _error(world, "REQUEST_LIMIT_EXCEEDED", status=403)
    if trouble.take("throttled"):
        return as_json("[]", status=429, headers={"Retry-After": trouble.retry_after})
    return None
