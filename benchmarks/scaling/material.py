"""What large collections are made of: real passages, their vectors and tokens, and questions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.build import build
from indexer.place import PassagePlace
from indexer.report import Recipe
from indexer.snapshot.passages import Hit
from indexer.snapshot.snapshot import Snapshot, open_snapshot
from search_api.settings import read_settings

SMALLEST_PLACE = 15_000


@dataclass(frozen=True)
class Material:
    """Real passages.

    Attributes:
        snapshot: that holds them.
        hits: all of them, in the order of rows.
        places: those of each.
        questions: that come with the test sets.
    """

    snapshot: Snapshot
    hits: Sequence[Hit]
    places: Sequence[Sequence[PassagePlace]]
    questions: Sequence[str]


def gather(sets: Path, only: Sequence[str], asked: Sequence[str], work: Path) -> Material:
    """Index the texts of test sets together, with vectors from the cache where they are known.

    Args:
        sets: folder with one folder for each test set.
        only: names of those to take, in this order.
        asked: names of those whose questions to take.
        work: folder for what is made.
    """
    corpus = work / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name in only:
        lines = "".join(_records(sets / name, name))
        (corpus / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    index = work / "real"
    recipe = Recipe(corpus, index, read_settings().cache, keep_going=True)
    build(Recipe(**{**vars(recipe), "smallest_place": SMALLEST_PLACE}))
    snapshot = open_snapshot(index)
    rows = range(snapshot.manifest.passages)
    hits = [hit for first in rows[::500] for hit in snapshot.passages.hits(rows[first:][:500])]
    places: dict[int, list[PassagePlace]] = {}
    for first in rows[::500]:
        places |= snapshot.places.of_passages(rows[first:][:500])
    questions = [question for name in asked for question in _questions(sets / name)]
    return Material(snapshot, hits, [places.get(row, []) for row in rows], questions)


def _records(folder: Path, name: str) -> Iterator[str]:
    """A set's records, with ids that no other set has."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            record["_id"] = f"{name}-{record['_id']}"
            yield json.dumps(record, ensure_ascii=False) + "\n"


def _questions(folder: Path) -> Iterator[str]:
    path = folder / "queries.jsonl"
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)["text"]
