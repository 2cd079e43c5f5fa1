"""Secrets at rest: AES-256-GCM, each bound to what it belongs to, so that it opens nowhere else."""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class CannotOpen(Exception):
    """The content was sealed with another key, or for something else, or it was changed."""


class Sealer:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._marking = hmac.digest(key, b"nexusplanner/marks", sha256)

    def seal(self, content: bytes, *, bound_to: bytes) -> bytes:
        """Nonce and ciphertext. bound_to: what the content belongs to; it opens with the same only."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, bound_to)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """The content. Raises CannotOpen."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except InvalidTag as error:
            raise CannotOpen from error

    def mark(self, content: bytes, *, bound_to: bytes) -> str:
        """64 hexadecimal digits by which the same content is known again, and that tell nothing without the key."""
        return hmac.digest(self._marking, len(bound_to).to_bytes(4) + bound_to + content, sha256).hex()


def new_key() -> bytes:
    """A key of 32 random bytes."""
    return AESGCM.generate_key(bit_length=256)
