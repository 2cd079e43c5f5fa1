"""Bodies as they were before they were packed, in bounded memory."""

from __future__ import annotations

import zlib
from typing import Final

from nexusplanner.infrastructure.egress.failures import too_large, unreachable

ACCEPTED: Final = "gzip, deflate"
_GZIP: Final = zlib.MAX_WBITS | 16
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZLIB_NIBBLE: Final = 8


class Body:
    """Collects one body. encoding: the Content-Encoding of the answer. limit: of bytes, packed as well as unpacked.

    Raises: FetchFailed for an encoding that was not asked for.
    """

    def __init__(self, *, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower().removeprefix("x-")
        if self._encoding not in {"", "identity", "gzip", "deflate"}:
            raise unreachable("The answer is packed in a way that was not asked for. Check the address.")
        self._limit = limit
        self._packed = 0
        self._unpacked = bytearray()
        self._unpacker: zlib._Decompress | None = None
        self._members = 0

    def add(self, part: bytes) -> None:
        """Take the next bytes of the answer. Raises: FetchFailed when it is too large or damaged."""
        self._packed += len(part)
        if self._encoding in {"", "identity"}:
            self._keep(part)
        else:
            self._unpack(part)
        self._check(self._packed)

    def whole(self) -> bytes:
        """The body. Raises: FetchFailed when its end is missing."""
        if self._unpacker is not None and not self._unpacker.eof:
            raise unreachable("The answer ended too early. Try again later.")
        return bytes(self._unpacked)

    def _unpack(self, part: bytes) -> None:
        try:
            while part:
                if self._unpacker is None or self._unpacker.eof:
                    if self._members and not part.startswith(_GZIP_MAGIC):
                        return
                    self._unpacker = zlib.decompressobj(self._window(part))
                    self._members += 1
                self._keep(self._unpacker.decompress(part, self._limit - len(self._unpacked) + 1))
                part = self._unpacker.unconsumed_tail or self._unpacker.unused_data
        except zlib.error:
            raise unreachable("The answer is damaged. Try again later.") from None

    def _window(self, part: bytes) -> int:
        """How to read what begins with `part`: servers mean two things by deflate."""
        if self._encoding == "gzip":
            return _GZIP
        return zlib.MAX_WBITS if part[0] & 0x0F == _ZLIB_NIBBLE else -zlib.MAX_WBITS

    def _keep(self, part: bytes) -> None:
        self._unpacked += part
        self._check(len(self._unpacked))

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise too_large(f"The answer holds more than {self._limit:,} bytes. Use a shorter page or feed.")
