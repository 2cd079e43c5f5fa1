"""HTML elements whose texts are escaped by construction."""

from __future__ import annotations

from html import escape


class Html(str):
    """Markup that is safe to put into a page; any other text is escaped when it becomes a child."""

    __slots__ = ()


Child = str | float | None
"""A text, a number, markup, or nothing."""

VOID = frozenset({"meta", "line", "path", "rect", "circle"})


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Html:
    """An element. An attribute's underscores become dashes, one at its end is dropped; None leaves it out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID and not children:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """The children one after another."""
    return Html("".join(_child(each) for each in children if each is not None))


def _child(child: str | float) -> str:
    return child if isinstance(child, Html) else escape(_text(child))


def _text(value: str | float) -> str:
    """Numbers as short as a drawing needs them."""
    return value if isinstance(value, str) else f"{value:.6g}"
