"""Writes the lexical side, block by block into arrays that are mapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot.analysis import Analyzer
from indexer.snapshot.arrays import new_array, save_array
from indexer.snapshot.lexical import ANALYSIS, MOST, OFFSETS, POSTINGS, WEIGHTS
from indexer.snapshot.vocabulary import write_vocabulary

Weighted = tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]
"""Places of postings among all, the rows of their passages, and their weights."""


def write_lexical(
    folder: Path,
    analyzer: Analyzer,
    terms: Sequence[bytes],
    held: NDArray[np.int64],
    blocks: Iterable[Weighted],
) -> None:
    """Write the lexical side: `postings[offsets[i]:offsets[i + 1]]` hold term number i.

    Args:
        folder: there already.
        analyzer: what made the terms.
        terms: in UTF-8, sorted.
        held: how many passages hold each of them.
        blocks: every posting once.
    """
    analyzer.save(folder / ANALYSIS)
    write_vocabulary(folder, terms)
    offsets = np.concatenate([[0], np.cumsum(held)]).astype(np.int64)
    save_array(folder / OFFSETS, offsets)
    rows = new_array(folder / POSTINGS, np.int32, (int(offsets[-1]),))
    weights = new_array(folder / WEIGHTS, np.float32, (int(offsets[-1]),))
    for places, passages, scores in blocks:
        rows[places], weights[places] = passages, scores
    most = np.maximum.reduceat(weights, offsets[:-1]) if len(terms) else weights[:0]
    save_array(folder / MOST, most)
