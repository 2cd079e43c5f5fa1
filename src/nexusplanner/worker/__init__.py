"""Workflow shells: they carry ids, retry, and call one use case per step."""

from nexusplanner.worker.pacing import PacedUnitsOfWork, Pacing
from nexusplanner.worker.shell import PatientRunShell, Policy

__all__ = ["PacedUnitsOfWork", "Pacing", "PatientRunShell", "Policy"]
