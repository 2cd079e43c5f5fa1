"""The process that works on bytes from outside. It binds itself before it reads any of them.

Started as `python -I -m nexusplanner.infrastructure.bounded.child MEMORY SECONDS ANSWER`; reads a line of JSON
{"job": "module:function", "options": {…}} and then the bytes; writes one JSON object: {"answer": …} or
{"refused": {"code", "message"}}. What ends it otherwise is told by its exit status.
"""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = "nexusplanner."
OUT_OF_MEMORY = 70
ANSWER_TOO_LONG = 71
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "ctypes.")


def main() -> None:
    """Do the one job that standard input names, then end."""
    memory, seconds, longest = (int(text) for text in sys.argv[1:4])
    _bind(memory=memory, seconds=seconds)
    out = os.dup(1)
    os.dup2(2, 1)
    try:
        header = json.loads(sys.stdin.buffer.readline())
        sys.addaudithook(_watch)
        answer = _answer(header["job"], sys.stdin.buffer.read(), header["options"])
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    if len(answer) > longest:
        os._exit(ANSWER_TOO_LONG)
    while answer:
        answer = answer[os.write(out, answer) :]
    os._exit(0)


def _bind(*, memory: int, seconds: int) -> None:
    """Limits that the process cannot lift again: address space, CPU time, no core, no files, no processes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(nothing, (0, 0))


def _roots() -> tuple[Path, ...]:
    places = (sys.prefix, sys.base_prefix, *sys.path)
    return tuple(Path(place).resolve() for place in places if place)


_READABLE = _roots()


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """Refuse connections, other programs and files that are no part of the program."""
    if event.startswith(_REFUSED):
        raise PermissionError(event)
    if event == "open" and not isinstance(args[0], int):
        path = Path(os.path.realpath(os.fsdecode(args[0])))
        inside = any(path.is_relative_to(root) for root in _READABLE)
        if args[2] & _WRITING or not inside:
            raise PermissionError(str(path))


def _answer(job: str, data: bytes, options: dict[str, Any]) -> bytes:
    module, _, name = job.partition(":")
    if not module.startswith(PACKAGE):
        raise PermissionError(job)
    refusal = import_module("nexusplanner.domain.shared").DomainError
    work = getattr(import_module(module), name)
    try:
        answered = {"answer": work(data, **options)}
    except refusal as error:
        answered = {"refused": {"code": error.code, "message": error.message}}
    except RecursionError:
        answered = {"refused": {"code": "UNREADABLE", "message": "It is nested deeper than anything meant to be read."}}
    return json.dumps(answered, default=_plain).encode()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
