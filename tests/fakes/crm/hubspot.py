"""HubSpot's wire format: objects, search, properties, associations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.fakes.crm.trouble import Trouble
from tests.fakes.crm.world import Kind, Thing, World
from tests.fakes.web import Answer, WebRequest, as_json

MOST_FOUND = 10_000
ASSOCIATED_AT_ONCE = 3
"""Far fewer than the real one shows, so that the rest has to be asked for."""
_KINDS = {"companies": Kind.COMPANY, "contacts": Kind.CONTACT, "deals": Kind.DEAL}
_CHANGED = {
    Kind.COMPANY: "hs_lastmodifieddate",
    Kind.CONTACT: "lastmodifieddate",
    Kind.DEAL: "hs_lastmodifieddate",
}
_NAMES: Mapping[Kind, Mapping[str, str]] = {
    Kind.COMPANY: {
        "name": "name",
        "domain": "domain",
        "industry": "industry",
        "country": "country",
        "numberofemployees": "employees",
    },
    Kind.CONTACT: {
        "firstname": "first",
        "lastname": "last",
        "email": "email",
        "country": "country",
        "industry": "industry",
        "company": "company",
        "total_revenue": "revenue",
        "hs_email_optout": "opted_out",
    },
    Kind.DEAL: {
        "dealname": "name",
        "dealstage": "stage",
        "amount": "amount",
        "deal_currency_code": "currency",
        "closedate": "closed_on",
    },
}


def answer(world: World, trouble: Trouble, request: WebRequest) -> Answer | None:
    """What HubSpot says; None for a path it does not have."""
    parts = request.path.strip("/").split("/")
    if parts[:3] == ["crm", "v3", "properties"] and parts[3] in _KINDS:
        return _json({"results": _properties(_KINDS[parts[3]])}, world)
    if parts[:3] == ["crm", "v4", "associations"]:
        return _associations(world, _KINDS[parts[3]], _KINDS[parts[4]], json.loads(request.body))
    if parts[:3] != ["crm", "v3", "objects"] or parts[3] not in _KINDS:
        return None
    kind = _KINDS[parts[3]]
    if parts[4:] == ["search"]:
        return _search(world, trouble, kind, json.loads(request.body))
    if parts[4:] == ["batch", "read"]:
        return _batch(world, kind, json.loads(request.body))
    return _listed(world, trouble, kind, {name: values[0] for name, values in request.query.items()})


def _listed(world: World, trouble: Trouble, kind: Kind, query: Mapping[str, str]) -> Answer:
    archived = query.get("archived") == "true"
    things = [
        each
        for each in world.sorted(kind, gone=archived)
        if each.key > query.get("after", "") and not each.into and each.key not in trouble.hidden
    ]
    page, size = things[: int(query["limit"])], int(query["limit"])
    linked = [each for each in query.get("associations", "").split(",") if each]
    rows = [_row(each, query["properties"].split(","), linked=linked) for each in page]
    found: dict[str, Any] = {"results": _doubled(rows, trouble)}
    if len(things) > size:
        found["paging"] = {"next": {"after": page[-1].key, "link": "?"}}
    return _json(found, world)


def _search(world: World, trouble: Trouble, kind: Kind, asked: Mapping[str, Any]) -> Answer:
    filters = {(each["propertyName"], each["operator"]): each["value"] for each in asked["filterGroups"][0]["filters"]}
    since = datetime.fromtimestamp(int(filters[_CHANGED[kind], "GTE"]) / 1000, tz=UTC)
    above, offset = filters.get(("hs_object_id", "GT"), "0"), int(asked.get("after", 0))
    if offset + asked["limit"] > MOST_FOUND:
        return as_json(json.dumps({"status": "error", "category": "VALIDATION_ERROR"}), status=400)
    shown = [*world.sorted(kind), *(world.things[kind][key] for key in trouble.stale if key in world.things[kind])]
    found = sorted(
        (
            each
            for each in shown
            if each.changed >= since and int(each.key) > int(above) and each.key not in trouble.hidden
        ),
        key=lambda each: each.key,
    )
    page = found[offset : offset + asked["limit"]]
    rows = [_row(each, asked["properties"]) for each in page]
    told: dict[str, Any] = {"total": len(found), "results": _doubled(rows, trouble)}
    if offset + len(page) < len(found):
        told["paging"] = {"next": {"after": str(offset + len(page))}}
    return _json(told, world)


def _batch(world: World, kind: Kind, asked: Mapping[str, Any]) -> Answer:
    rows, missing = [], []
    for each in asked["inputs"]:
        thing = world.things[kind].get(each["id"])
        while thing is not None and thing.into:
            thing = world.things[kind].get(thing.into)
        if thing is None or thing.gone:
            missing.append(each["id"])
        else:
            rows.append(_row(thing, asked["properties"]))
    body = {"status": "COMPLETE", "results": rows, "errors": [{"context": {"ids": missing}}] if missing else []}
    return _json(body, world, status=207 if missing else 200)


def _associations(world: World, kind: Kind, other: Kind, asked: Mapping[str, Any]) -> Answer:
    results = []
    for each in asked["inputs"]:
        thing = world.things[kind].get(each["id"])
        ends = _ends(thing, other) if thing is not None else []
        rest = [end for end in ends if end > each.get("after", "")]
        if not rest:
            continue
        label = "Primary" if other is Kind.COMPANY else None
        row: dict[str, Any] = {
            "from": {"id": each["id"]},
            "to": [
                {
                    "toObjectId": int(end),
                    "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": label}],
                }
                for end in rest[:ASSOCIATED_AT_ONCE]
            ],
        }
        if len(rest) > ASSOCIATED_AT_ONCE:
            row["paging"] = {"next": {"after": rest[ASSOCIATED_AT_ONCE - 1]}}
        results.append(row)
    return _json({"status": "COMPLETE", "results": results}, world)


def _ends(thing: Thing, other: Kind) -> list[str]:
    if other is Kind.COMPANY:
        return [thing.company] if thing.company else []
    return sorted(thing.contacts)


def _row(thing: Thing, wanted: Sequence[str], *, linked: Sequence[str] = ()) -> dict[str, Any]:
    known = {ours: thing.values[name] for ours, name in _NAMES[thing.kind].items() if thing.values.get(name)}
    known |= {_CHANGED[thing.kind]: _instant(thing.changed), "hs_object_id": thing.key}
    known["hs_merged_object_ids"] = ";".join(thing.merged)
    if thing.kind is Kind.CONTACT:
        known["createdate"] = "2024-05-01T10:00:00.000Z"
    if thing.kind is Kind.DEAL:
        known["hs_is_closed"] = "true" if thing.values["stage"] != "open" else "false"
        known["hs_is_closed_won"] = "true" if thing.values["stage"] == "won" else "false"
    row: dict[str, Any] = {
        "id": thing.key,
        "properties": {name: known.get(name) for name in wanted},
        "updatedAt": _instant(thing.changed),
        "archived": thing.gone,
    }
    if linked:
        parts = {}
        for name in linked:
            ends = _ends(thing, _KINDS[name])
            shown = [{"id": end, "type": f"{thing.kind}_to_{_KINDS[name]}"} for end in ends[:ASSOCIATED_AT_ONCE]]
            parts[name] = {"results": shown}
            if len(ends) > ASSOCIATED_AT_ONCE:
                parts[name]["paging"] = {"next": {"after": ends[ASSOCIATED_AT_ONCE - 1]}}  # type: ignore[assignment]
        row["associations"] = {name: part for name, part in parts.items() if part["results"]}
    return row


def _properties(kind: Kind) -> list[dict[str, Any]]:
    names = [*_NAMES[kind], _CHANGED[kind], "hs_object_id", "hs_merged_object_ids"]
    names += {Kind.CONTACT: ["createdate"], Kind.DEAL: ["hs_is_closed", "hs_is_closed_won"]}.get(kind, [])
    return [{"name": name, "label": name.replace("_", " "), "type": "string", "hidden": False} for name in names]


def _doubled(rows: list[dict[str, Any]], trouble: Trouble) -> list[dict[str, Any]]:
    return [*rows, rows[0]] if trouble.twice and rows else rows


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(body: Mapping[str, Any], world: World, *, status: int = 200) -> Answer:
    return as_json(json.dumps(body), status=status, headers={"Date": world.now.strftime("%a, %d %b %Y %H:%M:%S GMT")})


def refused(world: World, trouble: Trouble, request: WebRequest, *, known: bool) -> Answer | None:
    """What goes wrong before the question is looked at; None when nothing does."""
    del request
    if not known:
        return _json({"status": "error", "category": "EXPIRED_AUTHENTICATION", "message": "expired"}, world, status=401)
    if trouble.forbidden:
        return _json({"status": "error", "category": "MISSING_SCOPES"}, world, status=403)
    if trouble.daily or trouble.take("throttled"):
        policy = "DAILY" if trouble.daily else "SECONDLY"
        body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": policy}
        return as_json(json.dumps(body), status=429, headers={"Retry-After": trouble.retry_after})
    return None
