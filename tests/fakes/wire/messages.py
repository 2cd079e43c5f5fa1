"""What comes in and what goes out, apart from the wire format."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

SCHEMA_IN_PROMPT = re.compile(r"<json_schema>\s*(.*?)\s*</json_schema>", re.DOTALL)


class Transport(StrEnum):
    """How a reply travels. RESET: the connection is torn down. HANG: nothing ever comes. DRIP: byte by byte."""

    NORMAL = "normal"
    RESET = "reset"
    HANG = "hang"
    DRIP = "drip"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a model says. finish: "stop", "length" or "refusal". body: sent instead of the wire format's own."""

    text: str = ""
    finish: str = "stop"
    status: int = 200
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    transport: Transport = Transport.NORMAL


@dataclass(frozen=True, kw_only=True)
class WireRequest:
    """One request as it came. prompt: everything the model would read. schema: what the answer has to fit, if any."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    data: Mapping[str, Any]
    converse: bool
    stream: bool
    model: str
    prompt: str
    schema: Mapping[str, Any]
    schema_name: str

    @property
    def key(self) -> str:
        """The secret that came with it."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


def read_request(path: str, headers: Mapping[str, str], body: bytes) -> WireRequest | None:
    """The request of either wire format; None for any other address."""
    data: dict[str, Any] = json.loads(body or b"{}")
    if path.endswith("/chat/completions"):
        prompt = "\n".join(_chat_text(message.get("content")) for message in data.get("messages", ()))
        native = (data.get("response_format") or {}).get("json_schema") or {}
        return _request(path, headers, body, data, prompt=prompt, native=native, converse=False)
    if found := re.fullmatch(r"/model/([^/]+)/converse(-stream)?", path):
        blocks = [*data.get("system", ()), *(part for each in data.get("messages", ()) for part in each["content"])]
        prompt = "\n".join(block.get("text", "") for block in blocks)
        structure = ((data.get("outputConfig") or {}).get("textFormat") or {}).get("structure") or {}
        native = structure.get("jsonSchema") or {}
        model = {"model": unquote(found[1]), "stream": found[2] is not None}
        return _request(path, headers, body, data | model, prompt=prompt, native=native, converse=True)
    return None


def _request(
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    data: Mapping[str, Any],
    *,
    prompt: str,
    native: Mapping[str, Any],
    converse: bool,
) -> WireRequest:
    schema = native.get("schema") or {}
    if not schema and (found := SCHEMA_IN_PROMPT.search(prompt)):
        schema = found[1]
    if isinstance(schema, str):
        schema = json.loads(schema)
    return WireRequest(
        path=path,
        headers=headers,
        body=body,
        data=data,
        converse=converse,
        stream=bool(data.get("stream")),
        model=str(data.get("model", "")),
        prompt=prompt,
        schema=schema,
        schema_name=str(native.get("name") or schema.get("title") or ""),
    )


def _chat_text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content)
    return str(content or "")
