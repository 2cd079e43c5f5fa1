"""Frames texts that others wrote as data, so that nothing in them can be taken for what the application says."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nexusplanner.application.agents.checking.lookalikes import CONTROL, visible


@dataclass(frozen=True, kw_only=True)
class Block:
    """One text with its label. tag: "passage" for what may be cited. attributes: in the order they are shown."""

    tag: str
    text: str
    attributes: Mapping[str, str]


def framed(blocks: Sequence[Block], *, salt: str) -> str:
    """The blocks between two lines that only this prompt has; the same blocks and salt give the same lines.

    Angle brackets, ampersands and quotation marks of labels are escaped, and characters that do not show are left
    out, so no text can close its block, open another or repeat the lines: they are named after what they enclose.
    """
    body = "\n".join(_shown(block) for block in blocks)
    mark = hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()[:20]
    return f"<data-{mark}>\n{body}\n</data-{mark}>"


def _shown(block: Block) -> str:
    labels = "".join(f' {name}="{_plain(value, quote=True)}"' for name, value in block.attributes.items())
    return f"<{block.tag}{labels}>{_plain(block.text, quote=False)}</{block.tag}>"


def _plain(text: str, *, quote: bool) -> str:
    shown = visible(text).replace(CONTROL, "")
    return html.escape(" ".join(shown.split()) if quote else shown, quote=quote)
