"""Indexes of passages in memory, one for each workspace."""
