"""The whole schema: importing this module makes `metadata` complete."""

from nexusplanner.infrastructure.db import (
    analytics,
    audit,
    campaigns,
    catalog,
    customers,
    feedback,
    idempotency,
    identity,
    limits,
    measurement,
    runs,
    scenarios,
    sessions,
    signals,
)
from nexusplanner.infrastructure.db.types import metadata

__all__ = [
    "analytics",
    "audit",
    "campaigns",
    "catalog",
    "customers",
    "feedback",
    "idempotency",
    "identity",
    "limits",
    "measurement",
    "metadata",
    "runs",
    "scenarios",
    "sessions",
    "signals",
]
