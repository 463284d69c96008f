"""What all sides get: one corpus, its passages, and questions, each asked once."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_WORDS = 8
"""Words of a question that is made of a passage."""

RECORDS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Material:
    """A corpus of documents and its passages.

    Attributes:
        corpus: folder of documents.
        warm: another, with eight of them.
        texts: JSON list of what is embedded of each passage.
    """

    corpus: Path
    warm: Path
    texts: Path


def prepared(source: Path, folder: Path, limit: int | None) -> Material:
    """Write a corpus, or its first documents; its passages are still to be written.

    Args:
        source: folder of documents, or a test set with `corpus.jsonl`.
        folder: where it goes.
        limit: documents at most; all if None.
    """
    corpus, warm = folder / "corpus", folder / "warm"
    _copied(source, corpus, limit)
    _copied(source, warm, 8)
    return Material(corpus, warm, folder / "texts.json")


def _copied(source: Path, target: Path, limit: int | None) -> None:
    target.mkdir(parents=True)
    if (source / RECORDS).is_file():
        lines = (source / RECORDS).read_text(encoding="utf-8").splitlines()[:limit]
        (target / RECORDS).write_text("\n".join(lines), encoding="utf-8")
        return
    held = [path for path in sorted(source.rglob("*")) if path.is_file()]
    for path in [path for path in held if path.suffix == ".md"][:limit]:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def write_passages(index: Path, target: Path) -> int:
    """Write what an index of citywise embeds of each passage, and return how many there are."""
    from indexer.snapshot.snapshot import open_snapshot

    texts = [passage.embedded for passage in open_snapshot(index).passages.all()]
    target.write_text(json.dumps(texts), encoding="utf-8")
    return len(texts)


def questions(texts: Path, seed: int) -> Iterator[str]:
    """Yield questions without end, no two of them equal: some words of passages, and a number."""
    held = [text.split() for text in json.loads(texts.read_text(encoding="utf-8"))]
    chance, number = random.Random(seed), 0  # noqa: S311 - no secret
    while True:
        words = chance.choice(held)
        start = chance.randrange(max(len(words) - _WORDS, 1))
        number += 1
        yield f"what about {' '.join(words[start : start + _WORDS])} {seed}{number}?"
