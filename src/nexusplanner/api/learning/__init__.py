"""Opinions, and what was learned from them."""
