"""What a field was read from, and the pieces of a page that fields are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from nexusplanner.application.ports.web_pages import Block, Page

FieldName = Literal["name", "category", "description", "target_audience", "benefits", "proofs", "price"]
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]|&[a-zA-Z]{2,8};|&#")
_PRODUCTS: Final = ("Product", "ProductGroup", "SoftwareApplication", "WebApplication", "MobileApplication", "Service")


@dataclass(frozen=True, kw_only=True)
class Found:
    """One field, or one entry of a list, and the exact words of the page it was read from."""

    field: FieldName
    value: str
    quote: str
    quote_url: str


@dataclass(kw_only=True)
class Section:
    """What stands below one heading, up to the next. level: of the heading, 1 the largest; 0 above the first."""

    heading: str
    level: int = 0
    blocks: list[Block] = field(default_factory=list)

    def texts(self, tag: str) -> list[str]:
        """The texts of one kind of element."""
        return [block.text for block in self.blocks if block.tag == tag]


def found(name: FieldName, value: str, *, quote: str, page: Page) -> Found | None:
    """The field, when the page shows the quote and neither holds markup."""
    stands = bool(value and quote) and quote in page.whole
    clean = not _MARKUP.search(value) and not _MARKUP.search(quote)
    return Found(field=name, value=value, quote=quote, quote_url=page.url) if stands and clean else None


def sections(page: Page) -> list[Section]:
    """The page by its headings; what stands above the first is below an empty one."""
    found = [Section(heading="")]
    for block in page.blocks:
        if block.tag in HEADINGS:
            found.append(Section(heading=block.text, level=int(block.tag[1])))
        else:
            found[-1].blocks.append(block)
    return found


def lines(page: Page) -> list[str]:
    """What the page shows, without what it says of itself."""
    return [block.text for block in page.blocks]


def line_with(words: str, *, page: Page) -> str:
    """The first line of the page that holds the words, in whatever case; empty when none does."""
    wanted = words.casefold()
    return next((line for line in page.whole.split("\n") if wanted in line.casefold()), "")


def products(page: Page) -> list[Mapping[str, Any]]:
    """What the page offers, in schema.org terms."""
    return [each for each in page.linked_data if _is_product(each.get("@type"))]


def texts_of(described: Mapping[str, Any], *names: str) -> Iterator[str]:
    """The properties of these names that are texts."""
    for name in names:
        value = described.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and each.strip():
                yield " ".join(each.split())


def _is_product(kind: object) -> bool:
    kinds: Sequence[object] = kind if isinstance(kind, list) else [kind]
    return any(str(each).rpartition("/")[2] in _PRODUCTS for each in kinds)
