"""Storage in PostgreSQL: one file per capability with its tables, mapping, repository and read queries."""
