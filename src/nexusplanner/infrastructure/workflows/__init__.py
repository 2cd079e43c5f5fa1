"""Durable execution of runs on DBOS, in the application's own database."""

from nexusplanner.infrastructure.workflows.events import PostgresRunEvents
from nexusplanner.infrastructure.workflows.schema import prepare
from nexusplanner.infrastructure.workflows.start import WorkflowStarter
from nexusplanner.infrastructure.workflows.worker import DbosWorker, WorkerOptions

__all__ = ["DbosWorker", "PostgresRunEvents", "WorkerOptions", "WorkflowStarter", "prepare"]
