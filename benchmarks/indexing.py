"""Passages embedded in a second, beside sentence-transformers with its defaults, in one run.

    python benchmarks/indexing.py ../shared/eval/city_measures --limit 1000

Both sides get the same texts in turn; the ratio is the median over the rounds. Where the folder has
queries.jsonl and qrels.tsv and no limit is set, nDCG@10 of the vectors alone is printed too, each
side with its own questions.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[list[str]], NDArray[np.float32]]

ROUNDS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    from indexer.corpus import read_corpus
    from indexer.document import Document

    documents = [d for d in read_corpus(options.dataset) if isinstance(d, Document)]
    documents = documents[: options.limit]
    ours, theirs, encoder = _sides()
    rates: dict[str, list[float]] = {"citywise": [], "sentence-transformers": []}
    texts = [document.text for document in documents]
    ours(texts[:8]), theirs(texts[:8])
    vectors = {}
    for _ in range(options.rounds):
        for side, encode in (("citywise", ours), ("sentence-transformers", theirs)):
            began = time.perf_counter()
            vectors[side] = encode(texts)
            rates[side].append(len(texts) / (time.perf_counter() - began))
    for side, rate in rates.items():
        print(f"{side}: {statistics.median(rate):.1f} passages a second")
    pairs = zip(rates["citywise"], rates["sentence-transformers"], strict=True)
    print(f"ratio: {statistics.median(one / other for one, other in pairs):.2f}")
    cosines = (vectors["citywise"] * vectors["sentence-transformers"]).sum(axis=1)
    print(f"cosine between the two: lowest {cosines.min():.4f}, mean {cosines.mean():.4f}")
    if options.limit is None:
        names = [document.id for document in documents]
        sides = {"citywise": encoder, "sentence-transformers": theirs}
        for side, encode in sides.items():
            print(f"{side}: nDCG@10 {_ndcg(options.dataset, names, vectors[side], encode):.4f}")


def _sides() -> tuple[Encode, Encode, Encode]:
    """What embeds passages here and there, and what embeds questions here."""
    from indexer.embedding.compiled import compile_model
    from indexer.embedding.makers import CompiledMaker
    from indexer.embedding.models import find_model
    from indexer.embedding.reference import Reference
    from indexer.snapshot.encoder import Encoder
    from search_api.settings import read_settings

    files = find_model()
    reference = Reference(files)
    compiled = compile_model(files, reference, read_settings().cache)

    def peer(texts: list[str]) -> NDArray[np.float32]:
        made = reference.model.encode(texts, show_progress_bar=False, normalize_embeddings=True)
        return np.asarray(made, dtype=np.float32)

    encoder = Encoder(compiled.folder, compiled.info)
    maker = CompiledMaker(compiled)

    def ours(texts: list[str]) -> NDArray[np.float32]:
        return np.stack([made.vector for made in maker.encode_passages(texts)])

    return ours, peer, encoder.encode_questions


def _ndcg(dataset: Path, names: list[str], vectors: NDArray[np.float32], encode: Encode) -> float:
    from ir_measures import calc_aggregate, nDCG

    from search_api.evaluation.dataset import read_judged

    judged = read_judged(dataset, None)
    asked = encode(list(judged.queries.values()))
    run = {}
    for query, scores in zip(judged.queries, asked @ vectors.T, strict=True):
        rows = np.argsort(-scores)[:100]
        run[query] = {names[row]: float(scores[row]) for row in rows}
    return float(calc_aggregate([nDCG @ 10], judged.qrels, run)[nDCG @ 10])


if __name__ == "__main__":
    main()
