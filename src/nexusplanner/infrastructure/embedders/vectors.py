"""Vectors that came from outside, checked before anything is compared with them."""

from __future__ import annotations

from typing import Final

import numpy as np

from nexusplanner.application.ports.embedding import EmbeddingFailed, Vectors
from nexusplanner.application.ports.models import Usage

WIDEST: Final = 4096
"""Dimensions; no model has more, and memory is kept by them."""


def checked(rows: object, *, count: int, usage: Usage) -> Vectors:
    """(count, D) unit vectors. Raises EmbeddingFailed unless there are as many as texts, all finite and equally long.

    usage: what they took; it is paid whatever they are.
    """
    problem = ""
    vectors = np.zeros((0, 0), dtype=np.float32)
    if not isinstance(rows, list) or len(rows) != count:
        found = len(rows) if isinstance(rows, list) else 0
        problem = f"The embedder gave {found} vectors for {count} texts."
    else:
        try:
            vectors = np.array(rows, dtype=np.float32)
        except (TypeError, ValueError, OverflowError):
            problem = "The embedder gave vectors of several lengths, or no numbers."
    if not problem and (vectors.ndim != 2 or not 0 < vectors.shape[1] <= WIDEST):
        problem = f"The embedder gave vectors that do not have 1 to {WIDEST} dimensions."
    if not problem and not np.isfinite(vectors).all():
        problem = "The embedder gave vectors with figures that are no numbers."
    if problem:
        raise EmbeddingFailed(problem, again=False, usage=usage)
    return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    """(n, D) the vectors at length 1; one of length 0 stays so, and is near to nothing."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-30), dtype=np.float32)
