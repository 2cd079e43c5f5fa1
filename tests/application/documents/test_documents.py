"""A document is kept, read by a run, and what may be cited of it follows."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import files, records
from tests.factories.reading import Library, make_library
from tests.factories.storage import units_of_work
from tests.fakes.web import Answer, WebServer

from nexusplanner.application.catalog import delete_service, restore_service
from nexusplanner.application.documents.use_cases import About, delete_document, file_name, page_address, show_document
from nexusplanner.application.knowledge.retrieval import retrieve
from nexusplanner.application.ports.retrieval import Wanted
from nexusplanner.domain.documents import DocumentState, UnknownKind
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import Conflict, DocumentId, Forbidden, Invalid, NotFound
from nexusplanner.domain.sources import Trust

REPORT = files.word([("Savings", files.WORDS), ("Prices", "The heat pump costs 8,999 euros with everything. " * 20)])
PAGE = files.html(
    "Northwind heat pumps",
    f"<main><h1>Heat pumps</h1><p>{files.WORDS * 4}</p><h2>Noise</h2><p>{'They hum softly. ' * 30}</p></main>",
)


@pytest.fixture
async def library(shared_engine: AsyncEngine) -> Library:
    return await make_library(shared_engine)


async def test_a_file_becomes_passages_that_can_be_found_and_quoted(library: Library) -> None:
    row = await library.upload("Brochure 2026.docx", REPORT, about=About(service_id=library.service.id))
    assert (row.state, row.passages, row.problem) == (DocumentState.QUEUED, 0, "")
    assert library.workflows.started == [row.run_id]
    done = await library.read(row)
    assert (done.state, done.problem, done.brand_id) == (DocumentState.INDEXED, "", library.brand.id)
    passages = await library.passages(done)
    assert len(passages) == done.passages == 2
    first = passages[0]
    assert first.id == f"document:{row.id}:1"
    assert (first.kind, first.trust, first.title) == (SourceKind.DOCUMENT, "own", "Brochure 2026: Savings")
    assert first.origin == "Brochure 2026"
    async with library.units.for_actor(library.actor) as uow:
        wanted = Wanted(service_id=library.service.id, kinds=frozenset({SourceKind.DOCUMENT}))
        found = await retrieve(uow, query="what did the institute measure in homes?", wanted=wanted)
    assert found[0].hit.passage.id == first.id
    (quote, *_) = found[0].quotes
    assert first.text[quote.start : quote.end] == quote.quote == files.WORDS


async def test_passages_of_a_pdf_name_their_page(library: Library) -> None:
    row = await library.read(await library.upload("Brochure.pdf", files.pdf([["First."], [files.WORDS]])))
    assert row.pages == 2
    assert [passage.origin for passage in await library.passages(row)] == ["Brochure, page 1", "Brochure, page 2"]


async def test_the_steps_tell_what_they_found(library: Library) -> None:
    row = await library.read(await library.upload("Brochure.pdf", files.pdf([[files.WORDS]] * 3)))
    async with library.units.for_actor(library.actor) as uow:
        assert row.run_id is not None
        run = await uow.runs.get(row.run_id)
    assert run.state is RunState.SUCCEEDED
    details = [step.detail for step in run.steps]
    assert details[0].startswith("Uploaded, ")
    assert details[1] == "3 pages, 270 characters of text."
    assert details[2] == "3 passages can be cited."


async def test_the_same_file_is_taken_once_for_each_brand_and_service(library: Library) -> None:
    row = await library.upload("a.txt", b"Heat pumps are quiet.")
    with pytest.raises(Conflict, match="is there already") as refused:
        await library.upload("b.txt", b"Heat pumps are quiet.")
    assert (refused.value.code, refused.value.details) == ("DOCUMENT_EXISTS", {"id": str(row.id)})
    other = await library.upload("a.txt", b"Heat pumps are quiet.", about=About(service_id=library.service.id))
    nobodys = await library.upload("a.txt", b"Heat pumps are quiet.", about=About())
    with pytest.raises(Conflict):
        await library.upload("a.txt", b"Heat pumps are quiet.", about=About())
    assert len({row.id, other.id, nobodys.id}) == 3


async def test_what_cannot_be_read_says_why(library: Library) -> None:
    row = await library.read(await library.upload("secret.pdf", files.protected(files.pdf([["a"]]), user="x")))
    assert (row.state, row.passages) == (DocumentState.FAILED, 0)
    assert row.problem == "This PDF is protected by a password. Save it without one and upload that."
    assert await library.passages(row) == []


async def test_what_is_not_read_is_not_kept(library: Library) -> None:
    with pytest.raises(UnknownKind, match="a program"):
        await library.upload("brochure.pdf", b"MZ\x90\x00\x03\x01")
    async with library.units.for_actor(library.actor) as uow:
        assert (await uow.read.documents.page()).total == 0


async def test_a_page_is_fetched_and_its_main_text_read(shared_engine: AsyncEngine) -> None:
    async with WebServer({"/pumps": Answer(PAGE)}) as server:
        library = await make_library(shared_engine, fetcher=server.fetcher())
        row = await library.add_page(server.url("/pumps#prices"))
        assert (row.name, row.url) == ("127.0.0.1/pumps", server.url("/pumps"))
        done = await library.read(row)
        assert (done.state, done.name, done.trust) == (DocumentState.INDEXED, "Heat pumps", Trust.UNVERIFIED)
        passages = await library.passages(done)
        assert [passage.title for passage in passages] == ["Heat pumps", "Heat pumps: Noise"]
        assert {(passage.trust, passage.url) for passage in passages} == {("unverified", server.url("/pumps"))}


async def test_read_again_a_page_keeps_the_ids_of_what_it_still_says(shared_engine: AsyncEngine) -> None:
    answers = {"/pumps": Answer(PAGE)}
    async with WebServer(answers) as server:
        library = await make_library(shared_engine, fetcher=server.fetcher())
        row = await library.read(await library.add_page(server.url("/pumps")))
        before = await library.passages(row)
        server.routes["/pumps"] = Answer(PAGE.replace(b"They hum softly", b"They make no noise"))
        row = await library.read(await library.reread(row.id))
        after = await library.passages(row)
    assert after[0] == before[0]
    assert [passage.id.rpartition(":")[2] for passage in after] == ["1", "3"]
    assert "no noise" in after[1].text
    assert row.passages == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "no page at this address"), (403, "asks for a sign-in"), (500, "answered with an error")],
)
async def test_a_page_that_is_not_there_says_so(shared_engine: AsyncEngine, status: int, words: str) -> None:
    async with WebServer({"/x": Answer("no", status=status)}) as server:
        library = await make_library(shared_engine, fetcher=server.fetcher())
        row = await library.read(await library.add_page(server.url("/x")))
    assert row.state is DocumentState.FAILED
    assert words in row.problem


async def test_an_address_that_is_not_public_is_not_called(library: Library) -> None:
    row = await library.read(await library.add_page("http://127.0.0.1/secret"))
    assert row.state is DocumentState.FAILED
    assert "127.0.0.1" in row.problem or "public" in row.problem


async def test_a_failed_reading_leaves_what_was_read_before(shared_engine: AsyncEngine) -> None:
    async with WebServer({"/pumps": Answer(PAGE)}) as server:
        library = await make_library(shared_engine, fetcher=server.fetcher())
        row = await library.read(await library.add_page(server.url("/pumps")))
        server.routes["/pumps"] = Answer("gone", status=410)
        row = await library.read(await library.reread(row.id))
    assert (row.state, row.passages) == (DocumentState.FAILED, 2)
    assert len(await library.passages(row)) == 2


async def test_it_is_read_by_one_run_at_a_time(library: Library) -> None:
    row = await library.upload("a.txt", b"Heat pumps are quiet.")
    with pytest.raises(Conflict) as refused:
        await library.reread(row.id)
    assert (refused.value.code, refused.value.details) == ("RUN_ACTIVE", {"run_id": str(row.run_id)})


async def test_a_deleted_document_takes_its_passages_and_its_run_along(library: Library) -> None:
    row = await library.read(await library.upload("a.docx", REPORT))
    passages = await library.passages(row)
    again = await library.reread(row.id)
    await library.delete(row.id)
    assert library.workflows.cancelled == [again.run_id]
    async with library.units.for_actor(library.actor) as uow:
        assert await uow.passages.read([passage.id for passage in passages]) == []
        with pytest.raises(NotFound):
            await uow.documents.content(row.id)
        with pytest.raises(NotFound):
            await uow.documents.get(row.id)


async def test_what_a_document_says_goes_with_its_service_and_comes_back_with_it(library: Library) -> None:
    row = await library.read(await library.upload("a.docx", REPORT, about=About(service_id=library.service.id)))
    other = await library.read(await library.upload("b.docx", REPORT))
    before = await library.passages(row)
    async with library.units.for_actor(library.actor) as uow:
        await delete_service(uow, service_id=library.service.id, now=records.NOW)
    assert await library.passages(row) == []
    async with library.units.for_actor(library.actor) as uow:
        found = await retrieve(uow, query="what did the institute measure in homes?")
    assert {each.hit.passage.id for each in found} >= {passage.id for passage in await library.passages(other)}
    assert not any(each.hit.passage.id.startswith(f"document:{row.id}:") for each in found)
    again = await library.read(await library.reread(row.id))
    assert f"service {library.service.name} was deleted" in again.problem
    assert await library.passages(row) == []
    async with library.units.for_actor(library.actor) as uow:
        await restore_service(uow, service_id=library.service.id)
    assert await library.passages(row) == before
    assert (await library.row(row.id)).problem == ""


async def test_a_document_is_deleted_while_a_step_of_its_run_begins(library: Library) -> None:
    row = await library.upload("a.docx", REPORT)
    assert row.run_id is not None
    async with library.units.for_actor(library.actor) as uow:
        await uow.runs.get(row.run_id, lock=True)
        deleting = asyncio.create_task(library.delete(row.id))
        await asyncio.sleep(0.2)
        await uow.documents.get(row.id, lock=True)
    await deleting
    assert library.workflows.cancelled == [row.run_id]


async def test_a_run_whose_document_is_gone_ends_in_words(library: Library) -> None:
    row = await library.upload("a.docx", REPORT)
    async with library.units.for_actor(library.actor) as uow:
        await uow.documents.remove(await uow.documents.get(row.id))
    with pytest.raises(NotFound):
        await library.read(row)
    async with library.units.for_actor(library.actor) as uow:
        assert row.run_id is not None
        run = await uow.runs.get(row.run_id)
    assert (run.state, run.error, run.retryable) == (
        RunState.FAILED,
        "The document was deleted while it was read.",
        False,
    )


async def test_the_text_is_kept_with_the_document_and_nowhere_else(library: Library) -> None:
    row = await library.read(await library.upload("a.docx", REPORT))
    async with library.units.for_actor(library.actor) as uow:
        assert row.run_id is not None
        run = await uow.runs.get(row.run_id)
        recordings = await uow.recordings.of_run(run)
        output = await uow.runs.output(run, step="parse", kind=dict[str, object])
    assert set(output) == {"pages", "passages", "characters"}
    assert "institute" not in str(recordings)


async def test_passages_made_again_from_nothing_are_the_same(library: Library) -> None:
    row = await library.read(await library.upload("a.docx", REPORT))
    before = await library.passages(row)
    async with library.units.for_actor(library.actor) as uow:
        await uow.passages.replace({f"document:{row.id}": [], f"catalog:{library.brand.id}": []})
        assert not await uow.passages.kept()
    async with library.units.for_actor(library.actor) as uow:
        await retrieve(uow, query="heat pump")
    assert await library.passages(row) == before


async def test_a_document_shows_its_first_passages(library: Library) -> None:
    text = "\n".join(f"Paragraph {n} tells of heat pumps. " * 20 for n in range(90)).encode()
    row = await library.read(await library.upload("a.txt", text))
    async with library.units.for_actor(library.actor) as uow:
        shown = await show_document(uow, document_id=row.id)
    assert len(shown.pieces) == 50 < row.passages


async def test_only_who_may_plan_takes_documents_and_nobody_sees_anothers(
    shared_engine: AsyncEngine, library: Library
) -> None:
    row = await library.upload("a.txt", b"Heat pumps are quiet.")
    viewer = Actor(tenant_id=library.actor.tenant_id, user_id=library.actor.user_id, role=Role.VIEWER)
    stranger = await make_library(shared_engine, name="Bob")
    async with units_of_work(shared_engine).for_actor(viewer) as uow:
        assert (await show_document(uow, document_id=row.id)).row.name == "a.txt"
        with pytest.raises(Forbidden):
            await delete_document(uow, document_id=row.id, now=records.NOW)
    with pytest.raises(NotFound):
        await stranger.delete(row.id)
    with pytest.raises(NotFound):
        await stranger.upload("a.txt", b"Heat pumps.", about=About(brand_id=library.brand.id))
    with pytest.raises(NotFound):
        await stranger.reread(DocumentId(records.brand(library.actor.tenant_id).id))


async def test_a_service_of_another_brand_is_refused(library: Library) -> None:
    other = records.brand(library.actor.tenant_id, name="Southwind")
    async with library.units.for_actor(library.actor) as uow:
        uow.brands.add(other)
    with pytest.raises(NotFound, match="service"):
        await library.upload("a.txt", b"x y z", about=About(brand_id=other.id, service_id=library.service.id))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_a_file_is_called_what_it_was_without_its_folders(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "javascript:alert(1)", "https://ada@a.example/", "http://[::1", "a"]
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        page_address(url)
    assert set(refused.value.fields) == {"url"}


async def test_the_same_file_that_is_uploaded_twice_at_once_is_there_once(library: Library) -> None:
    ended = await asyncio.gather(*(library.upload("Brochure.docx", REPORT) for _ in range(3)), return_exceptions=True)
    taken = [each for each in ended if not isinstance(each, BaseException)]
    refused = [each for each in ended if isinstance(each, Conflict)]
    assert (len(taken), {each.code for each in refused}) == (1, {"DOCUMENT_EXISTS"})
    assert {each.details["id"] for each in refused} == {str(taken[0].id)}
