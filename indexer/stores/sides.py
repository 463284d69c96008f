"""Both sides and the token states of a snapshot that an engine keeps.

The engine proposes candidates; what it keeps of these is fetched once, remembered, and scored here
as the embedded sides would.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from math import log
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.coded import nearest
from indexer.snapshot.lexical import ANALYSIS, OFFSETS, best
from indexer.snapshot.manifest import LEXICAL
from indexer.snapshot.passages import Passages
from indexer.snapshot.sides import Sides
from indexer.snapshot.spelling import most_alike
from indexer.snapshot.spread import load_spread
from indexer.snapshot.tokens import Bits, Numbers
from indexer.snapshot.vectors import Rows, Scores
from indexer.snapshot.vocabulary import Vocabulary
from indexer.stores.engine import Engine, Held, TokenBytes

REMEMBERED = 4096
"""Passages of which vector and terms are remembered: about 10 MB of the default model."""

TOKENS_REMEMBERED = 1024
"""Passages of which the tokens are remembered: about 8 MB."""

T = TypeVar("T")


class Remembered(Generic[T]):
    """Fetches by row and remembers what was asked for last. Safe to share between threads."""

    def __init__(self, fetch: Callable[[Sequence[int]], dict[int, T]], most: int) -> None:
        self._fetch, self._most = fetch, most
        self._held: OrderedDict[int, T] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, rows: Sequence[int]) -> list[T]:
        """Return what belongs to rows, in their order.

        Raises:
            DamagedError: a row is not there.
        """
        with self._lock:
            found = {row: self._held[row] for row in rows if row in self._held}
        missing = [row for row in dict.fromkeys(rows) if row not in found]
        if missing:
            found |= self._fetch(missing)
        try:
            asked = [found[row] for row in rows]
        except KeyError as error:
            raise DamagedError(f"passage {error} is missing in the store; load it again") from error
        self._keep(found)
        return asked

    def _keep(self, found: dict[int, T]) -> None:
        with self._lock:
            for row, one in found.items():
                self._held[row] = one
                self._held.move_to_end(row)
            while len(self._held) > self._most:
                self._held.popitem(last=False)


class StoredVectors:
    """The dense side of a snapshot in an engine.

    Attributes:
        spread: of all vectors.
    """

    def __init__(self, engine: Engine, held: Remembered[Held], folder: Path, passages: int) -> None:
        self._engine, self._held, self._passages = engine, held, passages
        self.spread = load_spread(folder)

    def __len__(self) -> int:
        return self._passages

    def search(self, query: Scores, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the `k` nearest rows and their cosines; see `Vectors.search`."""
        if among is not None and not len(among):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        found = np.sort(self._engine.nearest(query, min(k, self._passages), among))
        return nearest(query, self.at(found), found, k)

    def cosines(self, query: Scores, rows: Rows) -> Scores:
        """Return the cosine of each row with the query, of shape (len(rows),)."""
        found: Scores = self.at(rows) @ query
        return found

    def at(self, rows: Rows) -> Scores:
        """Return the vectors of rows, of shape (len(rows), dimension)."""
        if not len(rows):
            return np.zeros((0, len(self.spread.centre)), dtype=np.float32)
        return np.stack([held.vector for held in self._held.of(rows.tolist())])


class StoredLexical:
    """The lexical side of a snapshot in an engine; its dictionary is a file.

    Attributes:
        analyzer: what makes terms of a question.
    """

    def __init__(self, engine: Engine, held: Remembered[Held], folder: Path, passages: int) -> None:
        self._engine, self._held, self._passages = engine, held, passages
        self.analyzer = Analyzer.load(folder / LEXICAL / ANALYSIS)
        self._vocabulary = Vocabulary(folder / LEXICAL)
        self._offsets: NDArray[np.int64] = np.load(folder / LEXICAL / OFFSETS, mmap_mode="r")
        self.alike = lru_cache(maxsize=REMEMBERED)(partial(most_alike, self._vocabulary))

    def scores(self, terms: Iterable[str]) -> Scores:
        """Return the BM25 score of every passage; it fetches them all."""
        return self.of(terms, np.arange(self._passages))

    def of(self, terms: Iterable[str], rows: Rows) -> Scores:
        """Return the BM25 scores of some passages; see `Lexical.of`."""
        total = np.zeros(len(rows), dtype=np.float32)
        numbers = [number for term in terms if (number := self._number(term)) is not None]
        if not numbers or not len(rows):
            return total
        held = self._held.of(rows.tolist())
        owner = np.repeat(np.arange(len(held)), [len(each.terms) for each in held])
        every = np.concatenate([each.terms for each in held])
        weights = np.concatenate([each.weights for each in held])
        for number in numbers:
            places = np.flatnonzero(every == number)
            total[owner[places]] += weights[places]
        return total

    def best(self, terms: Sequence[str], k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the `k` best rows with a score above zero; see `Lexical.best`."""
        numbers = Counter(n for term in terms if (n := self._number(term)) is not None)
        if not numbers or (among is not None and not len(among)):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        rows = np.sort(self._engine.worded(numbers, k, among))
        places, scores = best(self.of(terms, rows), k)
        return rows[places], scores

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term; 0 for an unknown one."""
        number = self._number(term)
        if number is None:
            return 0.0
        count = int(self._offsets[number + 1] - self._offsets[number])
        return log(1 + (self._passages - count + 0.5) / (count + 0.5))

    def holds(self, terms: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
        """Whether each row's passage holds each term, of shape (len(terms), len(rows))."""
        found = np.zeros((len(terms), len(rows)), dtype=np.bool_)
        for number, term in enumerate(terms):
            found[number] = self.of([term], rows) > 0
        return found

    def _number(self, term: str) -> int | None:
        return self._vocabulary.number(term)


class StoredTokens:
    """The token states of a snapshot in an engine."""

    def __init__(self, engine: Engine) -> None:
        self._held = Remembered[TokenBytes](engine.tokens, TOKENS_REMEMBERED)

    def of(self, rows: Rows | Sequence[int]) -> tuple[Bits, NDArray[np.int64]]:
        """The tokens of passages, one passage after the other, and how many each one has."""
        held = self._held.of([int(row) for row in rows])
        counts = np.array([len(each.sentences) // 4 for each in held], dtype=np.int64)
        data = b"".join(each.bits for each in held)
        width = len(data) // max(int(counts.sum()), 1) or 8
        return np.frombuffer(data, dtype=np.uint8).reshape(-1, width), counts

    def sentences(self, row: int) -> Numbers:
        """The sentence of each of a passage's tokens."""
        return self.sentences_of([row])

    def sentences_of(self, rows: Rows | Sequence[int]) -> Numbers:
        """The sentence of each token of passages, one passage after the other."""
        held = self._held.of([int(row) for row in rows])
        return np.frombuffer(b"".join(each.sentences for each in held), dtype="<i4")


def stored_sides(engine: Engine, texts: Passages, folder: Path, passages: int) -> Sides:
    """Put together the sides of a snapshot.

    Args:
        engine: that keeps it.
        texts: of its documents and passages.
        folder: with the files that travel beside the engine's rows.
        passages: how many there are.

    Raises:
        DamagedError: a file cannot be read.
    """
    held = Remembered[Held](engine.held, REMEMBERED)
    try:
        return Sides(
            passages=texts,
            vectors=StoredVectors(engine, held, folder, passages),
            tokens=StoredTokens(engine),
            lexical=StoredLexical(engine, held, folder, passages),
        )
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DamagedError(f"{folder}: cannot be read; remove this folder") from error
