"""What an agent hands back: its result, and what the ledger is to know of how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from nexusplanner.application.origins import Origin

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Record:
    """The part of a ledger entry that the agent knows; fields as in `Decision`."""

    agent: str
    agent_version: str
    origin: Origin
    summary: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    confidence: str = ""
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decided(Generic[T_co]):
    """A result with the record of the decision behind it."""

    value: T_co
    record: Record
