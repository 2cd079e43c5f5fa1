"""One envelope for everything that goes wrong, and the one table of statuses."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from nexusplanner.api.shapes import ErrorBody, ErrorEnvelope
from nexusplanner.application.tracing import TRACE_ID
from nexusplanner.domain.shared import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
    VersionConflict,
)

STATUSES: Final[Mapping[type[DomainError], int]] = {
    Invalid: 422,
    NotFound: 404,
    VersionConflict: 412,
    Conflict: 409,
    Forbidden: 403,
    Unauthenticated: 401,
    TooMany: 429,
    Unavailable: 503,
    DomainError: 422,
}
RETRY_SECONDS = 5
_log = logging.getLogger(__name__)


class Malformed(DomainError):
    """The request cannot be read at all."""

    code = "MALFORMED_REQUEST"


class PreconditionRequired(DomainError):
    """An edit came without saying which version it edits."""

    code = "PRECONDITION_REQUIRED"


EDGE_STATUSES: Final[Mapping[type[DomainError], int]] = {Malformed: 400, PreconditionRequired: 428}
_BY_HTTP: Final[Mapping[int, tuple[str, str]]] = {
    400: ("MALFORMED_REQUEST", "The body could not be read. Check its form and its Content-Type."),
    404: ("ROUTE_NOT_FOUND", "There is nothing at this address. See /api/docs for the routes."),
    405: ("METHOD_NOT_ALLOWED", "This address does not take this method. The Allow header names those it takes."),
    413: ("BODY_TOO_LARGE", "The body is larger than the limit. Send less, or cut the file into parts."),
}
DESCRIPTIONS: Final[Mapping[int, str]] = {
    400: "The body cannot be read.",
    401: "Nobody is signed in, or the sign-in is over.",
    403: "The role does not grant this.",
    404: "There is no such record in this workspace.",
    409: "The record is not in a state that allows this.",
    412: "The record was edited since it was read; `details.current` is what it is now.",
    413: "The body is too large.",
    422: "A field is wrong; `fields` says which and how to correct it.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to come back.",
    503: "The database cannot be reached; Retry-After says when to come back.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Documentation of these error statuses for a route; wrong input is possible everywhere."""
    return {
        status: {"model": ErrorEnvelope, "description": DESCRIPTIONS[status]} for status in sorted({*statuses, 422})
    }


def status_of(error: DomainError) -> int:
    """The HTTP status of an error: that of its nearest ancestor in the tables."""
    table = {**STATUSES, **EDGE_STATUSES}
    return next(table[kind] for kind in type(error).__mro__ if kind in table)


def envelope(
    *,
    status: int,
    code: str,
    message: str,
    fields: Mapping[str, str] | None = None,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for one failure."""
    body = ErrorBody(
        code=code,
        message=message,
        details=dict(details or {}),
        fields=dict(fields or {}),
        timestamp=datetime.now(UTC),
        trace_id=TRACE_ID.get(),
    )
    content = ErrorEnvelope(error=body).model_dump(mode="json")
    return JSONResponse(content, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def response_of(error: DomainError) -> JSONResponse:
    """The response for what the product refuses."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if status in {429, 503}:
        headers["Retry-After"] = str(error.details.get("retry_after", RETRY_SECONDS))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return envelope(
        status=status,
        code=error.code,
        message=error.message,
        fields=error.fields,
        details=error.details,
        headers=headers,
    )


_WORDS: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field here. Remove it or correct its name.",
    "string_too_short": "Use at least {min_length} characters.",
    "string_too_long": "Use at most {max_length} characters.",
    "too_long": "Give at most {max_length} of them.",
    "string_type": "Write this as text in quotes.",
    "date_from_datetime_parsing": "Write a day like 2026-10-01.",
    "date_parsing": "Write a day like 2026-10-01.",
    "date_type": "Write a day like 2026-10-01.",
    "datetime_from_date_parsing": "Write an instant like 2026-10-01T09:30:00Z.",
    "datetime_parsing": "Write an instant like 2026-10-01T09:30:00Z.",
    "timezone_aware": "Give the time zone, as in 2026-10-01T09:30:00Z.",
    "uuid_parsing": "This is not an id. Copy it from the record itself.",
    "enum": "Use one of {expected}.",
    "literal_error": "Use one of {expected}.",
    "int_parsing": "Write a whole number.",
    "int_type": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_parsing": "Write a number.",
    "float_type": "Write a number.",
    "finite_number": "Write a finite number.",
    "bool_parsing": "Write true or false.",
    "bool_type": "Write true or false.",
    "greater_than": "Use more than {gt}.",
    "greater_than_equal": "Use {ge} or more.",
    "less_than_equal": "Use {le} or less.",
    "list_type": "Write a list in square brackets.",
    "model_attributes_type": "Send a JSON object, with Content-Type: application/json.",
    "model_type": "Write an object in braces.",
    "dict_type": "Write an object in braces.",
}


def _words(error: Mapping[str, Any]) -> str:
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "model_attributes_type" and len(error["loc"]) > 1:
        return _WORDS["model_type"]
    pattern = _WORDS.get(error["type"])
    return pattern.format(**error.get("ctx", {})) if pattern else f"{error['msg']}."


def _path(location: Sequence[str | int]) -> str:
    inside = location[1:] if location and location[0] in {"body", "query", "header", "path", "cookie"} else location
    return ".".join(str(part) for part in inside) or "body"


def invalid_request(errors: Iterable[Mapping[str, Any]]) -> JSONResponse:
    """The response for input that has not the documented form."""
    found = list(errors)
    broken = next((error for error in found if error["type"] == "json_invalid"), None)
    if broken is not None:
        reason = broken.get("ctx", {}).get("error", "not JSON")
        position = broken["loc"][-1]
        message = f"The body is not JSON: {reason} at character {position}."
        return envelope(status=400, code="MALFORMED_JSON", message=message, details={"position": position})
    if any(error["loc"][:1] == ("path",) for error in found):
        return envelope(status=404, code="NOT_FOUND", message="There is no record with this id in this workspace.")
    fields: dict[str, str] = {}
    for error in found:
        fields.setdefault(_path(error["loc"]), _words(error))
    message = f"Correct these fields: {', '.join(fields)}."
    return envelope(status=422, code="VALIDATION_FAILED", message=message, fields=fields)


def http_error(error: HTTPException) -> JSONResponse:
    """The response for what the framework refuses before a route is reached."""
    code, message = _BY_HTTP.get(error.status_code, ("REQUEST_REFUSED", HTTPStatus(error.status_code).phrase))
    return envelope(status=error.status_code, code=code, message=message, headers=error.headers)


def internal_error(error: Exception) -> JSONResponse:
    """The response for a defect: no word of it leaves the server; the trace id finds it in the log."""
    _log.error("request failed", exc_info=error, extra={"trace_id": TRACE_ID.get()})
    return envelope(
        status=500,
        code="INTERNAL_ERROR",
        message=f"Something went wrong here. Try again; if it stays, report trace {TRACE_ID.get()}.",
    )


def install(app: FastAPI) -> None:
    """Answer every failure of `app` in the envelope."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, DomainError):
            raise error
        if isinstance(error, VersionConflict) and "current" not in error.details:
            reader = getattr(request.state, "current", None)
            if reader is not None:
                error.details["current"] = await reader()
        return response_of(error)

    async def unreadable(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, RequestValidationError):
            raise error
        return invalid_request(error.errors())

    async def not_served(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        return http_error(error)

    app.add_exception_handler(DomainError, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, not_served)
