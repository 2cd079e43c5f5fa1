"""What went wrong, in words that hold nothing a server, a library or a key's owner wrote."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UnexpectedModelBehavior,
    UserError,
)

from nexusplanner.application.ports.models import FailureKind, ModelFailure, Usage
from nexusplanner.infrastructure.llm.wire import AddressRefused, AnswerTooLarge, RequestsOff

_STATUSES: Final[Mapping[int, tuple[FailureKind, str]]] = {
    401: (FailureKind.UNAUTHORISED, "The provider refused the key; check it in the AI settings."),
    403: (FailureKind.UNAUTHORISED, "The key may not use this model; check its rights at the provider."),
    404: (FailureKind.BAD_REQUEST, "The provider does not know the model; check its name, region and address."),
    408: (FailureKind.TIMEOUT, "The provider gave up waiting for the model."),
    413: (FailureKind.BAD_REQUEST, "The question was too long for the model."),
    424: (FailureKind.SERVER_ERROR, "The provider's model failed."),
    429: (FailureKind.RATE_LIMITED, "The provider takes no more requests at the moment."),
}
_CODES: Final[Mapping[str, tuple[FailureKind, str]]] = {
    "context_length_exceeded": (FailureKind.BAD_REQUEST, "The question was too long for the model."),
    "insufficient_quota": (FailureKind.RATE_LIMITED, "The provider account has no credit left."),
    "UnrecognizedClientException": _STATUSES[401],
    "AccessDeniedException": _STATUSES[403],
}
_LATE: Final = (FailureKind.TIMEOUT, "The provider did not answer in time.")
_CLASSES: Final[tuple[tuple[tuple[type[BaseException], ...], tuple[FailureKind, str]], ...]] = (
    ((ModelQuotaExceededError,), _CODES["insufficient_quota"]),
    ((TimeoutError, ModelTimeoutError, ModelRequestTimeout), _LATE),
    (
        (ModelConnectionError, httpx2.HTTPError, OSError),
        (FailureKind.CONNECTION, "The connection to the provider broke off."),
    ),
    ((UserError,), (FailureKind.BAD_REQUEST, "This model cannot be asked that way; choose another one.")),
    (
        (ModelAPIError, UnexpectedModelBehavior),
        (FailureKind.MALFORMED, "The server did not answer in the provider's format; check the address."),
    ),
)
"""In this order: the first that fits."""


def explained(error: BaseException, *, usage: Usage) -> ModelFailure:
    """The failure that `error` stands for, cut off from it: errors of libraries hold requests, and those hold keys."""
    kind, reason = _kind(error)
    return ModelFailure(kind, reason, usage=usage, retry_after=_retry_after(error))


def _kind(error: BaseException) -> tuple[FailureKind, str]:
    if isinstance(error, ModelAPIError) and (known := _CODES.get(error.provider_error_code or "")):
        return known
    if isinstance(error, ModelHTTPError) and not isinstance(error, ModelQuotaExceededError):
        return _of_status(error)
    if (found := _own_limit(error)) is not None:
        return found
    for classes, known in _CLASSES:
        if isinstance(error, classes):
            return known
    return FailureKind.BAD_REQUEST, f"The request could not be made ({type(error).__name__})."


def _own_limit(error: BaseException) -> tuple[FailureKind, str] | None:
    """What our own limits did, found through the errors that libraries wrap around each other."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, RequestsOff):
            return FailureKind.CONNECTION, "Model requests are switched off in this process."
        if isinstance(seen, AddressRefused):
            return FailureKind.BAD_REQUEST, "The server does not call this address; change it in the AI settings."
        if isinstance(seen, AnswerTooLarge):
            return FailureKind.MALFORMED, "The answer was larger than any that was asked for."
        if isinstance(seen, httpx2.TimeoutException):
            return _LATE
        seen = seen.__cause__ or seen.__context__
    return None


def _of_status(error: ModelHTTPError) -> tuple[FailureKind, str]:
    if isinstance(error, ModelAuthenticationError) and error.status_code not in _STATUSES:
        return _STATUSES[401]
    if isinstance(error, ModelNotFoundError):
        return _STATUSES[404]
    if known := _STATUSES.get(error.status_code):
        return known
    if error.status_code >= 500:
        return FailureKind.SERVER_ERROR, f"The provider had an error (status {error.status_code})."
    return FailureKind.BAD_REQUEST, f"The provider did not accept the request (status {error.status_code})."


def _retry_after(error: BaseException) -> float | None:
    headers = error.headers or {} if isinstance(error, ModelHTTPError) else {}
    return seconds_to_wait(headers.get("retry-after", ""), now=datetime.now(UTC))


def seconds_to_wait(header: str, *, now: datetime) -> float | None:
    """What a Retry-After header asks for, as seconds or as a date, zero or more; None where it says nothing."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            at = parsedate_to_datetime(header)
        except (ValueError, TypeError, IndexError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else None
