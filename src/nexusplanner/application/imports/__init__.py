"""Input from files: records and actuals from CSV and workbooks, whole or not at all."""

from nexusplanner.application.imports.fields import ColumnMapping
from nexusplanner.application.imports.kinds import FIELDS, ImportKind
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
