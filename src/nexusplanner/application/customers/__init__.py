"""Keeping customers and the segments they form, and erasing a person."""
