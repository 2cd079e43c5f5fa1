"""Embedders on this machine: static models in a folder whose files must hash to what was pinned, at every load.

What is loaded is what was hashed: the files are read once, and the model is made of those bytes. Nothing in a folder is
executed or unpickled, and nothing is fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from nexusplanner.application.ports.embedding import Embedded, EmbeddingFailed, Purpose
from nexusplanner.domain.ai import Provider
from nexusplanner.domain.embedding import EmbedderChoice
from nexusplanner.infrastructure.embedders.vectors import WIDEST, unit

if TYPE_CHECKING:
    from model2vec import StaticModel

MOST_FILES: Final = 200
MOST_BYTES: Final = 2_000_000_000
KEPT: Final = 2
"""Models in memory at a time."""
_PARTS: Final = ("model.safetensors", "tokenizer.json", "config.json")
MISSING: Final = (
    "Models on this machine need optional packages. Install nexusplanner[local-embeddings] and start the server again."
)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model and the hash of the files it was made of."""

    sha256: str
    model: StaticModel

    @property
    def dimensions(self) -> int:
        """Of its vectors."""
        return int(self.model.dim)


class LocalModels:
    """The models below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._loaded: dict[str, Loaded] = {}
        self._lock = threading.Lock()

    def load(self, directory: str, *, sha256: str) -> Loaded:
        """The model of a folder, read anew unless the one of this hash is in memory. sha256: empty for any.

        Raises: EmbeddingFailed when the folder is no model, lies elsewhere, or its files are not those that were pinned.
        """
        with self._lock:
            if sha256 and sha256 in self._loaded:
                return self._loaded[sha256]
            files = self._files(directory)
            parts, found = _read(files)
            if sha256 and found != sha256:
                raise EmbeddingFailed(
                    f"The files in the folder {directory} have changed: they hash to {found}, and {sha256} was pinned. "
                    "Put the old files back, or choose the folder again.",
                    again=False,
                )
            loaded = Loaded(sha256=found, model=_made(parts))
            if sha256:
                self._loaded[sha256] = loaded
                while len(self._loaded) > KEPT:
                    del self._loaded[next(iter(self._loaded))]
            return loaded

    def _files(self, directory: str) -> dict[str, Path]:
        """The folder's files by name. Raises EmbeddingFailed for a folder elsewhere, or one that is too large."""
        root = self._root.resolve()
        folder = (root / directory).resolve()
        if folder == root or not folder.is_relative_to(root) or not folder.is_dir():
            raise EmbeddingFailed(
                "There is no folder of this name below the installation's models; ask who runs the server to put it there.",
                again=False,
            )
        files: dict[str, Path] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or len(files) >= MOST_FILES:
                raise EmbeddingFailed(f"The folder holds links, or more than {MOST_FILES} files.", again=False)
            if path.is_file():
                files[path.relative_to(folder).as_posix()] = path
        if sum(path.stat().st_size for path in files.values()) > MOST_BYTES:
            raise EmbeddingFailed("The folder holds more than 2 GB.", again=False)
        return files


def _read(files: dict[str, Path]) -> tuple[dict[str, bytes], str]:
    """The bytes of the model's own files, and the SHA-256 over names and bytes of all of them. Raises EmbeddingFailed."""
    lacking = [name for name in _PARTS if name not in files]
    if lacking:
        raise EmbeddingFailed(f"The folder holds no model2vec model: {', '.join(lacking)} is missing.", again=False)
    digest, parts = hashlib.sha256(), dict[str, bytes]()
    for name, path in sorted(files.items()):
        content = path.read_bytes()
        digest.update(f"{len(name.encode())}:{name}:{len(content)}:".encode())
        digest.update(content)
        if name in _PARTS:
            parts[name] = content
    return parts, digest.hexdigest()


def _made(parts: dict[str, bytes]) -> StaticModel:
    """The model of these bytes. Raises EmbeddingFailed when they are none, or packages are missing."""
    try:
        from model2vec import StaticModel  # noqa: PLC0415 - an optional package
        from safetensors.numpy import load  # noqa: PLC0415 - comes with it
        from tokenizers import Tokenizer  # noqa: PLC0415 - comes with it
    except ImportError:
        raise EmbeddingFailed(MISSING, again=False) from None
    try:
        tensors, config = load(parts["model.safetensors"]), json.loads(parts["config.json"])
        model = StaticModel(
            tensors["embeddings"],
            Tokenizer.from_str(parts["tokenizer.json"].decode()),
            config={},
            weights=tensors.get("weights"),
            token_mapping=tensors.get("mapping"),
            max_length=int(config.get("max_length") or 512),
        )
    except Exception as error:
        raise EmbeddingFailed(f"The folder's model cannot be read ({type(error).__name__}).", again=False) from None
    if tensors["embeddings"].ndim != 2 or not 0 < model.dim <= WIDEST:
        raise EmbeddingFailed(f"The folder's model does not have 1 to {WIDEST} dimensions.", again=False)
    return model


class DirectoryEmbedder:
    """The model of one folder."""

    provider: Provider | None = None

    def __init__(self, models: LocalModels, *, choice: EmbedderChoice) -> None:
        self._models = models
        self._choice = choice

    @property
    def name(self) -> str:
        """The folder."""
        return self._choice.directory

    @property
    def fingerprint(self) -> str:
        """What vectors that may be compared have in common."""
        return self._choice.fingerprint(None)

    async def embed(self, texts: Sequence[str], *, purpose: Purpose, seconds: float) -> Embedded:
        """A vector for each text. Raises EmbeddingFailed, also when it takes longer than `seconds`."""
        del purpose
        try:
            async with asyncio.timeout(seconds):
                return Embedded(vectors=await asyncio.to_thread(self._embedded, list(texts)))
        except TimeoutError:
            raise EmbeddingFailed("The model on this machine did not answer in time.", again=True) from None

    def _embedded(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        loaded = self._models.load(self._choice.directory, sha256=self._choice.sha256)
        found = np.asarray(loaded.model.encode(texts, use_multiprocessing=False), dtype=np.float32)
        if not np.isfinite(found).all():
            raise EmbeddingFailed("The model gave figures that are no numbers.", again=False)
        return unit(found)
