"""Measurement at the edge: model versions, refits, experiments and the report."""
