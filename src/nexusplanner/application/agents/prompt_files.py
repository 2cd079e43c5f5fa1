"""The texts that tell models what to do: files with a name and a version, known by their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FRONT = re.compile(r"name: ([a-z_]+), version: (\d+)\n\n")
FRAME = "frame"
"""What every step is told before its own text."""


class BadPromptFile(RuntimeError):
    """A prompt file without a front line; the package is damaged."""


@dataclass(frozen=True, kw_only=True)
class PromptFile:
    """One file. sha256: of its bytes. text: without the front line."""

    name: str
    version: str
    sha256: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Instructions:
    """What a step is told: the frame and its own file. version: "<of the step>.<of the frame>". sha256: over both."""

    name: str
    version: str
    sha256: str
    text: str


@cache
def prompt_file(name: str) -> PromptFile:
    """The file of this name. Raises BadPromptFile, FileNotFoundError."""
    content = (resources.files(__package__) / "prompts" / f"{name}.md").read_bytes()
    text = content.decode()
    front = _FRONT.match(text)
    if front is None or front[1] != name:
        raise BadPromptFile(f"Begin prompts/{name}.md with the line “name: {name}, version: 1” and an empty one.")
    sha256 = hashlib.sha256(content).hexdigest()
    return PromptFile(name=name, version=front[2], sha256=sha256, text=text[front.end() :].strip())


@cache
def instructions(name: str) -> Instructions:
    """What the step of this name is told."""
    frame, own = prompt_file(FRAME), prompt_file(name)
    return Instructions(
        name=name,
        version=f"{own.version}.{frame.version}",
        sha256=hashlib.sha256(f"{frame.sha256}{own.sha256}".encode()).hexdigest(),
        text=f"{frame.text}\n\n{own.text}",
    )
