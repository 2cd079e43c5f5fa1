"""The composition root: the only place that knows every adapter.

container = assemble(settings)           # the database opened and migrated, and everything one process needs on it
await container.start()                  # ... serve, work, or run a command ...
await container.stop()
container.database.close()
"""

from nexusplanner.bootstrap.agents import Writers, coordinator, run_steps
from nexusplanner.bootstrap.container import (
    PAGES,
    Container,
    SystemClock,
    application,
    assemble,
    build,
    checkpoint_files,
)
from nexusplanner.bootstrap.database import Database, NoOwner, migrate, open_database
from nexusplanner.bootstrap.outside import Outside

__all__ = [
    "PAGES",
    "Container",
    "Database",
    "NoOwner",
    "Outside",
    "SystemClock",
    "Writers",
    "application",
    "assemble",
    "build",
    "checkpoint_files",
    "coordinator",
    "migrate",
    "open_database",
    "run_steps",
]
