"""Connections to customer systems: their rows, their sealed secrets, and the records that came through them."""

from nexusplanner.infrastructure.db.connections.store import SqlConnections

__all__ = ["SqlConnections"]
