"""Reading and splitting without embedding, on one core, beside what it cannot do without.

    make bench            or            python benchmarks/reading.py --records FILE.jsonl

The floor is parsing each line as JSON and running the model's tokenizer over its text once. Ours
adds the child process, columns, metadata, language, sentences and passages with their spans. The
search for copies, which follows, is timed by itself. Both sides get the same records, in turn;
figures are medians of several runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tokenizers import Tokenizer

from indexer.chunking import Chunker
from indexer.copies import find_copies
from indexer.corpus import read_corpus
from indexer.document import Document
from indexer.snapshot.encoder import TOKENIZER
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import ENCODER

RUNS = 5
RECORDS = Path("../shared/eval/city_measures/corpus.jsonl")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--index", type=Path, default=Path("index"), help="whose tokenizer to use")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    if not options.records.is_file():
        print(f"{options.records}: no such file; name one with --records")
        return
    figures = measure(options.records, options.index)
    print(
        f"reading and splitting {figures['records']:,} records on one core: "
        f"{figures['citywise']:,.0f} a second; JSON and tokenizer alone: {figures['floor']:,.0f}; "
        f"ratio {figures['citywise'] / figures['floor']:.2f}; "
        f"finding copies: {figures['copies']:,.0f}"
    )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(records: Path, index: Path) -> dict[str, float]:
    """Records a second, of both sides."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # children inherit it
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    count = _counter(index)
    texts = _ours(records, count)  # starts the child and loads the language model
    sides: dict[str, Callable[[], object]] = {
        "citywise": lambda: _ours(records, count),
        "floor": lambda: _floor(records, count),
        "copies": lambda: find_copies(texts, lambda row: texts[row][1]),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    number = len({document for document, _ in texts})
    for _ in range(RUNS):
        for name, work in sides.items():
            began = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - began)
    rates = {name: number / statistics.median(seconds) for name, seconds in times.items()}
    return {"records": number, **{name: round(rate, 1) for name, rate in rates.items()}}


def _ours(records: Path, count: Callable[..., list[int]]) -> list[tuple[int, str]]:
    """Each passage's text, with the number of its document."""
    chunker = Chunker(count, 254)
    documents = [document for document in read_corpus(records) if isinstance(document, Document)]
    split = (chunker.split(document) for document in documents)
    return [(row, passage.text) for row, passages in enumerate(split) for passage in passages]


def _floor(records: Path, count: Callable[..., list[int]]) -> None:
    for line in records.read_text(encoding="utf-8").splitlines():
        count([json.loads(line)["text"]])


def _counter(index: Path) -> Callable[..., list[int]]:
    path = IndexFolder(index).published().path / ENCODER / TOKENIZER
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    return lambda texts: [
        len(encoding) for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)
    ]


if __name__ == "__main__":
    main()
