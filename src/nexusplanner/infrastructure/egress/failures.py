"""What keeps an answer from coming, in words that hold nothing the other server wrote."""

from __future__ import annotations

from typing import Final

import h11
import httpcore

from nexusplanner.application.ports.fetching import FetchFailed

_TOO_LARGE_HEAD: Final = 431
"""What h11 would answer to a head larger than its buffer."""


def refused(message: str) -> FetchFailed:
    """The address is none that the server calls."""
    return _failed("FETCH_REFUSED", message, passing=False)


def too_large(message: str) -> FetchFailed:
    """More came than was asked for."""
    return _failed("FETCH_TOO_LARGE", message, passing=False)


def too_slow(*, host: str, seconds: float) -> FetchFailed:
    """The time was over before the answer was whole."""
    return _failed(
        "FETCH_TOO_SLOW", f"{host} did not answer within {seconds:g} seconds. Try again later.", passing=True
    )


def led_astray(message: str) -> FetchFailed:
    """The server sent on to where the request may not go."""
    return _failed("FETCH_REDIRECTS", message, passing=False)


def unreachable(message: str) -> FetchFailed:
    """There was no usable answer."""
    return _failed("FETCH_UNREACHABLE", message, passing=True)


def explained(error: Exception, *, host: str) -> FetchFailed:
    """The failure that an error of the connection stands for."""
    if isinstance(error, httpcore.TimeoutException):
        return unreachable(f"{host} did not answer. Check the address, or try again later.")
    if isinstance(error, httpcore.ConnectError):
        words = "uses a certificate that cannot be trusted" if _of_certificate(error) else "takes no connection"
        return unreachable(f"{host} {words}. Check the address, or try again later.")
    if _head_too_large(error):
        return too_large(f"{host} sent a longer head than any answer needs. Check the address.")
    return unreachable(f"{host} broke the connection off or did not speak HTTP. Check the address, or try again later.")


def _head_too_large(error: Exception) -> bool:
    """What h11 raised comes as the argument of the error of httpcore."""
    raised = error.args[0] if error.args else None
    return isinstance(raised, h11.RemoteProtocolError) and raised.error_status_hint == _TOO_LARGE_HEAD


def _of_certificate(error: BaseException) -> bool:
    return "CERTIFICATE_VERIFY_FAILED" in str(error)


def _failed(code: str, message: str, *, passing: bool) -> FetchFailed:
    error = FetchFailed(message, code=code)
    error.passing = passing
    return error
