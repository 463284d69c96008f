"""What a question asks of each passage, whoever holds it: files of this machine, or an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.passages import Passages
from indexer.snapshot.spread import Spread
from indexer.snapshot.tokens import Bits, Numbers
from indexer.snapshot.vectors import Rows, Scores


class DenseSide(Protocol):
    """The vectors of passages; `Vectors` says what each part means."""

    spread: Spread

    def __len__(self) -> int: ...

    def search(self, query: Scores, k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the `k` nearest rows and their cosines, best first."""
        ...

    def cosines(self, query: Scores, rows: Rows) -> Scores:
        """Return the cosine of each row with the query."""
        ...

    def at(self, rows: Rows) -> Scores:
        """Return the vectors of rows, of shape (len(rows), dimension)."""
        ...


class LexicalSide(Protocol):
    """The terms of passages; `Lexical` says what each part means."""

    analyzer: Analyzer

    @property
    def alike(self) -> Callable[[str], tuple[float, str] | None]:
        """The known term that is spelt most like another; see `most_alike`."""
        ...

    def scores(self, terms: Iterable[str]) -> Scores:
        """Return the BM25 score of every passage."""
        ...

    def of(self, terms: Iterable[str], rows: Rows) -> Scores:
        """Return the BM25 scores of some passages."""
        ...

    def best(self, terms: Sequence[str], k: int, among: Rows | None = None) -> tuple[Rows, Scores]:
        """Return the `k` best rows with a score above zero, best first; equal ones by row."""
        ...

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term; 0 for an unknown one."""
        ...

    def holds(self, terms: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
        """Whether each row's passage holds each term, of shape (terms, rows)."""
        ...


class TokenSide(Protocol):
    """The token states of passages; `Tokens` says what each part means."""

    def of(self, rows: Rows | Sequence[int]) -> tuple[Bits, NDArray[np.int64]]:
        """The tokens of passages, one passage after the other, and how many each one has."""
        ...

    def sentences(self, row: int) -> Numbers:
        """The sentence of each of a passage's tokens."""
        ...

    def sentences_of(self, rows: Rows | Sequence[int]) -> Numbers:
        """The sentence of each token of passages, one passage after the other."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The parts of a snapshot that grow with its passages and are read a few rows at a time.

    Attributes:
        passages: documents and passages with their texts.
        vectors: of the passages.
        tokens: states of their tokens.
        lexical: their terms.
    """

    passages: Passages
    vectors: DenseSide
    tokens: TokenSide
    lexical: LexicalSide
