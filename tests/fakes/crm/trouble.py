"""How a customer system misbehaves: what is asked for happens to the next requests, then it is well again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Trouble:
    """Everything that may go wrong.

    throttled: so many requests get a 429, each naming `retry_after` seconds. daily: every request is over the day's limit.
    broken: so many get a 500; unrenewed: so many that ask for a new token do. garbled: so many get what is no JSON; odd: JSON of another form. expire_after: the token is
    over after so many requests, once. forbidden: reading is not granted. slow: seconds before each answer.
    twice: every page repeats its first record at its end. hidden: keys that searches and lists do not show, though they
    are there. stale: keys of records that went but that searches still show. before: called with each path before it is
    answered, to change the world under a reader.
    """

    throttled: int = 0
    retry_after: str = "0"
    daily: bool = False
    broken: int = 0
    unrenewed: int = 0
    garbled: int = 0
    odd: int = 0
    expire_after: int | None = None
    forbidden: bool = False
    slow: float = 0.0
    twice: bool = False
    hidden: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    before: Callable[[str], None] | None = None

    def take(self, name: str) -> bool:
        """Whether this request is one of those it happens to."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0
