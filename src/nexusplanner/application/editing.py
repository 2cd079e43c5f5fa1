"""How every edit goes: the caller's version is the record's, the new values make a record, the time is noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from nexusplanner.domain.shared import VersionConflict


class Editable(Protocol):
    """A record that people edit."""

    version: int

    def check(self) -> None:
        """Raise Invalid unless the fields make a record."""
        ...


def require_version(record: Any, *, version: int) -> None:
    """Raise VersionConflict unless the caller saw the record as it is."""
    if record.version != version:
        raise VersionConflict(
            f"This was changed since you read it: you have version {version}, it is at {record.version}. "
            "Look at what it is now, then edit again."
        )


def edit(record: Editable, *, changes: Mapping[str, object], version: int, now: datetime) -> None:
    """Set the fields named in `changes`. Raises VersionConflict, and Invalid when they make no record."""
    require_version(record, version=version)
    for name, value in changes.items():
        setattr(record, name, value)
    record.check()
    if hasattr(record, "updated_at"):
        record.updated_at = now
