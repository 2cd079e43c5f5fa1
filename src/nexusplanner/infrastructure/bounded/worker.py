"""Starts a fresh process for every job, and sees to it that it ends."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nexusplanner.domain.documents import Unreadable
from nexusplanner.infrastructure.bounded import child

MEBIBYTE = 2**20
_OUT_OF_MEMORY = frozenset({child.OUT_OF_MEMORY, -signal.SIGKILL, -signal.SIGABRT})
"""The system kills what takes too much, and code that is no Python ends itself when it is given no memory."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one job may take. memory: bytes of address space. seconds: CPU time and time on the clock, each.

    answer: bytes of JSON it may answer.
    """

    memory: int = 512 * MEBIBYTE
    seconds: float = 60
    answer: int = 32_000_000


@dataclass(frozen=True, kw_only=True)
class _Ended:
    status: int
    answer: bytes


class BoundedWorker:
    """Does jobs on bytes that nobody vouches for, each in a new process with an empty environment.

    A bomb ends that process and nothing else, and nothing of one job is left for the next. For one event loop.
    at_once: processes at the same time; further jobs wait, and waiting is not counted as their time.
    """

    def __init__(self, *, limits: Limits | None = None, at_once: int = 2) -> None:
        self.limits = limits or Limits()
        self._turns = asyncio.Semaphore(at_once)

    async def run(self, job: str, data: bytes, *, what: str = "file", options: dict[str, Any] | None = None) -> Any:
        """What the function answers, as JSON gives it back.

        job: "module:function" of this package; it takes the bytes and the options. what: the bytes in words, for
        messages. Raises Unreadable: what the function refused, or that it took too much memory or time, or broke.
        """
        header = json.dumps({"job": job, "options": options or {}}).encode() + b"\n"
        async with self._turns:
            try:
                async with asyncio.timeout(self.limits.seconds):
                    ended = await self._carry(header, data)
            except TimeoutError:
                raise self._too_slow(what) from None
        return self._read(ended, job=job, what=what)

    async def _carry(self, header: bytes, data: bytes) -> _Ended:
        limits = self.limits
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-B", "-X", "utf8", "-m", child.__name__),
            *(str(limits.memory), str(math.ceil(limits.seconds)), str(limits.answer)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            cwd="/",
        )
        try:
            answer, _ = await asyncio.gather(self._taken(process), _give(process, header, data))
            return _Ended(status=await process.wait(), answer=answer)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _taken(self, process: asyncio.subprocess.Process) -> bytes:
        """What the process writes, until it ends or has written more than it may."""
        taken = bytearray()
        while process.stdout is not None and (some := await process.stdout.read(MEBIBYTE)):
            taken += some
            if len(taken) > self.limits.answer:
                process.kill()
                break
        return bytes(taken)

    def _read(self, ended: _Ended, *, job: str, what: str) -> Any:
        if ended.status == -signal.SIGXCPU:
            raise self._too_slow(what)
        if ended.status in _OUT_OF_MEMORY and len(ended.answer) <= self.limits.answer:
            raise self._too_large(what)
        if ended.status == child.ANSWER_TOO_LONG or len(ended.answer) > self.limits.answer:
            message = f"This {what} holds more text than can be taken in at once. Split it into several."
            raise Unreadable(message, code="READING_TOO_LONG")
        if ended.status != 0:
            _log.warning("A process for %s ended with status %d.", job, ended.status)
            message = f"This {what} made its reader stop, so it is probably damaged. Save it again and send that."
            raise Unreadable(message, code="READING_BROKE_OFF")
        answered = json.loads(ended.answer)
        if "refused" in answered:
            raise Unreadable(answered["refused"]["message"], code=answered["refused"]["code"])
        return answered["answer"]

    def _too_slow(self, what: str) -> Unreadable:
        seconds = f"{self.limits.seconds:g} seconds"
        message = f"Reading this {what} took longer than {seconds} and was given up. Save it more simply, or split it."
        return Unreadable(message, code="READING_TOO_SLOW")

    def _too_large(self, what: str) -> Unreadable:
        most = f"{self.limits.memory // MEBIBYTE} MB of memory"
        message = f"Reading this {what} takes more than {most}: it unpacks to far more than it holds, or is damaged. "
        return Unreadable(f"{message}Save anew what is needed of it, and send that.", code="READING_TOO_LARGE")


async def _give(process: asyncio.subprocess.Process, header: bytes, data: bytes) -> None:
    if process.stdin is None:
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(header)
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    with suppress(BrokenPipeError, ConnectionResetError):
        await process.stdin.wait_closed()
