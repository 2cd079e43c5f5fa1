"""Files of every kind that people upload, and of the kinds that are made to break whoever opens them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

import docx
from pypdf import PdfReader, PdfWriter

WORDS = "Our heat pump saves a third of the bill, as the institute measured in forty homes in 2025."
_DOCX_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_DOCX_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def written(objects: Iterable[bytes], *, trailer: str = "") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, size = len(out), len(places) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF"
        % (
            size,
            table,
            size,
            trailer.encode(),
            start,
        )
    )


def stream(content: bytes, *, entries: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries.encode(), content)


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with these lines on its pages."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        objects.append(_page(contents=5 + 2 * at))
        objects.append(stream(f"BT /F1 12 Tf 50 750 Td 14 TL {shown} ET".encode("cp1252")))
    return written(objects)


def _page(*, contents: int) -> bytes:
    fonts = "/Resources << /Font << /F1 3 0 R >> >>"
    return f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {fonts} /Contents {contents} 0 R >>".encode()


def bookmarked(data: bytes, titles: Mapping[int, str]) -> bytes:
    """The PDF with bookmarks by page, from 0, and a title."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.add_metadata({"/Title": "Annual report", "/CreationDate": "D:20260105120000Z"})
    for page, title in titles.items():
        writer.add_outline_item(title=title, page_number=page)
    return _saved(writer)


def protected(data: bytes, *, user: str) -> bytes:
    """The PDF encrypted; it opens with the user's password, which may be empty."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-256")
    return _saved(writer)


def _saved(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scanned_pdf() -> bytes:
    """Pages that are nothing but pictures."""
    return pdf([[], []])


def pdf_bomb(*, megabytes: int = 300) -> bytes:
    """A page whose drawing unpacks to very much."""
    packing = zlib.compressobj(9)
    some = b"a " * 500_000
    packed = b"".join((packing.compress(b"BT ("), *(packing.compress(some) for _ in range(megabytes)), packing.flush()))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _page(contents=5),
        stream(packed, entries="/Filter /FlateDecode"),
    ]
    return written(objects)


def operators_pdf(*, count: int = 1_500_000) -> bytes:
    """A page whose drawing is small for a filter and endless for a parser."""
    packed = zlib.compress(b"BT /F1 12 Tf " + b"(a) Tj " * count + b"ET", 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _page(contents=5),
        stream(packed, entries="/Filter /FlateDecode"),
    ]
    return written(objects)


def cyclic_pdf() -> bytes:
    """A tree of pages that contains itself."""
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>",
        ]
    )


def nested_pdf(*, depth: int = 50_000) -> bytes:
    """An array within an array within an array."""
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * depth + b"]" * depth])


def word(parts: Sequence[tuple[str, str]], *, table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file with headings, each with a paragraph."""
    made = docx.Document()
    for heading, text in parts:
        if heading:
            made.add_heading(heading, level=1)
        made.add_paragraph(text)
    if table:
        shown = made.add_table(len(table), len(table[0]))
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                shown.cell(row, column).text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def raw_word(body: str, *, prologue: str = "", extra: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file with this markup. prologue: before the document's element. extra: further entries of the archive."""
    entries: dict[str, bytes] = {
        "[Content_Types].xml": _DOCX_TYPES.encode(),
        "_rels/.rels": _DOCX_RELATIONS.encode(),
        "word/document.xml": (prologue + _BODY.format(body)).encode(),
        **(extra or {}),
    }
    return archive(entries)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def archive(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


def word_bomb(*, megabytes: int = 220) -> bytes:
    """A few hundred kilobytes that unpack to more than two hundred megabytes of markup."""
    return _long_word(megabytes)


def _long_word(megabytes: int) -> bytes:
    """Made without ever holding what it unpacks to."""
    out, some = io.BytesIO(), b"a" * 1_000_000
    before, after = _BODY.format(paragraph("#")).encode().split(b"#")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", _DOCX_TYPES)
        packed.writestr("_rels/.rels", _DOCX_RELATIONS)
        with packed.open("word/document.xml", "w") as part:
            part.write(before)
            for _ in range(megabytes):
                part.write(some)
            part.write(after)
    return out.getvalue()


def lying_word(*, megabytes: int = 60) -> bytes:
    """An archive that declares one kilobyte where it holds very much more."""
    data = _long_word(megabytes)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = packed.getinfo("word/document.xml").file_size
    return data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def entity_word() -> bytes:
    """A billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    return raw_word(paragraph("&l9;"), prologue=f"<!DOCTYPE w:document [{laughs}]>")


def outside_word() -> bytes:
    """A Word file that asks for a file of the machine and for a page of a server."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate" Target="http://127.0.0.1:9/template.dotm" TargetMode="External"/></Relationships>'
    )
    return raw_word(paragraph(WORDS), extra={"word/_rels/document.xml.rels": relations.encode()})


def deep_word(*, depth: int = 20_000) -> bytes:
    """Elements within elements."""
    return raw_word("<w:p>" * depth + "</w:p>" * depth)


def html(title: str, body: str, *, charset: str = "utf-8") -> bytes:
    text = (
        f'<!doctype html><html><head><meta charset="{charset}"><title>{title}</title></head><body>{body}</body></html>'
    )
    return text.encode(charset)
