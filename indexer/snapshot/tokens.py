"""States of the tokens of passages at one bit a dimension, mapped: what late interaction reads."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from types import TracebackType

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.passage import Passage
from indexer.snapshot.arrays import GrowingArray, ReadRows, save_array
from indexer.snapshot.vectors import Rows

Bits = NDArray[np.uint8]
"""Of shape (tokens, bytes): a state's signs, filled up with zeros to whole 64-bit words."""

Numbers = NDArray[np.int32]

Counts = NDArray[np.int32]

BITS, OFFSETS, SENTENCES = "bits.bin", "offsets.npy", "sentences.npy"

OUTSIDE = -1
"""Number of the sentence of a token that is in none, as those of titles and headings are."""


def signs(states: NDArray[np.float32]) -> Bits:
    """Keep one bit of each dimension: whether it is above zero.

    Args:
        states: of shape (tokens, width).
    """
    bits = np.packbits(states > 0, axis=1)
    lacking = -bits.shape[1] % 8
    return np.pad(bits, ((0, 0), (0, lacking))) if lacking else bits


_BLOCK = 64
"""Bytes for which FAISS has a kernel of its own, several times as fast as that for any number."""


def differing(ours: Bits, theirs: Bits) -> Counts:
    """In how many bits each of some tokens differs from each of others.

    Returns:
        An array of shape (ours, theirs).
    """
    starts = range(0, ours.shape[1], _BLOCK)
    return reduce(np.add, (_counted(_block(ours, at), _block(theirs, at)) for at in starts))


def _counted(ours: Bits, theirs: Bits) -> Counts:
    found = np.empty((len(ours), len(theirs)), dtype=np.int32)
    one, other, into = (faiss.swig_ptr(held) for held in (ours, theirs, found))
    faiss.hammings(one, other, len(ours), len(theirs), _BLOCK, into)  # type: ignore[attr-defined]
    return found


def _block(bits: Bits, start: int) -> Bits:
    """Some bytes of each token, filled up with zeros, which differ from zeros in nothing."""
    part = bits[:, start : start + _BLOCK]
    block = np.zeros((len(bits), _BLOCK), dtype=np.uint8)
    block[:, : part.shape[1]] = part
    return block


class TokenWriter:
    """Writes the tokens of passages, one after the other, in the order of rows."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which is made."""
        folder.mkdir()
        self._folder = folder
        self._file = (folder / BITS).open("wb")
        self._counts = array("i", [0])
        self._sentences = GrowingArray(folder / SENTENCES, np.int32)

    def __enter__(self) -> TokenWriter:
        return self

    def add(self, passage: Passage, bits: Bits, starts: Numbers) -> None:
        """Add one passage.

        Args:
            passage: whose sentences the tokens belong to.
            bits: of its tokens, special ones left out.
            starts: where each of them starts in what is embedded of the passage.
        """
        self._file.write(bits.tobytes())
        self._counts.append(len(bits))
        self._sentences.add(sentence_numbers(passage, starts))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        finally:
            self._sentences.close()
        if error is None:
            save_array(self._folder / OFFSETS, np.cumsum(self._counts, dtype=np.int64))


def sentence_numbers(passage: Passage, starts: Numbers) -> Numbers:
    """The sentence of each token, counted from 0, or `OUTSIDE`.

    Args:
        passage: whose sentences they may be in.
        starts: where each token starts in what is embedded of the passage.
    """
    before = len(passage.context) + 1 if passage.context else 0
    places = starts - before + passage.body
    spans = np.array(passage.sentences, dtype=np.int32).reshape(-1, 2)
    numbers = np.searchsorted(spans[:, 0], places, side="right").astype(np.int32) - 1
    ends = np.append(spans[:, 1], -1)[numbers]  # the last one is for what is before all sentences
    return np.where((starts >= before) & (places < ends), numbers, np.int32(OUTSIDE))


class Tokens:
    """The tokens of a snapshot's passages; only those that are asked for are read."""

    def __init__(self, folder: Path, passages: int) -> None:
        self._folder = folder
        try:
            self._offsets: NDArray[np.int64] = np.load(folder / OFFSETS)
            # NumPy's class of mapped arrays is slow to slice; a plain view of one is not.
            self._sentences: Numbers = np.load(folder / SENTENCES, mmap_mode="r").view(np.ndarray)
            self._check(passages, (folder / BITS).stat().st_size)
        except (OSError, ValueError, EOFError, TypeError, IndexError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error

    def _check(self, passages: int, size: int) -> None:
        """See that the parts fit each other; what is in them only their checksums tell."""
        tokens = len(self._sentences)
        width = size // max(tokens, 1)
        whole = width * tokens == size and width % 8 == 0 and (width > 0) == (tokens > 0)
        if len(self._offsets) != passages + 1 or self._offsets[-1] != tokens or not whole:
            raise ValueError("parts of different indexes")
        self._bits = ReadRows(self._folder / BITS, np.uint8, max(width, 8))

    def of(self, rows: Rows | Sequence[int]) -> tuple[Bits, NDArray[np.int64]]:
        """The tokens of passages, one passage after the other, and how many each one has."""
        starts, ends = self._spans(rows)
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        return self._bits.spans(spans), ends - starts

    def sentences(self, row: int) -> Numbers:
        """The sentence of each of a passage's tokens, or `OUTSIDE`."""
        return self.sentences_of([row])

    def sentences_of(self, rows: Rows | Sequence[int]) -> Numbers:
        """The sentence of each token of passages, one passage after the other, as in `of`."""
        starts, ends = self._spans(rows)
        lasts = np.cumsum(ends - starts)
        # How far the tokens of each passage stand behind where they come to stand.
        moved = np.repeat(ends - lasts, ends - starts)
        found: Numbers = self._sentences[moved + np.arange(len(moved))]
        return found

    def _spans(self, rows: Rows | Sequence[int]) -> tuple[Rows, Rows]:
        """Where the tokens of passages start and end among all."""
        wanted = np.array(rows, dtype=np.int64)
        return self._offsets[wanted], self._offsets[wanted + 1]
