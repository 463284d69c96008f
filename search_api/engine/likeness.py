"""Late interaction of one question: ranking, confidence and marking ask, a passage is read once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from indexer.snapshot.sides import TokenSide
from indexer.snapshot.tokens import OUTSIDE
from indexer.snapshot.vectors import Rows, Scores
from search_api.engine import late


class Likeness:
    """How near the tokens of one question are to those of passages.

    It keeps what it compared: the same few passages are ranked, judged and marked. Belongs to one
    question in one thread.

    Attributes:
        question: its tokens, as they are compared.
    """

    def __init__(self, question: late.Asked, tokens: TokenSide) -> None:
        """Take the question's tokens, and those of all passages."""
        self.question = question
        self._tokens = tokens
        self._kept: dict[int, tuple[_Compared, int]] = {}

    def of_passages(self, rows: Rows) -> Scores:
        """How near the question is to each passage, of shape (rows,); see `late.of_passages`."""
        found = [held.passages[at] for held, at in self._of(rows.tolist())]
        return np.array(found, dtype=np.float32)

    def of_best_sentences(self, rows: Rows) -> Scores:
        """How near it is to the nearest sentence of each passage, of shape (rows,)."""
        found = [held.best[at] for held, at in self._of(rows.tolist())]
        return np.array(found, dtype=np.float32)

    def of_sentences(self, rows: Sequence[int], counts: Sequence[int]) -> list[list[float]]:
        """How near it is to each sentence of passages.

        Args:
            rows: of the passages.
            counts: sentences of each.

        Returns:
            A number for each sentence of each passage; 0 for a sentence without tokens.
        """
        made = []
        for count, (held, at) in zip(counts, self._of(rows), strict=True):
            scores = [0.0] * count
            for number, score in held.sentences(at):
                if number != OUTSIDE:
                    scores[number] = score
            made.append(scores)
        return made

    def _of(self, rows: Sequence[int]) -> list[tuple[_Compared, int]]:
        """Where passages are kept: those that were not yet are read and compared in one go."""
        new = [row for row in dict.fromkeys(rows) if row not in self._kept]
        if new:
            bits, counts = self._tokens.of(new)
            numbers = self._tokens.sentences_of(new)
            compared = _Compared(self.question, late.near(self.question, bits, counts, numbers))
            self._kept.update((row, (compared, at)) for at, row in enumerate(new))
        return [self._kept[row] for row in rows]


class _Compared:
    """Passages that were compared in one go; what is asked of one is worked out for all of them."""

    def __init__(self, question: late.Asked, near: late.Near) -> None:
        self._question, self._near = question, near
        self._best = late.of_best_sentences(question, near)
        self._ends = [0, *np.cumsum(near.counts).tolist()]

    @cached_property
    def passages(self) -> list[float]:
        """How near the question is to each passage."""
        found: list[float] = late.of_passages(self._question, self._near, self._best).tolist()
        return found

    @cached_property
    def best(self) -> list[float]:
        """How near it is to the best sentence of each passage."""
        found: list[float] = self._best.tolist()
        return found

    def sentences(self, at: int) -> list[tuple[int, float]]:
        """The numbers of a passage's sentences, each with how near it is; `OUTSIDE` has one too."""
        return self._sentences[self._ends[at] : self._ends[at + 1]]

    @cached_property
    def _sentences(self) -> list[tuple[int, float]]:
        scores = late.of_sentences(self._question, self._near)
        return list(zip(self._near.numbers.tolist(), scores.tolist(), strict=True))
