"""Refuses XML that unfolds to far more than it holds, or that names files and servers to be read with it."""

from __future__ import annotations

import io
from typing import Any, Final
from xml.sax import SAXException
from xml.sax.xmlreader import InputSource

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.expatreader import DefusedExpatParser

from nexusplanner.domain.feeds import NoFeed

LONGEST_ENTITY: Final = 100
MOST_ENTITIES: Final = 300
"""As many as HTML has for its letters; feeds of old declare those."""
DEEPEST: Final = 200
UNFOLDS: Final = (
    "This feed defines abbreviations that unfold to far more than it holds, or that read other files. It is not read: "
    "ask its publisher for a plain one."
)
TOO_DEEP: Final = "This feed is nested deeper than any feed that is meant to be read."


class _Guard(DefusedExpatParser):  # type: ignore[misc]
    """Lets through abbreviations that stand for a few letters."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=False, forbid_entities=True, forbid_external=False)
        self._declared = 0
        self._depth = 0

    def defused_entity_decl(self, name: str, is_parameter_entity: int, value: str | None, *rest: Any) -> None:
        self._declared += 1
        plain = value is not None and len(value) <= LONGEST_ENTITY and "&" not in value and "%" not in value
        if is_parameter_entity or not plain or self._declared > MOST_ENTITIES:
            raise EntitiesForbidden(name, value, *rest)

    def start_element(self, name: str, attrs: Any) -> None:
        del name, attrs
        self._depth += 1
        if self._depth > DEEPEST:
            raise NoFeed(TOO_DEEP)

    def end_element(self, name: str) -> None:
        del name
        self._depth -= 1


def check_entities(xml: bytes) -> None:
    """Look at every declaration before anything is unfolded. xml: UTF-8. Raises NoFeed.

    What is not well formed is looked at up to its first fault; after it no parser here unfolds anything.
    """
    source = InputSource()
    source.setByteStream(io.BytesIO(xml))
    source.setEncoding("utf-8")
    try:
        _Guard().parse(source)
    except DefusedXmlException:
        raise NoFeed(UNFOLDS) from None
    except SAXException:
        return
