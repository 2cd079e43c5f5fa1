"""Fifty files of every kind, good and made to do harm: each ends in a clear state, and only its reader feels it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import files
from tests.factories.reading import Library, make_library
from tests.scale import scaled

from nexusplanner.domain.documents import DocumentState, UnknownKind
from nexusplanner.infrastructure.bounded import MEBIBYTE, Limits

LIMITS = Limits(memory=384 * MEBIBYTE, seconds=60)
AT_ONCE = 6
GROWTH = 50 * MEBIBYTE
PARTS = [("Savings", files.WORDS), ("Prices", "It costs 8,999 euros.")]
LETTERS, FLYERS, NOTES, PAGES = scaled((2, 2, 1, 1), full=(6, 5, 4, 4))
LONG = scaled(100, full=300)
"""Pages of the longest file."""
GERMAN = "Wärmepumpen sparen ein Drittel der Rechnung, wie das Institut in vierzig Häusern gemessen hat. " * 3


def good() -> dict[str, bytes]:
    """What can be read."""
    found = {f"letter-{n}.docx": files.word([(f"Letter {n}", files.WORDS), *PARTS]) for n in range(LETTERS)}
    found |= {f"flyer-{n}.pdf": files.pdf([[files.WORDS, f"Flyer {n}."]] * (n + 1)) for n in range(FLYERS)}
    found |= {f"note-{n}.md": f"# Note {n}\n\n{files.WORDS}\n".encode() for n in range(NOTES)}
    found |= {f"page-{n}.html": files.html(f"Page {n}", f"<h1>Page {n}</h1><p>{files.WORDS}</p>") for n in range(PAGES)}
    encodings = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    found |= {f"{encoding}.txt": GERMAN.encode(encoding) for encoding in encodings}
    return found | {
        "pdf-named.txt": files.pdf([[files.WORDS]]),
        "word-named.pdf": files.word(PARTS),
        "report.pdf": files.pdf([[files.WORDS] * 20 + [f"Page {n}."] for n in range(LONG)]),
        "bookmarks.pdf": files.bookmarked(files.pdf([[files.WORDS], ["Prices."]]), {0: "Savings", 1: "Prices"}),
        "owner-password.pdf": files.protected(files.pdf([[files.WORDS]]), user=""),
        "outside.docx": files.outside_word(),
        "table.docx": files.word(PARTS, table=[["a", "b"], ["c", "d"]]),
    }


def bad() -> dict[str, tuple[bytes, str]]:
    """What cannot, with what is said of it."""
    document = files.pdf([[files.WORDS]] * 3)
    letter = files.word(PARTS)
    return {
        "encrypted.pdf": (files.protected(document, user="secret"), "protected by a password"),
        "scan.pdf": (files.scanned_pdf(), "has no text in it"),
        "bomb.pdf": (files.pdf_bomb(), "unpacks to far more than it holds"),
        "cycle.pdf": (files.cyclic_pdf(), "damaged"),
        "nested.pdf": (files.nested_pdf(), "damaged"),
        "half.pdf": (document[: len(document) // 2], "damaged"),
        "head.pdf": (b"%PDF-1.7\n", "damaged"),
        "bomb.docx": (files.word_bomb(), "unpacks to far more than it holds"),
        "lying.docx": (files.lying_word(), "damaged"),
        "laughs.docx": (files.entity_word(), "declares entities"),
        "deep.docx": (files.deep_word(), "damaged"),
        "half.docx": (letter[: len(letter) // 2] + b"word/document.xml", "damaged"),
        "crowd.docx": (files.raw_word("", extra={f"x/{n}": b"" for n in range(5_100)}), "unpacks to far more"),
        "hollow.docx": (files.raw_word(""), "no text in it"),
        "hollow.html": (b"<html><body><script>x()</script></body></html>", "no text in it"),
    }


REFUSED = {
    "empty.pdf": (b"", "empty"),
    "program.pdf": (b"MZ\x90\x00\x03\x00\x00\x00", "a program"),
    "sheet.xlsx": (files.archive({"xl/workbook.xml": b"<x/>"}), "a spreadsheet"),
    "photo.docx": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "an image"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), "an older Office file"),
}


@dataclass
class Watched:
    """The greatest resident size and the limits seen of the processes that read."""

    peak: int = 0
    limits: set[str] = field(default_factory=set)

    def look(self) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                status = (folder / "status").read_text()
                if f"PPid:\t{os.getpid()}\n" in status and b"bounded.child" in (folder / "cmdline").read_bytes():
                    self.peak = max(self.peak, _kibibytes(status, "VmHWM") * 1024)
                    limits = (folder / "limits").read_text()
                    self.limits.add(limits.split("Max address space")[1].split()[0])


@asynccontextmanager
async def watching() -> AsyncIterator[Watched]:
    watched, stopped = Watched(), asyncio.Event()

    async def watch() -> None:
        while not stopped.is_set():
            watched.look()
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), 0.1)

    watcher = asyncio.create_task(watch())
    try:
        yield watched
    finally:
        stopped.set()
        await watcher


def _kibibytes(status: str, name: str) -> int:
    return int(status.split(f"{name}:")[1].split(maxsplit=1)[0])


def _own(name: str) -> int:
    return _kibibytes(Path("/proc/self/status").read_text(), name) * 1024


def _fresh_peak() -> int:
    """What this process takes now, from where its peak is counted anew."""
    Path("/proc/self/clear_refs").write_text("5")
    return _own("VmHWM")


async def _state(library: Library, name: str, content: bytes, *, turns: asyncio.Semaphore) -> tuple[str, str, int]:
    async with turns:
        row = await library.read(await library.upload(name, content))
    return row.state.value, row.problem, row.passages


async def test_each_of_fifty_files_ends_in_a_clear_state(shared_engine: AsyncEngine) -> None:
    read, unread = good(), bad()
    assert len(read) + len(unread) + len(REFUSED) == scaled(37, full=50)
    library = await make_library(shared_engine, limits=LIMITS)
    turns = asyncio.Semaphore(AT_ONCE)
    contents = read | {name: content for name, (content, _) in unread.items()}
    before = _fresh_peak()
    async with watching() as watched:
        states = dict(
            zip(
                contents,
                await asyncio.gather(*(_state(library, *each, turns=turns) for each in contents.items())),
                strict=True,
            )
        )
    for name in read:
        state, problem, passages = states[name]
        assert (state, problem) == ("indexed", ""), name
        assert passages > 0
    for name, (_, words) in unread.items():
        state, problem, passages = states[name]
        assert (state, passages) == ("failed", 0), name
        assert words in problem, f"{name}: {problem}"
    for name, (content, words) in REFUSED.items():
        with pytest.raises(UnknownKind, match=words):
            await library.upload(name, content)
    assert states["report.pdf"][2] >= LONG
    assert watched.limits - {"unlimited"} == {str(LIMITS.memory)}  # none yet in the instant after its start
    assert 0 < watched.peak < LIMITS.memory
    assert _own("VmHWM") - before < GROWTH


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("attributes.html", b"<p " + b" ".join(b"a%d=1" % n for n in range(800_000)) + b">x</p>"),
        ("operators.pdf", files.operators_pdf()),
    ],
    ids=["attributes", "operators"],
)
async def test_a_file_that_hangs_is_given_up(shared_engine: AsyncEngine, name: str, content: bytes) -> None:
    library = await make_library(shared_engine, limits=Limits(seconds=1))
    row = await library.read(await library.upload(name, content))
    assert row.state is DocumentState.FAILED
    assert (
        row.problem
        == "Reading this file took longer than 1 seconds and was given up. Save it more simply, or split it."
    )


async def test_a_file_that_needs_too_much_memory_ends_its_reader_alone(shared_engine: AsyncEngine) -> None:
    library = await make_library(shared_engine, limits=Limits(memory=96 * MEBIBYTE))
    big = files.html("A", f"<p>{files.WORDS}</p>" * 60_000)
    row = await library.read(await library.upload("big.html", big))
    assert row.state is DocumentState.FAILED
    assert "more than 96 MB of memory" in row.problem
    small = await library.read(await library.upload("small.txt", b"Heat pumps are quiet."))
    assert small.state is DocumentState.INDEXED
