"""Signed checkpoints as lines of JSON in the data folder, outside of the database.

Each line is canonical JSON (RFC 8785) and ends with an Ed25519 signature over the same object without `signature`, so
that whoever has the public key can check a copy anywhere. A line continues the one before it: none can be left out.
"""

from __future__ import annotations

import asyncio
import base64
import errno
import fcntl
import hashlib
import json
import logging
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from nexusplanner.domain.checkpoints import Checkpoint, CheckpointsBroken, Head
from nexusplanner.domain.shared import Invalid, TenantId
from nexusplanner.infrastructure.db.canonical import canonical

FORMAT = 1
SUFFIX = ".jsonl"
WEBHOOK_SECONDS = 5.0
LINES_AT_ONCE = 100
TAIL_BYTES = 256_000
"""More than the longest line has."""
_HASH = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)

Keys = Mapping[str, Ed25519PublicKey]
"""Public keys by their names."""


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a public key: the first 16 digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def public_pem(key: Ed25519PublicKey) -> str:
    """The public key as PEM, to give to others."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_public_key(text: str) -> Ed25519PublicKey:
    """A public key from PEM, or from its 32 bytes in URL-safe base64. Raises Invalid."""
    try:
        if "BEGIN" in text:
            found = load_pem_public_key(text.encode())
            if isinstance(found, Ed25519PublicKey):
                return found
        return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(text.strip()))
    except ValueError:
        message = "This is not an Ed25519 public key. Give the file that nexus ledger key writes."
        raise Invalid(message, fields={"key": message}) from None


def named(keys: Iterable[Ed25519PublicKey]) -> Keys:
    """The keys by their names."""
    return {key_id(key): key for key in keys}


def line_of(checkpoint: Checkpoint, *, key: Ed25519PrivateKey) -> bytes:
    """The signed line, with its end."""
    body = _body(checkpoint, key_name=key_id(key.public_key()))
    return canonical({**body, "signature": key.sign(canonical(body)).hex()}) + b"\n"


def read_lines(lines: Iterable[bytes], *, keys: Keys, tenant_id: TenantId | None = None) -> Iterator[Checkpoint]:
    """Checkpoints from their lines, in order; of this tenant when it is given.

    Raises CheckpointsBroken at the first line that is not as it was signed, or does not continue the line before it.
    """
    before: Checkpoint | None = None
    for number, line in enumerate(lines, start=1):
        try:
            found = _read(line, keys=keys)
        except _Bad as bad:
            raise CheckpointsBroken(f"Line {number} of the checkpoints {bad}") from None
        if tenant_id not in {None, found.tenant_id} or (before is not None and found.tenant_id != before.tenant_id):
            raise CheckpointsBroken(f"Line {number} of the checkpoints is of another workspace.")
        if before is not None and found.after != before.head:
            raise CheckpointsBroken(
                f"Line {number} of the checkpoints does not continue the line before it: one was taken out or moved."
            )
        before = found
        yield found


class _Bad(ValueError):
    """What is wrong with a line, as the end of a sentence."""


def _body(checkpoint: Checkpoint, *, key_name: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "tenant_id": str(checkpoint.tenant_id),
        "sequence": checkpoint.head.sequence,
        "hash": checkpoint.head.hash,
        "previous_sequence": checkpoint.after.sequence,
        "previous_hash": checkpoint.after.hash,
        "hashes": list(checkpoint.hashes),
        "at": checkpoint.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "key_id": key_name,
    }


def _read(line: bytes, *, keys: Keys) -> Checkpoint:
    """The checkpoint of a line. Raises _Bad."""
    try:
        told = json.loads(line)
        checkpoint = Checkpoint(
            tenant_id=TenantId(UUID(told["tenant_id"])),
            after=Head(sequence=told["previous_sequence"], hash=told["previous_hash"]),
            hashes=tuple(told["hashes"]),
            at=datetime.fromisoformat(told["at"]),
        )
        body = _body(checkpoint, key_name=told["key_id"])
        signature = bytes.fromhex(told["signature"])
        hashes = (checkpoint.after.hash, *checkpoint.hashes)
        as_written = line == canonical({**body, "signature": signature.hex()}) + b"\n"
        if not as_written or not all(_HASH.fullmatch(each) for each in hashes):
            raise _Bad("is not as it was written.")
    except _Bad:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        raise _Bad("is not as it was written.") from None
    key = keys.get(told["key_id"])
    if key is None:
        raise _Bad(f"is signed with the unknown key {told['key_id']!r}.")
    try:
        key.verify(signature, canonical(body))
    except InvalidSignature:
        raise _Bad(f"is not signed by the key {told['key_id']}: it was changed or forged.") from None
    return checkpoint


@dataclass(frozen=True, kw_only=True)
class CheckpointFiles:
    """One file of checkpoints for each tenant.

    folder: made when needed. key: signs. trusted: public keys of earlier or other signers. webhook: an address that is
    sent every line, empty for none.
    """

    folder: Path
    key: Ed25519PrivateKey = field(repr=False)
    trusted: Collection[Ed25519PublicKey] = ()
    webhook: str = field(default="", repr=False)

    @classmethod
    def signing_with(
        cls, seed: bytes, *, folder: Path, public_keys: Iterable[str] = (), webhook: str = ""
    ) -> CheckpointFiles:
        """Files signed with the Ed25519 key of these 32 bytes. public_keys: as `read_public_key` takes them."""
        trusted = tuple(read_public_key(text) for text in public_keys)
        return cls(folder=folder, key=Ed25519PrivateKey.from_private_bytes(seed), trusted=trusted, webhook=webhook)

    @property
    def keys(self) -> Keys:
        """Every public key whose signatures count."""
        return named([self.key.public_key(), *self.trusted])

    def path(self, tenant_id: TenantId) -> Path:
        """Where the tenant's checkpoints are."""
        return self.folder / f"{tenant_id}{SUFFIX}"

    def read(self, tenant_id: TenantId) -> Iterator[Checkpoint]:
        """Every checkpoint there is when the first is read, in order.

        Those that are added meanwhile may cover entries which a reader of the ledger does not see yet. Raises
        CheckpointsBroken at the first that is not what was signed.
        """
        path = self.path(tenant_id)
        if not path.exists():
            return
        with path.open("rb") as file:
            lines = _lines_within(file, size=_written_size(file))
            yield from read_lines(lines, keys=self.keys, tenant_id=tenant_id)

    def last(self, tenant_id: TenantId) -> Checkpoint | None:
        """The newest. A line that was not written to its end does not count. Raises CheckpointsBroken."""
        path = self.path(tenant_id)
        if not path.exists():
            return None
        with path.open("rb") as file:
            return self._last_in(file.fileno(), tenant_id=tenant_id)

    def add(self, checkpoint: Checkpoint) -> bool:
        """Sign and keep it; whether it still continues the newest, which another process may have added."""
        with self._locked(self.path(checkpoint.tenant_id)) as descriptor:
            last = self._last_in(descriptor, tenant_id=checkpoint.tenant_id)
            if checkpoint.after != (last.head if last else Head()):
                return False
            _drop_unfinished(descriptor)
            os.lseek(descriptor, 0, os.SEEK_END)
            _write(descriptor, line_of(checkpoint, key=self.key))
        return True

    def note(self, tenant_id: TenantId) -> None:
        """Remember that the tenant has entries, so that checkpoints are made for it. Never raises."""
        path = self.path(tenant_id)
        try:
            if not path.exists():
                with self._locked(path):
                    pass
        except OSError as error:
            _log.error("Checkpoints cannot be kept in %s: %s", self.folder, error)

    def noted(self) -> Sequence[TenantId]:
        """Tenants that have entries."""
        return [TenantId(UUID(path.stem)) for path in sorted(self.folder.glob(f"*{SUFFIX}")) if _is_id(path.stem)]

    async def deliver(self, tenant_id: TenantId) -> None:
        """Send what was not sent yet. A failure is logged; the next delivery repeats it."""
        if not self.webhook:
            return
        mark = self.folder / f"{tenant_id}.delivered"
        waiting = await asyncio.to_thread(self._lines_after, tenant_id, _number_in(mark))
        try:
            async with httpx.AsyncClient(timeout=WEBHOOK_SECONDS) as client:
                for first in range(0, len(waiting), LINES_AT_ONCE):
                    part = waiting[first : first + LINES_AT_ONCE]
                    answer = await client.post(
                        self.webhook,
                        content=b"".join(line for line, _ in part),
                        headers={"Content-Type": "application/x-ndjson"},
                    )
                    answer.raise_for_status()
                    mark.write_text(str(part[-1][1]), encoding="ascii")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            kind = type(error).__name__
            _log.warning("Checkpoints could not be sent to the webhook (%s); the next delivery repeats them.", kind)

    def _lines_after(self, tenant_id: TenantId, sequence: int) -> list[tuple[bytes, int]]:
        """Lines as they stand, of checkpoints behind `sequence`, each with the last entry it covers."""
        content = self.path(tenant_id).read_bytes() if self.path(tenant_id).exists() else b""
        lines = content.splitlines(keepends=True)
        found = read_lines(lines, keys=self.keys, tenant_id=tenant_id)
        each = ((line, one.head.sequence) for line, one in zip(lines, found, strict=True))
        return [(line, last) for line, last in each if last > sequence]

    def _last_in(self, descriptor: int, *, tenant_id: TenantId) -> Checkpoint | None:
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES))
        lines = [line + b"\n" for line in tail.split(b"\n")[:-1]]
        if not lines:
            return None
        try:
            return next(read_lines(lines[-1:], keys=self.keys, tenant_id=tenant_id))
        except CheckpointsBroken as broken:
            path = self.path(tenant_id)
            message = f"The last line of {path} is not as it was signed. Keep the file, and move it away to start anew."
            raise CheckpointsBroken(message) from broken

    @contextmanager
    def _locked(self, path: Path) -> Iterator[int]:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _write(descriptor: int, line: bytes) -> None:
    """Add the line and wait until it is on disk. Raises OSError when there is no room for all of it."""
    if os.write(descriptor, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)


def _written_size(file: BinaryIO) -> int:
    """Bytes of the file while nobody is writing a line to it."""
    fcntl.flock(file, fcntl.LOCK_SH)
    try:
        return os.fstat(file.fileno()).st_size
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _lines_within(file: BinaryIO, *, size: int) -> Iterator[bytes]:
    """The lines that begin in the first `size` bytes."""
    seen = 0
    for line in file:
        if seen >= size:
            return
        seen += len(line)
        yield line


def _number_in(path: Path) -> int:
    text = path.read_text(encoding="ascii", errors="replace") if path.exists() else ""
    return int(text) if text.isdecimal() else 0


def _drop_unfinished(descriptor: int) -> None:
    """Cut off a last line whose writing was interrupted."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - TAIL_BYTES)
    end = os.pread(descriptor, TAIL_BYTES, start).rfind(b"\n") + 1
    if start + end < size:
        _log.warning("The last checkpoint was not written to its end; it is made again.")
        os.ftruncate(descriptor, start + end)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
