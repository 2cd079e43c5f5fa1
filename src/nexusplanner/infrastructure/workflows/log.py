"""The engine's log goes where the application's goes, and says only what an operator should look at."""

from __future__ import annotations

import logging

LOG_LEVEL = "WARNING"


def tame_log() -> None:
    """Keep the engine from writing to the console by itself; it does so when its logger has no handler."""
    logger = logging.getLogger("dbos")
    logger.setLevel(LOG_LEVEL)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
