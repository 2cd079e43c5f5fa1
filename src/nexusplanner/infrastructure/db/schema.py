"""The whole schema: importing this module makes `metadata` complete."""

from nexusplanner.infrastructure.db import (
    ai,
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
    recordings,
    scenarios,
    sessions,
    signals,
    spending,
)
from nexusplanner.infrastructure.db.types import metadata

__all__ = [
    "ai",
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
    "recordings",
    "sessions",
    "signals",
    "spending",
]
