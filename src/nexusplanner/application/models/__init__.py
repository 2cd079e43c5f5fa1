"""Asking language models: in order, inside a deadline and a budget."""
