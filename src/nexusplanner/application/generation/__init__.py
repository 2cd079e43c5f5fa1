"""Generating a campaign's plan, step by step, so that a lost worker costs nothing that was finished."""
