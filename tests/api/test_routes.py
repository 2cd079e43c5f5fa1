"""What holds for every route: it names a permission, is described, and keeps strangers out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.api.conftest import Stand
from tests.factories import records
from tests.factories.planned import REFERENCE
from tests.factories.spending import PROVIDER
from tests.factories.storage import Filled

from nexusplanner.api.app import documented_app
from nexusplanner.api.routing import GuardedRoute
from nexusplanner.application.learning.memory import list_memory
from nexusplanner.domain.feedback import FeedbackTarget
from nexusplanner.domain.identity import PERMISSIONS, Permission, Role

DOCUMENT: dict[str, Any] = documented_app().openapi()
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
PROTECTED = sorted(name for name, (_, _, operation) in OPERATIONS.items() if "security" in operation)
OPEN = {"getHealth", "getReady", "getSetup", "setUp", "signIn", "refreshSession", "signOut", "receiveSignals"}
CSV = b"name\nFloor heating\n"


def brief(owner: Filled) -> dict[str, Any]:
    return {
        "service_id": str(owner.service.id),
        "theme": "Spring",
        "start_date": "2026-04-06",
        "end_date": "2026-05-03",
        "total_budget": {"amount": "1000.00", "currency": "EUR"},
    }


def experiment(brand_id: str) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "channel": "search",
        "start_date": "2026-01-05",
        "end_date": "2026-01-18",
        "lift": {"mean": 120, "low": 80, "high": 160},
    }


def bodies(owner: Filled) -> dict[str, dict[str, Any]]:
    """What to send to each operation so that only the owner of the ids is answered with something."""
    brand_id, campaign_id = str(owner.brand.id), str(owner.campaign.id)
    file = {"files": {"file": ("services.csv", CSV, "text/csv")}, "data": {"kind": "services", "brand_id": brand_id}}
    return {
        "editBrand": {"json": {"region": "North"}},
        "editService": {"json": {"category": "Heat"}},
        "editSignal": {"json": {"title": "Prices"}},
        "editCustomer": {"json": {"region": "North"}},
        "editSegment": {"json": {"description": "Own a house."}},
        "editCampaign": {"json": {"name": "Summer"}},
        "editIdea": {"json": {"chosen": True}},
        "editStrategy": {"json": {"strategy": "Be found."}},
        "moveCampaign": {"json": {"status": "cancelled"}},
        "regenerateIdeas": {"json": {}},
        "regenerateIdea": {"json": {}},
        "regenerateStrategies": {"json": {}},
        "acceptAlternative": {"json": {}},
        "waiveClaim": {"json": {"owner": "explanation", "text": "Prices are rising.", "reason": "Known."}},
        "unwaiveClaim": {"json": {"owner": "explanation", "text": "Prices are rising."}},
        "sourceClaim": {
            "json": {
                "owner": "explanation",
                "text": "Prices are rising.",
                "passage_id": records.PASSAGE.id,
                "quote": "raised prices",
            }
        },
        "replayRunWith": {"json": {"provider": "rules"}},
        "askWithout": {"json": {"segment": "Home owners"}},
        "previewAllocation": {"json": {}},
        "saveAllocation": {"json": {}},
        "createScenario": {"json": {"name": "Less search"}},
        "editScenario": {"json": {"pinned": True}},
        "compareScenarios": {"params": {"id": ["plan", str(owner.scenario.id)]}},
        "suggestScenario": {"json": {"description": "cut 15 %"}},
        "previewFlights": {"json": {"flighting": {}}},
        "saveFlights": {"json": {"flighting": {}}},
        "forecastCampaign": {"json": {}},
        "createService": {"json": {"brand_id": brand_id, "name": "Floor heating"}},
        "createSegment": {"json": {"brand_id": brand_id, "name": "Tenants"}},
        "createSignal": {
            "json": {"brand_id": brand_id, "source": "s", "content": "c", "timestamp": "2026-03-01T00:00:00Z"}
        },
        "createCustomer": {"json": {"brand_id": brand_id, "external_id": "c-2", "name": "Alan"}},
        "createCampaign": {"json": {**brief(owner), "name": "Spring"}},
        "generateCampaign": {"json": brief(owner)},
        "giveFeedback": {
            "json": {
                "campaign_id": campaign_id,
                "feedback_type": "like",
                "target": "campaign",
                "target_id": campaign_id,
            }
        },
        "reportText": {
            "json": {
                "campaign_id": campaign_id,
                "target": "idea",
                "target_id": str(owner.campaign.require_plan().ideas[0].id),
                "reason": "untrue",
            }
        },
        "importModel": {
            "files": {"file": ("model.json", b"{}", "application/json")},
            "data": {"format": "meridian", "brand_id": brand_id},
        },
        "listModels": {"params": {"brand_id": brand_id}},
        "compareModels": {"params": {"first": str(owner.model.id), "second": str(owner.model.id)}},
        "adoptModel": {"json": {}},
        "rejectModel": {"json": {}},
        "refitBrand": {"json": {}},
        "getMeasurement": {"params": {"brand_id": brand_id}},
        "listExperiments": {"params": {"brand_id": brand_id}},
        "createExperiment": {"json": experiment(brand_id)},
        "editExperiment": {"json": {"notes": "Two regions."}},
        "uploadDocument": {
            "files": {"file": ("notes.txt", b"Heat pumps are quiet.", "text/plain")},
            "data": {"brand_id": brand_id},
        },
        "readPageDocument": {"json": {"url": "https://example.com/", "brand_id": brand_id}},
        "createSource": {"json": {"kind": "webhook", "name": "Press desk", "brand_id": brand_id}},
        "dismissSignal": {"json": {"reason": "irrelevant"}},
        "editSource": {"json": {"name": "Press office"}},
        "createConnection": {"json": {"kind": "hubspot", "name": "CRM", "brand_id": brand_id}},
        "editConnection": {"json": {"name": "Our CRM"}},
        "setConnectionClient": {"json": {"client_id": "c", "client_secret": "s"}},
        "setConnectionToken": {"json": {"token": "t"}},
        "saveConnectionMapping": {
            "json": {"customers": {"name": "email"}, "companies": {"name": "name"}, "deals": {"name": "dealname"}}
        },
        "previewConnection": {"json": {}},
        "syncConnection": {"json": {}},
        "previewImport": file,
        "importFile": file,
        "listActuals": {"params": {"brand_id": brand_id}},
        "getActualsSummary": {"params": {"brand_id": brand_id}},
        "getKnowledge": {"params": {"service_id": str(owner.service.id)}},
        "startSession": {"json": {"assistant": "planning", "campaign_id": campaign_id}},
        "say": {"json": {"text": "How is the budget split?"}},
        "eraseCustomer": {"json": {"reason": "Asked to be erased."}},
        "countSegment": {"json": {"brand_id": brand_id, "rules": []}},
        "unmaskDecision": {"json": {"reason": "The customer asked what we know."}},
        "listFeedback": {"params": {"campaign_id": campaign_id}},
        "setProviderKey": {"json": {"key": "sk-of-a-test"}},
        "testProvider": {"json": {}},
    }


async def path_ids(stand: Stand, owner: Filled) -> dict[str, str]:
    async with stand.container.units.for_actor(owner.actor) as uow:
        feedback = (await uow.read.feedback.page(campaign_id=owner.campaign.id)).items[0]
        decision = (await uow.read.decisions.page()).items[0]
        session = (await uow.read.sessions.page()).items[0]
        source = (await uow.sources.page()).items[0]
        draft = (await uow.sessions.messages(session.id))[-1].drafts[0]
        uow.feedbacks.add(
            records.feedback(
                owner.campaign,
                by=owner.user.id,
                target=FeedbackTarget.IDEA,
                target_id=owner.campaign.require_plan().ideas[0].id,
            )
        )
        await uow.flush()
        memory = (await list_memory(uow, brand_id=None, reference=REFERENCE, now=stand.clock.now()))[0]
        settings = await uow.ai.settings()
        provider = replace(PROVIDER, name=f"openai-{owner.tenant.id.hex[:8]}")
        settings.providers = (*settings.providers, provider)
        await uow.ai.save(settings)
    assert owner.campaign.plan is not None
    return {
        "name": provider.name,
        "brand_id": str(owner.brand.id),
        "service_id": str(owner.service.id),
        "signal_id": str(owner.signal.id),
        "document_id": str(owner.document.id),
        "connection_id": str(owner.connection.id),
        "customer_id": str(owner.customer.id),
        "segment_id": str(owner.segment.id),
        "campaign_id": str(owner.campaign.id),
        "idea_id": str(owner.campaign.plan.ideas[0].id),
        "run_id": str(owner.run.id),
        "scenario_id": str(owner.scenario.id),
        "alternative_id": str(owner.alternative.id),
        "model_id": str(owner.model.id),
        "experiment_id": str(owner.experiment.id),
        "feedback_id": str(feedback.id),
        "memory_id": str(memory.id),
        "decision_id": str(decision.id),
        "session_id": str(session.id),
        "source_id": str(source.id),
        "draft_id": str(draft.id),
        "channel": owner.campaign.plan.channel_plans[0].channel,
    }


def test_only_what_must_be_open_is_open() -> None:
    assert set(OPERATIONS) - set(PROTECTED) == OPEN


def test_every_route_is_described() -> None:
    for name, (method, path, operation) in OPERATIONS.items():
        assert operation["summary"], name
        assert operation["description"], name
        answers = set(operation["responses"])
        if name in PROTECTED:
            assert {"401", "403", "429"} <= answers, f"{method} {path}: {answers}"
        if "{" in path and name in PROTECTED:
            assert "404" in answers, f"{method} {path}"


def test_a_route_that_names_no_permission_cannot_be_made() -> None:
    async def unguarded() -> None:
        """Anybody could call this."""

    with pytest.raises(TypeError, match="names exactly one access"):
        GuardedRoute("/open", unguarded)


def test_the_committed_document_says_what_the_routes_say() -> None:
    committed = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == DOCUMENT, "run python scripts/openapi.py"


async def test_anonymous_callers_are_asked_to_sign_in_everywhere(stand: Stand) -> None:
    nobody = str(uuid4())
    async with stand.client() as client:
        for name in PROTECTED:
            method, path, operation = OPERATIONS[name]
            names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"]
            response = await client.request(method, path.format(**dict.fromkeys(names, nobody)))
            assert response.status_code == 401, f"{name}: {response.text}"
            assert response.json()["error"]["code"] == "UNAUTHENTICATED", name
            assert response.headers["www-authenticate"] == "Bearer"


async def test_a_role_without_the_permission_is_refused_before_anything_is_read(stand: Stand, ada: Filled) -> None:
    ids = await path_ids(stand, ada)
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as viewer:
        for name in PROTECTED:
            method, path, operation = OPERATIONS[name]
            if Permission(operation["x-permission"]) in PERMISSIONS[Role.VIEWER]:
                continue
            response = await viewer.request(method, path.format(**ids), **bodies(ada).get(name, {}))
            assert response.status_code == 403, f"{name}: {response.text}"
            assert response.json()["error"]["details"]["permission"] == operation["x-permission"]


async def test_another_tenants_id_is_not_found_on_any_route(stand: Stand, ada: Filled) -> None:
    bob = await stand.tenant("Bob")
    ids, requests = await path_ids(stand, bob), bodies(bob)
    taken_ids = {name for name, (_, path, _) in OPERATIONS.items() if "{" in path and name in PROTECTED} | set(requests)
    headers, refused = {"If-Match": '"1"'}, {}
    async with stand.client(ada.session) as stranger, stand.client(bob.session) as owner:
        for name in sorted(taken_ids):
            method, path, _ = OPERATIONS[name]
            response = await stranger.request(method, path.format(**ids), headers=headers, **requests.get(name, {}))
            assert response.status_code == 404, f"{name}: {response.status_code} {response.text}"
            refused[name] = response.json()["error"]["code"]
            assert refused[name].endswith("_NOT_FOUND"), name
        # The same requests find something for their owner, so the ids above were real. What deletes comes last.
        last = {"deleteCampaign": 1, "deleteBrand": 2}
        for name in sorted(taken_ids, key=lambda each: (each.startswith("delete"), last.get(each, 0), each)):
            method, path, _ = OPERATIONS[name]
            if name in {"followRun", "eraseCustomer"}:  # a stream without end; others need the customer
                continue
            response = await owner.request(method, path.format(**ids), headers=headers, **requests.get(name, {}))
            found = response.status_code != 404 or response.json()["error"]["code"] != refused[name]
            assert found, f"{name}: {response.text}"


async def test_lists_show_only_the_callers_own_records(stand: Stand, ada: Filled) -> None:
    bob = await stand.tenant("Bob")
    async with stand.client(ada.session) as client:
        for name in ("brands", "services", "signals", "customers", "segments", "campaigns", "runs", "decisions"):
            mine = (await client.get(f"/api/v1/{name}")).json()
            theirs = (await client.get(f"/api/v1/{name}", params={"brand_id": str(bob.brand.id)})).json()
            assert mine["total"] == 1, name
            assert str(bob.brand.id) not in json.dumps(mine), name
            if name in {"services", "customers", "segments", "campaigns", "signals"}:
                assert theirs["items"] == [], name
