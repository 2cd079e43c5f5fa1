"""Documents over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories import files
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

TEXT = files.WORDS.encode()


async def upload(
    client: httpx.AsyncClient, name: str = "notes.txt", content: bytes = TEXT, **form: str
) -> httpx.Response:
    return await client.post("/api/v1/documents", files={"file": (name, content)}, data=form)


async def test_an_uploaded_file_is_queued_to_be_read(client: httpx.AsyncClient, ada: Filled) -> None:
    answer = await upload(client, service_id=str(ada.service.id))
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert (document["state"], document["problem"], document["passages"]) == ("queued", "", 0)
    assert (document["name"], document["kind"], document["bytes"]) == ("notes.txt", "text", len(TEXT))
    assert (document["brand_id"], document["service_id"]) == (str(ada.brand.id), str(ada.service.id))
    assert document["trust"] == "own"
    run = (await client.get(f"/api/v1/runs/{document['run_id']}")).json()
    assert [step["label"] for step in run["steps"]] == ["Fetch it", "Read the text", "Make passages of it"]
    rows = (await client.get("/api/v1/documents", params={"service_id": str(ada.service.id)})).json()
    assert [row["id"] for row in rows["items"]] == [document["id"]]
    assert (await client.get("/api/v1/documents", params={"query": "NOTES"})).json()["total"] == 1


async def test_a_document_is_saved_never_shown(client: httpx.AsyncClient) -> None:
    page = files.html("A", "<script>alert(1)</script><p>Words.</p>")
    document = (await upload(client, "Übersicht 1.html", page)).json()
    answer = await client.get(f"/api/v1/documents/{document['id']}/file")
    assert answer.content == page
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%9Cbersicht%201.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "text/html"


async def test_the_same_file_twice_names_the_first(client: httpx.AsyncClient) -> None:
    first = (await upload(client)).json()
    answer = await upload(client, "again.txt")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("DOCUMENT_EXISTS", {"id": first["id"]})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"MZ\x90\x00\x03", "a program"),
        ("a.xlsx", files.archive({"xl/workbook.xml": b"<x/>"}), "a spreadsheet"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "an image"),
        ("a.txt", b"", "empty"),
    ],
)
async def test_what_is_not_read_is_refused(client: httpx.AsyncClient, name: str, content: bytes, words: str) -> None:
    answer = await upload(client, name, content)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "DOCUMENT_KIND")
    assert words in error["message"]
    assert error["fields"] == {"file": error["message"]}


async def test_a_file_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    assert (await upload(client, "a.txt", b"a " * 4_900_000)).json()["error"]["fields"] == {
        "file": "Choose a file of at most 9.5 MB."
    }
    assert (await upload(client, "a.txt", b"a " * 5_100_000)).status_code == 413


async def test_a_page_is_queued_to_be_fetched(client: httpx.AsyncClient, ada: Filled) -> None:
    body = {"url": "https://example.com/pumps#top", "brand_id": str(ada.brand.id)}
    answer = await client.post("/api/v1/documents/page", json=body)
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert (document["kind"], document["url"], document["trust"]) == ("page", "https://example.com/pumps", "unverified")
    assert (await client.get(f"/api/v1/documents/{document['id']}/file")).status_code == 404
    own = await client.post("/api/v1/documents/page", json={"url": "https://example.com/", "trust": "own"})
    assert own.json()["trust"] == "own"
    refused = await client.post("/api/v1/documents/page", json={"url": "file:///etc/passwd"})
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (422, {"url"})


async def test_a_document_is_deleted_with_everything(client: httpx.AsyncClient) -> None:
    document = (await upload(client)).json()
    assert (await client.delete(f"/api/v1/documents/{document['id']}")).status_code == 204
    assert (await client.get(f"/api/v1/documents/{document['id']}")).status_code == 404
    assert (await client.get(f"/api/v1/runs/{document['run_id']}")).json()["state"] == "cancelled"
    assert (await upload(client)).status_code == 201


async def test_a_document_that_is_being_read_is_not_read_twice(client: httpx.AsyncClient) -> None:
    document = (await upload(client)).json()
    answer = await client.post(f"/api/v1/documents/{document['id']}/read")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "RUN_ACTIVE")


async def test_a_viewer_reads_and_does_not_write(stand: Stand, ada: Filled, client: httpx.AsyncClient) -> None:
    document = (await upload(client)).json()
    path = f"/api/v1/documents/{document['id']}"
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as viewer:
        assert (await viewer.get(path)).status_code == 200
        assert (await viewer.get(f"{path}/file")).content == TEXT
        assert (await upload(viewer, "b.txt", b"More words.")).status_code == 403
        assert (await viewer.delete(path)).status_code == 403
        assert (await viewer.post(f"{path}/read")).status_code == 403


async def test_another_workspace_sees_nothing_of_it(stand: Stand, client: httpx.AsyncClient) -> None:
    document = (await upload(client)).json()
    path = f"/api/v1/documents/{document['id']}"
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as stranger:
        asked = [stranger.get(path), stranger.get(f"{path}/file"), stranger.delete(path), stranger.post(f"{path}/read")]
        assert {answer.status_code for answer in await asyncio.gather(*asked)} == {404}
        assert [row["id"] for row in (await stranger.get("/api/v1/documents")).json()["items"]] == [
            str(bob.document.id)
        ]
        assert (await upload(stranger)).status_code == 201


async def test_a_worker_reads_it_and_a_search_finds_it(database: TestDatabase, tmp_path: Path) -> None:
    async with open_stand(database, settings_in(tmp_path), worker=True) as stand:
        ada = await stand.tenant("Ada")
        async with stand.client(ada.session) as client:
            data = files.pdf([["Nothing of interest."], [files.WORDS]])
            document = (await upload(client, "Brochure.pdf", data, service_id=str(ada.service.id))).json()
            read = await _until_read(client, document["id"])
            assert (read["state"], read["pages"], read["passages"]) == ("indexed", 2, 2)
            assert [(shown["page"], shown["title"]) for shown in read["shown"]] == [(1, "Brochure"), (2, "Brochure")]
            found = (
                await client.get("/api/v1/retrieve", params={"q": "measured in forty homes", "kinds": "document"})
            ).json()
    passage = found["items"][0]["passage"]
    assert (passage["id"], passage["origin"], passage["trust"]) == (
        f"document:{document['id']}:2",
        "Brochure, page 2",
        "own",
    )


async def _until_read(client: httpx.AsyncClient, document_id: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            document: dict[str, Any] = (await client.get(f"/api/v1/documents/{document_id}")).json()
            if document["state"] not in {"queued", "reading"}:
                return document
            await asyncio.sleep(0.2)
