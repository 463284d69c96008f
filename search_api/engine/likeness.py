"""Late interaction of one question: ranking, confidence and marking ask, a passage is read once."""

from __future__ import annotations

from collections.abc import Sequence

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
        self._kept: dict[int, tuple[late.Near, int, int, int]] = {}

    def of_passages(self, rows: Rows) -> Scores:
        """How near the question is to each passage, of shape (rows,); see `late.of_passages`."""
        return late.of_passages(self.question, self._near(rows.tolist()))

    def of_best_sentences(self, rows: Rows) -> Scores:
        """How near it is to the nearest sentence of each passage, of shape (rows,)."""
        return late.of_best_sentences(self.question, self._near(rows.tolist()))

    def of_sentences(self, rows: Sequence[int], counts: Sequence[int]) -> list[Scores]:
        """How near it is to each sentence of passages.

        Args:
            rows: of the passages.
            counts: sentences of each.

        Returns:
            Of each passage an array of shape (sentences,); 0 for a sentence without tokens.
        """
        found = self._near(rows)
        likeness, made = late.of_sentences(self.question, found), []
        ends = np.cumsum(found.counts)
        starts = (ends - found.counts).tolist()
        for count, start, end in zip(counts, starts, ends.tolist(), strict=True):
            scores, numbers = np.zeros(count, dtype=np.float32), found.numbers[start:end]
            inside = numbers != OUTSIDE
            scores[numbers[inside]] = likeness[start:end][inside]
            made.append(scores)
        return made

    def _near(self, rows: Sequence[int]) -> late.Near:
        """Passages compared: those that were not yet are read and compared in one go."""
        new = [row for row in dict.fromkeys(rows) if row not in self._kept]
        if len(new) == len(rows):
            return self._compared(new)
        if new:
            self._compared(new)
        kept = [_cut(*self._kept[row]) for row in rows]
        return late.Near(
            np.concatenate([each.apart for each in kept], axis=1),
            np.concatenate([each.numbers for each in kept]),
            np.concatenate([each.counts for each in kept]),
        )

    def _compared(self, rows: Sequence[int]) -> late.Near:
        bits, counts = self._tokens.of(rows)
        found = late.near(self.question, bits, counts, self._tokens.sentences_of(rows))
        ends = np.cumsum(found.counts)
        starts = (ends - found.counts).tolist()
        for number, (row, start, end) in enumerate(zip(rows, starts, ends.tolist(), strict=True)):
            self._kept[row] = found, number, start, end
        return found


def _cut(found: late.Near, number: int, start: int, end: int) -> late.Near:
    """One passage of several, by its number and where its sentences stand."""
    own = slice(start, end)
    return late.Near(found.apart[:, own], found.numbers[own], found.counts[number : number + 1])
