"""Assistants: they answer from what a person may read anyway, and offer changes that a person accepts or declines."""
