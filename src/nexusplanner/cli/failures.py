"""What failures of the settings and the database mean to whoever typed the command."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from nexusplanner.bootstrap import NoOwner
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgresError
from nexusplanner.infrastructure.telemetry import TelemetryUnavailable


def told(error: Exception) -> tuple[str, dict[str, str]] | None:
    """The message with reasons by field; None for a failure that nobody foresaw."""
    if isinstance(error, (EmbeddedPostgresError, NoOwner, TelemetryUnavailable)):
        return str(error), {}
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {error.orig}", {}
    if isinstance(error, ValidationError):
        return "The settings are wrong.", {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}
    return None
