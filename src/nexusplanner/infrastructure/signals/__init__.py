"""Feeds of others: bytes that were fetched, read in a process of their own.

That process imports this package, so nothing is imported here.
"""
