"""What the engine knows the runs by; every process that enqueues or executes them must agree on it."""

SCHEMA = "dbos"
APPLICATION = "nexusplanner"
QUEUE = "runs"
WORKFLOW = "run"
VERSION = "runs-1"
"""Pinned, because the engine delivers only to workers of the version that enqueued. It names the meaning of a
workflow's inputs, not the release: a new release takes over the runs of the old one. Raise it when the inputs change."""
