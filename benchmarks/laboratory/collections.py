"""Test sets, indexed through the ordinary code path, with the questions to ask of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.build import build
from indexer.lexicon import build_lexical
from indexer.report import Recipe
from indexer.snapshot.lexical import Lexical
from indexer.snapshot.manifest import LEXICAL
from indexer.snapshot.snapshot import open_snapshot
from search_api.engine.searcher import Searcher
from search_api.evaluation.dataset import (
    CORPUS,
    QRELS,
    QUERIES,
    Judged,
    read_judged,
    read_lines,
)
from search_api.evaluation.retrieval import prepared_corpus
from search_api.settings import read_settings


@dataclass(frozen=True, slots=True)
class Collection:
    """An indexed test set and the judged questions to ask of it.

    Attributes:
        name: the folder's, with the kind of its questions where they are of several.
        folder: where it lies.
        searcher: of its index; each question is encoded once.
        plain: the same, but its lexical side counts titles and headings like any other text.
        documents: id of each passage's document, by row.
        judged: questions and judgments.
    """

    name: str
    folder: Path
    searcher: Searcher
    plain: Searcher
    documents: NDArray[Any]
    judged: Judged


def collections(root: Path, only: Iterable[str], sample: int) -> Iterator[Collection]:
    """Yield every test set with judgments, in the order of their names.

    Args:
        root: folder of test sets.
        only: names of those wanted; none means all.
        sample: most questions asked of a set.
    """
    wanted = set(only)
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        whole = all((folder / name).is_file() for name in (CORPUS, QUERIES, QRELS))
        if whole and (not wanted or folder.name in wanted):
            searcher = _searcher(folder)
            plain = without_contexts(searcher)
            documents = np.array(searcher.snapshot.passages.document_ids())
            for name, judged in _parts(folder):
                yield Collection(name, folder, searcher, plain, documents, sampled(judged, sample))


def _searcher(folder: Path) -> Searcher:
    cache = read_settings().cache
    corpus = prepared_corpus(folder, cache, metadata=False)
    build(Recipe(corpus, corpus.parent / "index", cache, keep_going=True))
    snapshot = open_snapshot(corpus.parent / "index")
    snapshot.encoder = Remembering(snapshot.encoder)  # type: ignore[assignment]
    return Searcher(snapshot)


def without_contexts(searcher: Searcher) -> Searcher:
    """Return a searcher of the same snapshot that gives titles and headings no weight of theirs."""
    held = copy(searcher.snapshot)
    count, languages = held.manifest.passages, held.manifest.parameters["languages"]
    with TemporaryDirectory() as folder:
        build_lexical(Path(folder) / LEXICAL, held.passages.all(), languages, context=0)
        held.lexical = Lexical(Path(folder) / LEXICAL, count)  # mapped: it outlives the folder
    return Searcher(held)


class Remembering:
    """An encoder that encodes each question once, as every stage asks the same ones."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, str], Any] = {}

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._encoder, name)
        if not name.startswith("encode"):
            return made

        def remembered(texts: Any) -> Any:
            key = name, repr(texts)
            if key not in self._known:
                self._known[key] = made(texts)
            return self._known[key]

        return remembered


def _parts(folder: Path) -> Iterator[tuple[str, Judged]]:
    """The set's questions; where they are of several kinds, each kind by itself."""
    judged = read_judged(folder)
    kinds = {str(row["_id"]): row.get("kind") for _, row in read_lines(folder / QUERIES)}
    named = list(dict.fromkeys(kinds[query] for query in judged.queries))
    if len(named) < 2:
        yield folder.name, judged
        return
    for kind in named:
        queries = {q: text for q, text in judged.queries.items() if kinds[q] == kind}
        yield f"{folder.name} {kind}", Judged(queries, {q: judged.qrels[q] for q in queries})


def sampled(judged: Judged, count: int) -> Judged:
    """Return `count` questions chosen by the hash of their ids: the same ones on every run."""
    ids = sorted(judged.queries, key=lambda query: hashlib.sha256(query.encode()).digest())
    kept = set(ids[:count])
    queries = {query: text for query, text in judged.queries.items() if query in kept}
    return Judged(queries, {query: judged.qrels[query] for query in queries})
