"""Runs made again: to the same bytes, or with another model."""
