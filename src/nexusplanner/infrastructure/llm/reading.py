"""Reads what a model wrote: strictly, with one attempt to put right how it was wrapped, never what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from nexusplanner.application.ports.models import FailureKind, ModelFailure

T = TypeVar("T")

MOST_CHARACTERS: Final = 400_000
"""Ten times the longest answer that is ever asked for."""
LARGEST_NUMBER: Final = 1e15
"""Beyond it a float no longer holds every integer, and nothing in a plan is that large."""
_FENCE: Final = re.compile(r"```[\w-]*[ \t]*\r?\n(.*?)```", re.DOTALL)
"""What is between is stripped afterwards: two spaces of any length beside each other would take their product in time."""
_CURLY: Final = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'))
_REFUSAL: Final = re.compile(
    r"\W*(?:i(?:['\u2019]m| am) (?:sorry|unable|not able)|i (?:can(?:no|['\u2019])t|won['\u2019]t|must decline)|sorry)\b",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(r"[a-z_]{1,40}")
_ADAPTERS: Final[dict[type[Any], TypeAdapter[Any]]] = {}
_SCHEMAS: Final[dict[type[Any], dict[str, Any]]] = {}
"""Made once per output; there are about ten."""


class JsonAnswerReader:
    """Reads a recorded answer again, exactly as it was read when it came."""

    def __call__(self, text: str, *, output: type[T]) -> T:
        """The value. Raises ModelFailure."""
        return read_answer(text, output=output)[0]


def schema_of(output: type[Any]) -> Mapping[str, Any]:
    """The JSON schema of an output; not to be changed."""
    schema = _SCHEMAS.get(output)
    if schema is None:
        schema = _SCHEMAS[output] = _adapter(output).json_schema()
    return schema


def read_answer(text: str, *, output: type[T]) -> tuple[T, tuple[str, ...]]:
    """The value, and what was put right before it could be read.

    One attempt removes code fences and words around the JSON and straightens typographic quotes; brackets are never
    added, because a truncated answer closed that way is a valid shorter one. Fields nobody asked for are dropped.
    Raises ModelFailure: EMPTY, REFUSED, MALFORMED or INVALID; its reason quotes nothing of the answer.
    """
    failure: ModelFailure | None = None
    try:
        return _read(text, output=output)
    except ModelFailure as error:
        failure = error
    except Exception:  # what an output's own rules raise is the answer's fault, too
        failure = ModelFailure(FailureKind.INVALID, "The answer broke a rule of the output.")
    raise _bare(failure)


def partial_answer(text: str, *, output: type[T]) -> T | None:
    """What the beginning of an answer holds already: its complete parts; None while that is nothing that fits."""
    start = text.find("{")
    if start < 0 or len(text) > MOST_CHARACTERS:
        return None
    try:
        data = from_json(text[start:], allow_partial=True, allow_inf_nan=False)
    except ValueError:
        return None
    for shortened in _shortened(data):
        try:
            _check_values(shortened)
            return _adapter(output).validate_json(to_json(shortened), strict=True)
        except Exception:  # noqa: S112 - an unfinished part does not fit yet; the next try leaves it out
            continue
    return None


def _read(text: str, *, output: type[T]) -> tuple[T, tuple[str, ...]]:
    if not text.strip():
        raise ModelFailure(FailureKind.EMPTY, "The answer was empty.")
    if len(text) > MOST_CHARACTERS:
        raise ModelFailure(FailureKind.MALFORMED, "The answer was longer than any that was asked for.")
    for candidate, repaired in _candidates(text):
        try:
            data = from_json(candidate, allow_inf_nan=True)
        except ValueError:
            continue
        _check_values(data)
        return _validated(candidate, output=output), repaired
    if _REFUSAL.match(text) and "{" not in text:
        raise ModelFailure(FailureKind.REFUSED, "The model declined to answer.")
    raise ModelFailure(FailureKind.MALFORMED, "The answer was not JSON.")


def _candidates(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text as it is, then what the one repair makes of it."""
    stripped = text.strip().removeprefix("\ufeff")
    yield stripped, ()
    inner, done = stripped, []
    if found := _FENCE.search(inner):
        inner = found[1].strip()
        done.append("code fence removed")
    first, last = inner.find("{"), inner.rfind("}")
    if 0 <= first < last and (first > 0 or last < len(inner) - 1):
        inner = inner[first : last + 1]
        done.append("words around the JSON removed")
    if done:
        yield inner, tuple(done)
    if (straight := inner.translate(_CURLY)) != inner:
        yield straight, (*done, "typographic quotes straightened")


def _validated(text: str, *, output: type[T]) -> T:
    try:
        return _adapter(output).validate_json(text, strict=True)
    except ValidationError as error:
        places = sorted({".".join(_place(part) for part in each["loc"]) or "the whole" for each in error.errors()})
        reason = f"The answer does not fit what was asked, at {', '.join(places[:3])}."
    raise ModelFailure(FailureKind.INVALID, reason)


def _place(part: int | str) -> str:
    """A step of a path; what may be a model's own words is left out."""
    return str(part) if isinstance(part, int) or _FIELD.fullmatch(part) else "…"


def _check_values(data: object) -> None:
    """Refuse what JSON readers let through and databases, pages or sums do not bear."""
    stack = [data]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += [*value, *value.values()]
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str):
            if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ModelFailure(FailureKind.INVALID, "The answer holds characters that are no text.")
        elif isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
            raise ModelFailure(FailureKind.INVALID, "The answer holds a number that cannot be.")


def _shortened(data: object) -> Iterator[object]:
    """The data, then without the last part of its innermost unfinished list, then of the next one out."""
    yield data
    lists: list[list[Any]] = []
    value = data
    while isinstance(value, dict | list) and value:
        if isinstance(value, list):
            lists.append(value)
            value = value[-1]
        else:
            value = next(reversed(value.values()))
    for unfinished in reversed(lists):
        unfinished.pop()
        yield data


def _adapter(output: type[T]) -> TypeAdapter[T]:
    known: TypeAdapter[T] | None = _ADAPTERS.get(output)
    if known is None:
        known = _ADAPTERS[output] = TypeAdapter(output)
    return known


def _bare(failure: ModelFailure) -> ModelFailure:
    """Without the errors it came from: they quote the answer."""
    failure.__cause__ = failure.__context__ = None
    return failure.with_traceback(None)
