"""What a run was asked, as plain data in `Run.request`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nexusplanner.domain.shared import IdeaId


def request_of(*, note: str = "", idea_id: IdeaId | None = None) -> Mapping[str, Any]:
    """The request of a run; the brief stands with the campaign."""
    return {"note": note, "idea_id": str(idea_id) if idea_id else None}


def note_of(request: Mapping[str, Any]) -> str:
    """What the user asked for in words, empty for none."""
    return str(request.get("note") or "")


def idea_of(request: Mapping[str, Any]) -> IdeaId | None:
    """The one idea to make anew."""
    found = request.get("idea_id")
    return IdeaId(UUID(str(found))) if found else None
