"""The way to servers that make vectors: tried again while that may help, and over in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import httpx2

from nexusplanner.application.ports.embedding import EmbeddingFailed
from nexusplanner.infrastructure.llm.wire import AddressRefused, AnswerTooLarge, RequestsOff, open_client

T = TypeVar("T")

PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE: Final = 20.0
CHARACTERS_PER_TOKEN: Final = 4
_MALFORMED: Final = "The server did not answer in the provider's format; check the model and the address."
_STATUSES: Final[Mapping[int, tuple[str, bool]]] = {
    401: ("The provider refused the key; check it in the AI settings.", False),
    403: ("The key may not use this model; check its rights at the provider.", False),
    404: ("The provider does not know this embedding model; check its name, region and address.", False),
    413: ("A passage was too long for the embedding model.", False),
    429: ("The provider takes no more requests at the moment.", True),
}


async def posted(
    http: httpx2.AsyncClient, url: str, *, content: bytes, headers: Mapping[str, str]
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The JSON object that was answered, and the answer's headers. Raises EmbeddingFailed, Retry."""
    answer = await http.post(url, content=content, headers={"Content-Type": "application/json", **headers})
    if answer.status_code != 200:
        raise _of_status(answer)
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise EmbeddingFailed(_MALFORMED, again=False)
    return found, answer.headers


class Retry(EmbeddingFailed):
    """Another try may help. pause: seconds the server asked for; None when it did not."""

    def __init__(self, reason: str, *, pause: float | None = None) -> None:
        super().__init__(reason, again=True)
        self.pause = pause


def _of_status(answer: httpx2.Response) -> EmbeddingFailed:
    status = answer.status_code
    words, again = _STATUSES.get(status, ("", status >= 500))
    words = words or (
        f"The provider had an error (status {status})."
        if again
        else f"The provider did not accept the request (status {status})."
    )
    if not again:
        return EmbeddingFailed(words, again=False)
    asked = answer.headers.get("retry-after", "")
    return Retry(words, pause=float(asked) if asked.isdigit() and len(asked) < 6 else None)


@dataclass(frozen=True, kw_only=True)
class Way:
    """A client for the time that is left. until: in the event loop's time."""

    http: httpx2.AsyncClient
    until: float

    async def again(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` finds, tried again while that may help and there is time. Raises EmbeddingFailed."""
        loop, pause = asyncio.get_running_loop(), PAUSE_SECONDS
        while True:
            try:
                return await _explained(work())
            except Retry as failed:
                wait = min(failed.pause if failed.pause is not None else pause, LONGEST_PAUSE)
                if loop.time() + wait >= self.until:
                    raise
                await asyncio.sleep(wait)
                pause *= 2


@asynccontextmanager
async def way_out(*, seconds: float) -> AsyncIterator[Way]:
    """A way to a server that is closed in time, whatever the server does. Raises EmbeddingFailed then."""
    until = asyncio.get_running_loop().time() + seconds
    try:
        async with asyncio.timeout_at(until), open_client(seconds=seconds) as http:
            yield Way(http=http, until=until)
    except TimeoutError:
        raise EmbeddingFailed("The provider did not answer in time.", again=True) from None


async def _explained(work: Awaitable[T]) -> T:
    try:
        return await work
    except (RequestsOff, AddressRefused) as error:
        raise EmbeddingFailed(str(error), again=False) from None
    except AnswerTooLarge:
        raise EmbeddingFailed("The answer was larger than any that was asked for.", again=False) from None
    except httpx2.HTTPError:
        raise Retry("The connection to the provider broke off.") from None


def tokens_of(reported: object, *, texts: Sequence[str]) -> int:
    """Tokens as reported where that can be, else counted from the characters."""
    if isinstance(reported, int) and not isinstance(reported, bool) and 0 < reported <= 100_000_000:
        return reported
    return sum(-(-len(text) // CHARACTERS_PER_TOKEN) for text in texts)
