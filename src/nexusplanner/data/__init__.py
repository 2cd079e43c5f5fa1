"""Packaged reference data with its sources."""
