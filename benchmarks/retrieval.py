"""How well passages are found, how fast, and in how much memory.

    python -m benchmarks.retrieval --corpus DIR
    python -m benchmarks.retrieval --corpus DIR --passages 10000 --goal 0.57
    python -m benchmarks.retrieval --corpus DIR --embedder directory:PATH

DIR holds docs.jsonl (id, title, text), queries.jsonl (id, text) and qrels.tsv (query, document, gain). nDCG@10 is with the
gain 2^g - 1. The settings in the code were chosen on even-numbered queries; both halves are printed. For speed the
collection is grown to `--passages` by texts mixed from its own sentences. The exit code is 1 when the fusion misses the
goal or is not above BM25 alone, when the 95th percentile of a search exceeds 50 ms, or when adding 100 passages takes 1 s.
With an embedder its vectors alone ("given") and beside both other rankings ("all three") are judged as well; no goal is set
for them, since quality is the model's.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.retrieval.index import PassageIndex
from nexusplanner.domain.retrieval.quotes import sentences
from nexusplanner.infrastructure.embedders.directory import LocalModels
from nexusplanner.infrastructure.embedders.vectors import unit

DEPTH = 10
MILLISECONDS = 50.0
SECONDS = 1.0
MORE = 100
WAYS = ("BM25", "LSA", "fusion")
GIVEN = ("given", "all three")
Embed: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """texts, queries: by id. gains: by query and document."""

    texts: Mapping[str, str]
    queries: Mapping[str, str]
    gains: Mapping[str, Mapping[str, int]]


def load(folder: Path) -> Corpus:
    """Read the three files of a collection; a title is put before a text that does not begin with it."""
    texts = {}
    for row in _rows(folder / "docs.jsonl"):
        title, text = str(row.get("title", "")).strip(), str(row["text"])
        texts[str(row["id"])] = text if text.startswith(title) else f"{title}\n{text}"
    queries = {str(row["id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    gains: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, document, gain = line.split("\t")
        gains.setdefault(query, {})[document] = int(gain)
    return Corpus(texts=texts, queries=queries, gains=gains)


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def ndcg(ranked: Sequence[str], gains: Mapping[str, int]) -> float:
    """Normalised discounted cumulative gain at DEPTH of document ids, best first."""
    ideal = sorted(gains.values(), reverse=True)
    best = sum((2**gain - 1) / math.log2(at + 2) for at, gain in enumerate(ideal[:DEPTH]))
    got = sum((2 ** gains.get(each, 0) - 1) / math.log2(at + 2) for at, each in enumerate(ranked[:DEPTH]))
    return got / best if best else 0.0


def made(texts: Mapping[str, str]) -> PassageIndex[None]:
    """The index of the texts, added and learned from."""
    index: PassageIndex[None] = PassageIndex()
    index.put({each: (text, None) for each, text in texts.items()})
    index.refresh()
    return index


def quality(corpus: Corpus, *, embed: Embed | None = None) -> dict[str, tuple[float, float, float]]:
    """nDCG@10 over all, even-numbered and odd-numbered queries, of each way of ranking."""
    index = made(corpus.texts)
    if embed:
        index.give(dict(zip(corpus.texts, embed(list(corpus.texts.values())), strict=True)))
    scored: dict[str, list[float]] = {name: [] for name in (*WAYS, *(GIVEN if embed else ()))}
    judged = [query for query in corpus.queries if corpus.gains.get(query)]
    for query in judged:
        rankings = dict(zip(WAYS, index.rankings(corpus.queries[query]), strict=True))
        if embed:
            point = embed([corpus.queries[query]])[0]
            rankings |= dict(zip(GIVEN, index.rankings(corpus.queries[query], point=point)[1:], strict=True))
        for name, scores in rankings.items():
            scored[name].append(ndcg(_ranked(index, scores), corpus.gains[query]))
    even = np.array([number % 2 == 0 for number in _numbers(judged)])
    return {name: _halves(np.array(values), even) for name, values in scored.items()}


def embedding(named: str) -> Embed:
    """What makes vectors. named: "directory:PATH", a folder with a model2vec model."""
    kind, _, path = named.partition(":")
    if kind != "directory" or not path:
        message = "name an embedder as directory:PATH"
        raise SystemExit(message)
    folder = Path(path).resolve()
    model = LocalModels(folder.parent).load(folder.name, sha256="").model
    return lambda texts: np.asarray(unit(np.asarray(model.encode(list(texts), use_multiprocessing=False))))


def _numbers(queries: Sequence[str]) -> list[int]:
    """The numbers of the queries; their positions, from 1, where ids are not numbers."""
    if all(query.isdigit() for query in queries):
        return [int(query) for query in queries]
    return list(range(1, len(queries) + 1))


def _halves(values: NDArray[np.float64], even: NDArray[np.bool_]) -> tuple[float, float, float]:
    return float(values.mean()), float(values[even].mean()), float(values[~even].mean())


def _ranked(index: PassageIndex[None], scores: NDArray[np.float64]) -> list[str]:
    best = np.argsort(-scores, kind="stable")[:DEPTH].tolist()
    return [index.passage_at(slot) or "" for slot in best if scores[slot] > 0]


def grown(texts: Mapping[str, str], *, passages: int) -> dict[str, str]:
    """The texts, and new ones of as many sentences each, drawn with a fixed seed."""
    drawing = random.Random(7)
    pool = [piece.quote for text in texts.values() for piece in sentences(text)]
    lengths = [max(1, len(sentences(text))) for text in texts.values()]
    found = dict(list(texts.items())[:passages])
    while len(found) < passages:
        found[f"grown-{len(found)}"] = " ".join(drawing.choices(pool, k=drawing.choice(lengths)))
    return found


@dataclass(frozen=True, kw_only=True)
class Speed:
    """p50, p95: milliseconds a search by the clock. busy: p50 and p95 of processor time, which other work delays less.

    adding: seconds for MORE passages. making: seconds for all. megabytes: arrays.
    """

    p50: float
    p95: float
    busy: tuple[float, float]
    adding: float
    making: float
    megabytes: float


def speed(corpus: Corpus, *, passages: int) -> Speed:
    """How fast searching and adding is at this size."""
    everything = grown(corpus.texts, passages=passages + MORE)
    late = dict(list(everything.items())[-MORE:])
    began = time.perf_counter()
    index = made({each: text for each, text in everything.items() if each not in late})
    making = time.perf_counter() - began
    began = time.perf_counter()
    index.put({each: (text, None) for each, text in late.items()})
    adding = time.perf_counter() - began
    took, worked = [], []
    for query in corpus.queries.values():
        began, busy = time.perf_counter(), time.process_time()
        index.search(query, limit=DEPTH)
        took.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
    return Speed(
        p50=statistics.median(took),
        p95=statistics.quantiles(took, n=20)[-1],
        busy=(statistics.median(worked), statistics.quantiles(worked, n=20)[-1]),
        adding=adding,
        making=making,
        megabytes=index.bytes / 1e6,
    )


def main() -> int:
    """Print the figures; 1 when one misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with docs.jsonl, queries.jsonl, qrels.tsv")
    parser.add_argument("--passages", type=int, default=10_000, help="size at which speed is measured")
    parser.add_argument("--goal", type=float, default=0.57, help="nDCG@10 that the fusion must reach")
    parser.add_argument("--embedder", type=embedding, help="directory:PATH of a model2vec model")
    options = parser.parse_args()
    corpus = load(options.corpus)
    print(f"{len(corpus.texts):,} documents, {len(corpus.gains):,} judged queries, nDCG@{DEPTH} (gain 2^g - 1)")
    figures = quality(corpus, embed=options.embedder)
    print(f"{'':10}{'all':>8}{'even':>8}{'odd':>8}")
    for name, values in figures.items():
        print(f"{name:10}" + "".join(f"{value:8.4f}" for value in values))
    taken = speed(corpus, passages=options.passages)
    busy = f"processor time p50 {taken.busy[0]:.1f} ms, p95 {taken.busy[1]:.1f} ms"
    print(f"search at {options.passages:,} passages: p50 {taken.p50:.1f} ms, p95 {taken.p95:.1f} ms; {busy}")
    print(f"adding {MORE} passages: {taken.adding:.3f} s; making the index: {taken.making:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"arrays of the index: {taken.megabytes:.0f} MB; most memory of this process: {peak:.0f} MB")
    best, words = figures["fusion"][0], figures["BM25"][0]
    good = best >= options.goal and best > words and taken.p95 <= MILLISECONDS and taken.adding < SECONDS
    print("every goal is met" if good else "a goal is missed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
