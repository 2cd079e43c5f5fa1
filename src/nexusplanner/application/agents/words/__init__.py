"""Sentences about plans, ideas and what was learned."""
