"""Adapters: everything that talks to something."""
