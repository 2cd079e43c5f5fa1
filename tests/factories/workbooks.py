"""Small Excel workbooks, written part by part so that tests decide what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OF = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)
DAY, INSTANT, PERCENT = 1, 2, 3
"""Styles of numbers."""


def text(words: str) -> str:
    """A cell's inside: a text."""
    return f't="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is>'


def number(value: float, *, style: int = 0, formula: str = "") -> str:
    """A cell's inside: a number, shown in a style; the value a formula had when the file was saved."""
    return f's="{style}">' + (f"<f>{escape(formula)}</f>" if formula else "") + f"<v>{value!r}</v>"


def truth() -> str:
    """A cell's inside: true."""
    return 't="b"><v>1</v>'


def failed(words: str = "#N/A") -> str:
    """A cell's inside: a formula that failed."""
    return f't="e"><f>X</f><v>{words}</v>'


def sheet(*rows: Sequence[str], first: int = 1) -> str:
    """A sheet's markup; empty insides are no cells. first: number of the first row."""
    lines = [
        f'<row r="{number}">'
        + "".join(f'<c r="{_column(at)}{number}" {inside}</c>' for at, inside in enumerate(row) if inside)
        + "</row>"
        for number, row in enumerate(rows, start=first)
    ]
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def texts(*lines: str) -> str:
    """A sheet of texts, written as lines of CSV without quotes."""
    return sheet(*([text(cell) if cell else "" for cell in line.split(",")] for line in lines))


def workbook(*sheets: tuple[str, str], hidden: frozenset[str] = frozenset()) -> bytes:
    """The file. sheets: name and markup of each."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"{_state(name, hidden)}/>'
        for at, (name, _) in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{_OF}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": _relations(f'<Relationship Id="rId1" Type="{_OF}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OF}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            related + f'<Relationship Id="rIdS" Type="{_OF}/styles" Target="styles.xml"/>'
        ),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{at}.xml": markup for at, (_, markup) in enumerate(sheets, start=1)},
    }
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    """An archive of these parts."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _state(name: str, hidden: frozenset[str]) -> str:
    return ' state="hidden"' if name in hidden else ""


def _column(at: int) -> str:
    return (_column(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
