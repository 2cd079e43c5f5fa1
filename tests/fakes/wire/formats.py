"""Replies in the two wire formats, whole and as streams."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.wire.messages import Reply, Transport, WireRequest

PIECE = 24
"""Characters of a streamed piece."""
_OPENAI_FINISH = {"stop": "stop", "length": "length", "refusal": "content_filter"}
_CONVERSE_FINISH = {"stop": "end_turn", "length": "max_tokens", "refusal": "content_filtered"}
_CONVERSE_ERRORS = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    429: "ThrottlingException",
    500: "InternalServerException",
}


def error_body(request: WireRequest, reply: Reply) -> tuple[bytes, Mapping[str, str]]:
    """The body and headers of an answer that is no answer."""
    if request.converse:
        kind = _CONVERSE_ERRORS.get(reply.status, "ModelErrorException")
        return json.dumps({"message": reply.error}).encode(), {"x-amzn-ErrorType": kind}
    return json.dumps({"error": {"message": reply.error, "type": "error", "code": str(reply.status)}}).encode(), {}


def whole(request: WireRequest, reply: Reply) -> bytes:
    """An answer in one piece."""
    tokens_in, tokens_out = _tokens(request, reply)
    if request.converse:
        content = [{"text": reply.text}] if reply.text else []
        return json.dumps(
            {
                "output": {"message": {"role": "assistant", "content": content}},
                "stopReason": _CONVERSE_FINISH[reply.finish],
                "usage": {
                    "inputTokens": tokens_in,
                    "outputTokens": tokens_out,
                    "totalTokens": tokens_in + tokens_out,
                },
                "metrics": {"latencyMs": 1},
            }
        ).encode()
    refused = reply.finish == "refusal"
    message = {"role": "assistant", "content": None if refused else reply.text}
    if refused:
        message["refusal"] = reply.text
    choice = {"index": 0, "message": message, "finish_reason": "stop" if refused else _OPENAI_FINISH[reply.finish]}
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_760_000_000,
            "model": f"{request.model}-answered",
            "choices": [choice],
            "usage": _openai_usage(tokens_in, tokens_out),
        }
    ).encode()


def streamed(request: WireRequest, reply: Reply) -> Iterator[bytes]:
    """An answer in pieces, each a whole event."""
    size = 1 if reply.transport is Transport.DRIP else PIECE
    pieces = [reply.text[at : at + size] for at in range(0, len(reply.text), size)]
    yield from (_converse_stream if request.converse else _openai_stream)(request, reply, pieces)


def _openai_stream(request: WireRequest, reply: Reply, pieces: list[str]) -> Iterator[bytes]:
    name = "refusal" if reply.finish == "refusal" else "content"
    finish = "stop" if reply.finish == "refusal" else _OPENAI_FINISH[reply.finish]
    deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({name: piece}, None) for piece in pieces]
    deltas.append(({}, finish))
    head = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": f"{request.model}-answered",
    }
    for delta, ended in deltas:
        yield _event(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": ended}]})
    yield _event(head | {"choices": [], "usage": _openai_usage(*_tokens(request, reply))})
    yield b"data: [DONE]\n\n"


def _converse_stream(request: WireRequest, reply: Reply, pieces: list[str]) -> Iterator[bytes]:
    tokens_in, tokens_out = _tokens(request, reply)
    yield _frame("messageStart", {"role": "assistant"})
    for piece in pieces:
        yield _frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
    if pieces:
        yield _frame("contentBlockStop", {"contentBlockIndex": 0})
    yield _frame("messageStop", {"stopReason": _CONVERSE_FINISH[reply.finish]})
    usage = {"inputTokens": tokens_in, "outputTokens": tokens_out, "totalTokens": tokens_in + tokens_out}
    yield _frame("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})


def _event(data: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def _frame(kind: str, data: Mapping[str, Any]) -> bytes:
    """One message of AWS's event stream: lengths, checksum, headers, payload, checksum."""
    headers = b"".join(
        _header(name, value)
        for name, value in ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event"))
    )
    payload = json.dumps(data).encode()
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    head = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return head + struct.pack("!I", zlib.crc32(head))


def _header(name: str, value: str) -> bytes:
    return bytes([len(name)]) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()


def _openai_usage(tokens_in: int, tokens_out: int) -> dict[str, int]:
    return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}


def _tokens(request: WireRequest, reply: Reply) -> tuple[int, int]:
    """Roughly four characters each."""
    return len(request.prompt) // 4 + 1, len(reply.text) // 4 + 1
