"""A snapshot of an index folder, taken apart for a store: rows for its engine, files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.arrays import mapped
from indexer.snapshot.folder import Published
from indexer.snapshot.lexical import MOST, OFFSETS, POSTINGS, WEIGHTS
from indexer.snapshot.manifest import (
    HALVES,
    LEXICAL,
    PASSAGES,
    TOKENS,
    VECTORS,
    FileInfo,
    Manifest,
)
from indexer.snapshot.tokens import Tokens
from indexer.snapshot.vectors import Rows, Scores, Vectors
from indexer.stores.engine import Held, TokenBytes

BLOCK = 1 << 16
"""Passages whose terms are gathered at once: each block looks at all postings."""

BATCH = 512
"""Passages whose vectors are read at once."""

_ENGINE = (
    *(PASSAGES, VECTORS, HALVES),
    *(f"{LEXICAL}/{name}" for name in (WEIGHTS, POSTINGS, MOST)),
)
"""Files whose content an engine keeps in its own form, beside all of the tokens."""


def files_beside(manifest: Manifest) -> dict[str, FileInfo]:
    """The files of a snapshot that travel as they are: their sizes and checksums by path."""
    return {
        name: info
        for name, info in manifest.files.items()
        if name not in _ENGINE and not name.startswith(f"{TOKENS}/")
    }


class Parts:
    """Reads what an engine keeps, in the order of rows or terms."""

    def __init__(self, published: Published) -> None:
        path, self._count = published.path, published.manifest.passages
        self._vectors = Vectors(path)
        self._tokens = Tokens(path / TOKENS, self._count)
        lexical = path / LEXICAL
        self._offsets: NDArray[np.int64] = np.load(lexical / OFFSETS)
        self._postings: NDArray[np.int32] = mapped(lexical / POSTINGS)
        self._weights: Scores = mapped(lexical / WEIGHTS)

    def postings(self) -> Iterator[tuple[int, NDArray[np.int32], Scores]]:
        """Yield each term's number, the rows of the passages that hold it, and its weights."""
        for number, (start, end) in enumerate(
            zip(self._offsets[:-1].tolist(), self._offsets[1:].tolist(), strict=True)
        ):
            yield number, self._postings[start:end], self._weights[start:end]

    def held(self) -> Iterator[Held]:
        """Yield what both sides keep of each passage."""
        words = self._words()
        for first in range(0, self._count, BATCH):
            rows = np.arange(first, min(first + BATCH, self._count))
            vectors = self._vectors.at(rows)
            for vector, (terms, weights) in zip(vectors, islice(words, len(rows)), strict=True):
                yield Held(vector, terms, weights)

    def _words(self) -> Iterator[tuple[NDArray[np.int32], Scores]]:
        """Yield each passage's terms and their weights: the postings, turned the other way."""
        for first in range(0, self._count, BLOCK):
            last = min(first + BLOCK, self._count)
            places = self._places(first, last)
            terms = (np.searchsorted(self._offsets, places, side="right") - 1).astype(np.int32)
            owners, weights = self._postings[places], self._weights[places]
            order = np.argsort(owners, kind="stable")
            terms, weights = terms[order], weights[order]
            ends = np.searchsorted(owners[order], np.arange(first, last + 1))
            for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
                yield terms[start:end], weights[start:end]

    def _places(self, first: int, last: int) -> Rows:
        """Places of the postings of a block of passages."""
        return np.flatnonzero((self._postings >= first) & (self._postings < last))

    def tokens(self) -> Iterator[TokenBytes]:
        """Yield the tokens of each passage."""
        for row in range(self._count):
            sentences = self._tokens.sentences(row).astype("<i4").tobytes()
            yield TokenBytes(self._tokens.of([row])[0].tobytes(), sentences)
