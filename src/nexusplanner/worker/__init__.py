"""Workflow shells: load nothing, decide nothing, call one use case."""
