"""Fitting files, as `nexus fit` does."""
