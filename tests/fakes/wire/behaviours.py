"""What a server of models may do instead of answering well."""

from __future__ import annotations

from enum import StrEnum


class Behaviour(StrEnum):
    """One way to answer, on either wire format."""

    VALID = "valid"
    MALFORMED = "malformed"
    SCHEMA_INVALID = "schema-invalid"
    UNKNOWN_EVIDENCE = "unknown-evidence"
    PROSE = "prose"
    EMPTY = "empty"
    REFUSAL = "refusal"
    TRUNCATED = "truncated"
    WRONG_TYPES = "wrong-types"
    NUMBERS = "numbers"
    STATUS_400 = "400"
    STATUS_401 = "401"
    STATUS_429 = "429"
    STATUS_500 = "500"
    RESET = "reset"
    HANG = "hang"
    DRIP = "drip"
    HTML = "html"


BEHAVIOURS: tuple[Behaviour, ...] = tuple(each for each in Behaviour if each is not Behaviour.HTML)
"""The seventeen of the fault matrix; HTML with status 200 is tried beside them."""

FAILING: tuple[Behaviour, ...] = tuple(each for each in Behaviour if each not in {Behaviour.VALID, Behaviour.PROSE})
"""Those that give no usable answer, for an output that carries evidence and numbers."""
