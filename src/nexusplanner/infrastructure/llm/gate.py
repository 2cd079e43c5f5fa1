"""Whether model requests may leave this process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Gate:
    """open: test runs close it, so that no test reaches a model unless it has opened a server of its own."""

    open: bool = True


GATE = Gate()
