"""Sources of signals: keeping them, fetching feeds, taking in what webhooks deliver."""

from nexusplanner.application.sources.fetching import FetchBook
from nexusplanner.application.sources.keeping import (
    SourceExists,
    create_source,
    delete_source,
    edit_source,
    get_source,
    renew_secret,
)
from nexusplanner.application.sources.previewing import SHOWN, Preview, preview
from nexusplanner.application.sources.receiving import Delivery, Received, receive
from nexusplanner.application.sources.starting import start_due_source, start_fetch

__all__ = [
    "SHOWN",
    "Delivery",
    "FetchBook",
    "Preview",
    "Received",
    "SourceExists",
    "create_source",
    "delete_source",
    "edit_source",
    "get_source",
    "preview",
    "receive",
    "renew_secret",
    "start_due_source",
    "start_fetch",
]
