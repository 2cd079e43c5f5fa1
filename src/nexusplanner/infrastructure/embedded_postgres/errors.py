"""What can go wrong with the embedded database, in words that say what to do."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded database cannot be prepared, started, joined or stopped."""
