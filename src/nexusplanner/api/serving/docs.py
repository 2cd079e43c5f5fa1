"""The reference of the API as one page without scripts: it works offline and under a strict content policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

METHODS: Final = ("get", "post", "put", "patch", "delete")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
    "h2{margin-top:2.5rem}summary{cursor:pointer;padding:.4rem 0}code{font-size:.9em}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem;vertical-align:top;"
    "border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}details details{margin-left:1rem}"
)


def install(app: FastAPI) -> None:
    """Serve the page at /api/docs."""

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(reference_page(app.openapi(), nonce=request.state.nonce))

    app.router.add_route("/api/docs", page, methods=["GET"], include_in_schema=False)


def reference_page(document: Mapping[str, Any], *, nonce: str) -> str:
    """The page for an OpenAPI document. nonce: allows its style sheet."""
    info = document["info"]
    groups: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                groups.setdefault(operation.get("tags", ["Other"])[0], []).append(_operation(path, method, operation))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in groups.items())
    shapes = "".join(_shape(name, schema) for name, schema in document["components"]["schemas"].items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(info["title"])} API</title>'
        f'<style nonce="{escape(nonce)}">{_STYLE}</style></head><body><main>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
        f'<p>The same as a document for tools: <a href="/api/openapi.json">openapi.json</a>.</p>'
        f"{sections}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    parameters = "".join(_parameter(parameter) for parameter in operation.get("parameters", ()))
    table = f"<table><tr><th>Parameter<th>Where<th>Type<th>Meaning</tr>{parameters}</table>" if parameters else ""
    body = "".join(
        f"<p>Body ({escape(media)}): {_type(content['schema'])}</p>"
        for media, content in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = "".join(_answer(status, answer) for status, answer in operation["responses"].items())
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><code>{method.upper()} {escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}</summary><p>{escape(operation.get('description', ''))}</p>{table}{body}"
        f"<table><tr><th>Status<th>Answer<th>When</tr>{answers}</table></details>"
    )


def _parameter(parameter: Mapping[str, Any]) -> str:
    needed = " (required)" if parameter.get("required") else ""
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code>{needed}<td>{escape(parameter['in'])}"
        f"<td>{_type(parameter['schema'])}<td>{escape(parameter.get('description', ''))}</tr>"
    )


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    shapes = ", ".join(
        _type(content["schema"]) for content in answer.get("content", {}).values() if "schema" in content
    )
    return f"<tr><td>{escape(status)}<td>{shapes}<td>{escape(answer.get('description', ''))}</tr>"


def _shape(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' (required)' if field in required else ''}<td>{_type(kind)}</tr>"
        for field, kind in schema.get("properties", {}).items()
    )
    values = ", ".join(f"<code>{escape(str(value))}</code>" for value in schema.get("enum", ()))
    return (
        f'<details id="shape-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{escape(schema.get('description', ''))} {values}</p>{f'<table>{rows}</table>' if rows else ''}</details>"
    )


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _joined(schema[word])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    return escape(str(schema.get("format") or schema.get("type") or "any"))


def _joined(parts: Iterable[Mapping[str, Any]]) -> str:
    return " or ".join(_type(part) for part in parts)
