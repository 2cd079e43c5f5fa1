"""Password hashes: argon2id, slow on purpose, beside the event loop."""

from __future__ import annotations

import asyncio
import secrets
from functools import cached_property

from argon2 import Type
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 1
"""RFC 9106's second choice is 64 MiB and 3 passes; one lane, because a machine that serves has no idle cores."""


class Argon2Passwords:
    """Hashes and verifies passwords, `at_once` at a time, so that a rush of sign-ins cannot use up the memory."""

    def __init__(self, *, at_once: int = 2, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        hasher = Argon2Hasher(memory_cost=memory_kib, time_cost=passes, parallelism=LANES, type=Type.ID)
        self._hashes = PasswordHash((hasher,))
        self._turn = asyncio.Semaphore(at_once)

    async def hash(self, password: str) -> str:
        """A salted hash."""
        async with self._turn:
            return await asyncio.to_thread(self._hashes.hash, password)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether they fit; takes as long for a hash of nobody. A hash of another kind fits no password."""
        async with self._turn:
            return await asyncio.to_thread(self._verify, password, hashed)

    def _verify(self, password: str, hashed: str | None) -> bool:
        known = hashed is not None and Argon2Hasher.identify(hashed)
        fits = self._hashes.verify(password, hashed if known and hashed is not None else self._nobody)
        return known and fits

    @cached_property
    def _nobody(self) -> str:
        return self._hashes.hash(secrets.token_urlsafe())
