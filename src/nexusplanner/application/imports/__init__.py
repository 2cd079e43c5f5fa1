"""Input from files: services, signals, customers and actuals from CSV, whole or not at all."""

from nexusplanner.application.imports.fields import FIELDS, ColumnMapping, ImportKind
from nexusplanner.application.imports.use_cases import (
    ChannelOf,
    ImportPreview,
    ImportRejected,
    ImportReport,
    import_file,
    preview_import,
)

__all__ = [
    "FIELDS",
    "ChannelOf",
    "ColumnMapping",
    "ImportKind",
    "ImportPreview",
    "ImportRejected",
    "ImportReport",
    "import_file",
    "preview_import",
]
