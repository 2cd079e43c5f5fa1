"""Workflow shells: they carry ids, retry, and call one use case per step."""

from nexusplanner.worker.anchoring import AnchoringRunShell
from nexusplanner.worker.pacing import PacedUnitsOfWork, Pacing
from nexusplanner.worker.shell import PatientRunShell, Policy

__all__ = ["AnchoringRunShell", "PacedUnitsOfWork", "Pacing", "PatientRunShell", "Policy"]
