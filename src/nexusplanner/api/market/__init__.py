"""News and where it comes from."""
