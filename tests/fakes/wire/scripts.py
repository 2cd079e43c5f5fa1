"""What a server says to which request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any

from tests.fakes.wire.behaviours import Behaviour
from tests.fakes.wire.invented import UNKNOWN_ID, Invention
from tests.fakes.wire.messages import Reply, Transport, WireRequest

Script = Callable[[WireRequest], Reply | Behaviour]
"""Decides request by request. May be called from one event loop only."""

HUGE = "HUGE-NUMBER"
_STATUSES: Mapping[Behaviour, tuple[int, str]] = {
    Behaviour.STATUS_400: (400, "The request could not be read"),
    Behaviour.STATUS_401: (401, "Incorrect API key provided"),
    Behaviour.STATUS_429: (429, "Too many requests"),
    Behaviour.STATUS_500: (500, "The server had an error"),
}
_TRANSPORTS: Mapping[Behaviour, Transport] = {
    Behaviour.RESET: Transport.RESET,
    Behaviour.HANG: Transport.HANG,
    Behaviour.DRIP: Transport.DRIP,
}


def by_schema(answers: Mapping[str, object], *, otherwise: Behaviour = Behaviour.VALID) -> Script:
    """Answers by the name of the output asked for: JSON-able values, texts as they are, replies or behaviours."""

    def decide(request: WireRequest) -> Reply | Behaviour:
        said = answers.get(request.schema_name, otherwise)
        if isinstance(said, Reply | Behaviour):
            return said
        return Reply(text=said if isinstance(said, str) else json.dumps(said))

    return decide


def in_turn(*said: Reply | Behaviour | str) -> Script:
    """One after the other; the last again and again."""
    turns = iter(said)
    last: Reply | Behaviour | str = said[-1]

    def decide(request: WireRequest) -> Reply | Behaviour:
        turn = next(turns, last)
        return turn if isinstance(turn, Reply | Behaviour) else Reply(text=turn)

    return decide


def hostile(payload: str | Callable[[str], object], *, cite: str | None = None, number: object = 10**15) -> Script:
    """Answers of the right shape that carry `payload` in every text, and numbers of an attacker's choice.

    payload: also by the name of the field. cite: the id to use in the place of a retrieved one.
    """
    string = payload if callable(payload) else lambda _: payload

    def decide(request: WireRequest) -> Reply:
        invention = Invention.of(request.prompt, string=string, cite=cite, number=number)
        return Reply(text=json.dumps(invention.answer(request.schema)))

    return decide


def behave(behaviour: Behaviour, request: WireRequest, *, retry_after: str) -> Reply:
    """The reply of this behaviour to this request. Errors repeat the key and the prompt, as careless servers do."""
    if behaviour in _STATUSES:
        status, words = _STATUSES[behaviour]
        headers = {"Retry-After": retry_after} if status == 429 else {}
        return Reply(status=status, error=f"{words}: {request.key} {request.prompt[:200]}", headers=headers)
    if behaviour in _TRANSPORTS:
        return Reply(text=_valid(request), transport=_TRANSPORTS[behaviour])
    if behaviour is Behaviour.HTML:
        page = f"<!doctype html><title>Proxy</title><p>Please sign in. {request.key}</p>"
        return Reply(body=page.encode(), content_type="text/html")
    return _spoken(behaviour, request)


def _spoken(behaviour: Behaviour, request: WireRequest) -> Reply:
    if behaviour is Behaviour.REFUSAL:
        return Reply(text="I cannot help with this request.", finish="refusal")
    text = _valid(request)
    if behaviour is Behaviour.TRUNCATED:
        return Reply(text=text[: len(text) * 2 // 3], finish="length")
    said: Mapping[Behaviour, Callable[[], str]] = {
        Behaviour.MALFORMED: lambda: text.replace('":', '" '),
        Behaviour.SCHEMA_INVALID: lambda: json.dumps({"surprise": [True], "also": {"this": "that"}}),
        Behaviour.UNKNOWN_EVIDENCE: lambda: _made(request, cite=UNKNOWN_ID),
        Behaviour.PROSE: lambda: f"Certainly! Here it is:\n\n```json\n{text}\n```\n\nI hope this helps.",
        Behaviour.EMPTY: lambda: "",
        Behaviour.WRONG_TYPES: lambda: _made(request, string=lambda _: 7, number="many"),
        Behaviour.NUMBERS: lambda: _not_numbers(_made(request, string=lambda _: HUGE, number=HUGE)),
    }
    return Reply(text=said[behaviour]() if behaviour in said else text)


def _not_numbers(text: str) -> str:
    signs = cycle(("NaN", "1e999", "-Infinity", "9" * 400))
    return re.sub(f'"{HUGE}"', lambda _: next(signs), text)


def _valid(request: WireRequest) -> str:
    return _made(request)


def _made(request: WireRequest, **options: Any) -> str:
    return json.dumps(Invention.of(request.prompt, **options).answer(request.schema), ensure_ascii=False)
