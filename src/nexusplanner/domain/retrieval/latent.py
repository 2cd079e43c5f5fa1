"""Latent semantics: texts and queries as points whose nearness is nearness of meaning, learned from the texts alone.

Source: Deerwester et al. 1990, "Indexing by Latent Semantic Analysis"; the factors are found by the randomised range
finder of Halko, Martinsson and Tropp 2011, algorithm 4.4, with a fixed seed, so that the same texts give the same space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray: TypeAlias = NDArray[np.float64]
Single: TypeAlias = NDArray[np.float32]
Words: TypeAlias = NDArray[np.int32]

FACTORS = 256
SPARE = 16
ROUNDS = 4


@dataclass(frozen=True, kw_only=True)
class LatentSpace:
    """What a collection taught. rows: (W,) row of a word id in `basis`, -1 for words it never saw.

    weights: (V,) how telling a word is. basis: (V, K) factors of words, K <= FACTORS.
    """

    rows: NDArray[np.int32]
    weights: FloatArray
    basis: Single

    @property
    def factors(self) -> int:
        """K."""
        return int(self.basis.shape[1])

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        return self.basis.nbytes + self.weights.nbytes + self.rows.nbytes

    def place(self, texts: Sequence[Words]) -> Single:
        """(n, K) unit vectors of texts given by their word ids; zeros for a text without a word the space knows."""
        if not texts:
            return np.zeros((0, self.factors), dtype=np.float32)
        counts = self._counts(texts)
        counts.data = (1 + np.log(counts.data)) * self.weights[counts.indices]
        placed = np.asarray(counts @ self.basis, dtype=np.float32)
        return _unit(placed)

    def point(self, words: Words) -> Single:
        """(K,) the same of one text, to the last bit; without a matrix, which costs more than one text is worth."""
        rows, often = np.unique(self._known(words), return_counts=True)
        placed = np.zeros(self.factors)
        for row, weight in zip(rows.tolist(), (1 + np.log(often)) * self.weights[rows], strict=True):
            placed += weight * self.basis[row]
        return np.asarray(_unit(placed.astype(np.float32)[None])[0])

    def _counts(self, texts: Sequence[Words]) -> sparse.csr_matrix:
        known = [self._known(words) for words in texts]
        return _counted(known, width=len(self.weights))

    def _known(self, words: Words) -> Words:
        inside = words[words < len(self.rows)]
        rows: Words = self.rows[inside]
        return rows[rows >= 0]


def learn(texts: Sequence[Words], *, order: Sequence[int], widest: int) -> LatentSpace:
    """The space of `texts`. order: word ids in an order that does not depend on how they were met; widest: highest + 1.

    texts: word ids of each text, in an order that does not depend on when they came.
    """
    rows = np.full(widest, -1, dtype=np.int32)
    rows[np.asarray(order, dtype=np.int64)] = np.arange(len(order), dtype=np.int32)
    counts = _counted([rows[words][rows[words] >= 0] for words in texts], width=len(order))
    holding = np.bincount(counts.indices, minlength=len(order))
    weights = np.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
    counts.data = (1 + np.log(counts.data)) * weights[counts.indices]
    lengths = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(counts.indptr))
    return LatentSpace(rows=rows, weights=weights, basis=np.ascontiguousarray(_factors(counts), dtype=np.float32))


def _counted(texts: Sequence[Words], *, width: int) -> sparse.csr_matrix:
    """(n, width) how often each word stands in each text."""
    ends = np.cumsum([0, *(len(words) for words in texts)])
    words = np.concatenate([*texts, np.zeros(0, dtype=np.int32)])
    counts = sparse.csr_matrix((np.ones(len(words), dtype=np.float64), words, ends), shape=(len(texts), width))
    counts.sum_duplicates()
    return counts


def _factors(matrix: sparse.csr_matrix) -> FloatArray:
    """(columns, K) the strongest right singular vectors of `matrix`."""
    wanted = min(FACTORS, *matrix.shape)
    width = min(wanted + SPARE, *matrix.shape)
    sample = np.random.default_rng(0).standard_normal((matrix.shape[1], width))
    found = _spanning(matrix @ sample)
    for _ in range(ROUNDS if width > wanted else 0):
        found = _spanning(matrix @ _spanning(matrix.T @ found))
    small = np.asarray(found.T @ matrix)
    _, strengths, right = np.linalg.svd(small, full_matrices=False)
    kept = strengths[:wanted] > 1e-9 * max(float(strengths[0]) if len(strengths) else 0.0, 1e-300)
    return np.asarray(right[:wanted][kept].T)


def _spanning(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.qr(matrix)[0])


def _unit(vectors: Single) -> Single:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
