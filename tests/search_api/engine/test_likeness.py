from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.tokens import OUTSIDE, Bits, Numbers, signs
from indexer.snapshot.vectors import Rows
from search_api.engine import late
from search_api.engine.likeness import Likeness

CHANCE = np.random.default_rng(8)
STATES = CHANCE.normal(size=(9, 384)).astype(np.float32)
COUNTS = (5, 0, 4)
SENTENCES = np.array([OUTSIDE, 0, 0, 2, 2, 0, 0, 1, 1], dtype=np.int32)


class Held:
    """Three passages; it notes which are read together."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def of(self, rows: Rows | Sequence[int]) -> tuple[Bits, NDArray[np.int64]]:
        self.read.append([int(row) for row in rows])
        held = np.concatenate([np.arange(9)[self.own(row)] for row in [*rows, 1]])
        return signs(STATES)[held], np.array([COUNTS[row] for row in rows], dtype=np.int64)

    def sentences(self, row: int) -> Numbers:
        return SENTENCES[self.own(row)]

    def sentences_of(self, rows: Rows | Sequence[int]) -> Numbers:
        return np.concatenate([SENTENCES[:0], *map(self.sentences, rows)])

    def own(self, row: int) -> slice:
        return slice(sum(COUNTS[:row]), sum(COUNTS[: row + 1]))


def test_a_passage_is_read_once_whatever_is_asked_of_it_and_in_whatever_company() -> None:
    held = Held()
    likeness = Likeness(late.asked(STATES[3:5]), held)
    both = likeness.of_passages(np.array([0, 2]))
    assert likeness.of_passages(np.array([2, 1, 0, 2])).tolist() == [both[1], 0, both[0], both[1]]
    best = likeness.of_best_sentences(np.array([0, 1, 2]))
    assert best == pytest.approx([0.8, 0, best[2]], abs=0.05)
    nothing, found = likeness.of_sentences([1, 0], [0, 3])
    assert max(found) == found[2]
    assert found[1] == 0  # no token is in it
    assert nothing == []
    assert held.read == [[0, 2], [1]]


def test_it_is_what_comparing_each_passage_by_itself_gives(snapshot: Snapshot) -> None:
    question = late.asked(snapshot.encoder.encode_question("water tanks for families").states)
    rows = np.arange(snapshot.manifest.passages)
    together = Likeness(question, snapshot.tokens)
    together.of_best_sentences(rows[::2])
    for ask in (Likeness.of_passages, Likeness.of_best_sentences):
        alone = [ask(Likeness(question, snapshot.tokens), rows[row : row + 1])[0] for row in rows]
        assert ask(together, rows) == pytest.approx(alone, abs=1e-6)
