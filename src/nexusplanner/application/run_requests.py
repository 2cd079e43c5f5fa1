"""What a run was asked, as plain data in `Run.request`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nexusplanner.domain.shared import IdeaId, RunId


@dataclass(frozen=True, kw_only=True)
class Replaying:
    """A run to make again from its kept inputs, with another model first in order. provider: "rules" for no model."""

    run_id: RunId
    provider: str
    model: str


def request_of(
    *, note: str = "", idea_id: IdeaId | None = None, replaying: Replaying | None = None
) -> Mapping[str, Any]:
    """The request of a run; the brief stands with the campaign."""
    asked: dict[str, Any] = {"note": note, "idea_id": str(idea_id) if idea_id else None}
    if replaying is not None:
        asked["replays"] = {
            "run_id": str(replaying.run_id),
            "provider": replaying.provider,
            "model": replaying.model,
        }
    return asked


def note_of(request: Mapping[str, Any]) -> str:
    """What the user asked for in words, empty for none."""
    return str(request.get("note") or "")


def idea_of(request: Mapping[str, Any]) -> IdeaId | None:
    """The one idea to make anew."""
    found = request.get("idea_id")
    return IdeaId(UUID(str(found))) if found else None


def replaying_of(request: Mapping[str, Any]) -> Replaying | None:
    """The run that is made again with another model."""
    found = request.get("replays")
    if not isinstance(found, Mapping):
        return None
    return Replaying(run_id=RunId(UUID(str(found["run_id"]))), provider=found["provider"], model=found["model"])
