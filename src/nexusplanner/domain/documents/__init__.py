"""Documents that were uploaded or read from the web, and what is quoted from them."""

from nexusplanner.domain.documents.document import LONGEST_NAME, MOST_BYTES, Document, DocumentState
from nexusplanner.domain.documents.kinds import MEDIA_TYPES, DocumentKind, UnknownKind, kind_of
from nexusplanner.domain.documents.parsed import Parsed, Section, Unreadable
from nexusplanner.domain.documents.pieces import MOST_PIECES, Piece, number, pieces_of

__all__ = [
    "LONGEST_NAME",
    "MEDIA_TYPES",
    "MOST_BYTES",
    "MOST_PIECES",
    "Document",
    "DocumentKind",
    "DocumentState",
    "Parsed",
    "Piece",
    "Section",
    "UnknownKind",
    "Unreadable",
    "kind_of",
    "number",
    "pieces_of",
]
