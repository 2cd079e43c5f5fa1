"""Connections to customer systems."""
