"""Work on bytes from outside in a process of its own, bounded in memory and time, without secrets or a network."""

from nexusplanner.infrastructure.bounded.worker import MEBIBYTE, BoundedWorker, Limits

__all__ = ["MEBIBYTE", "BoundedWorker", "Limits"]
