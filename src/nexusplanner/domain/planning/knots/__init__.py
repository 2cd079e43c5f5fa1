"""Response curves as tables, and the best plan on a table."""
