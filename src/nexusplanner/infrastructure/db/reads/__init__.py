"""Lists and searches: SQL straight to rows."""
