"""Near-identical passages: of each group the first stands for all."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.8
"""Share of word triples that two passages must have in common (Jaccard) to be copies."""

REPEATED = 3
"""Documents in which a passage must stand, beside others, to be taken for boilerplate."""

_WORDS = 3

_BANDS, _ROWS = 12, 5
"""Of two passages that share four of five triples, 99 in a hundred have a band in common."""

_HALF = np.uint64(32)

_AT_ONCE = 256
"""Texts whose triples are hashed together."""

_COMPARED = 4096
"""Texts whose word triples are kept for the next comparison."""


@dataclass(frozen=True, slots=True)
class Copies:
    """What is said more than once.

    Attributes:
        of: for each copy, the row of the first passage that says it.
        boilerplate: rows of passages that stand in several documents as parts of them.
    """

    of: dict[int, int]
    boilerplate: frozenset[int]


def find_copies(passages: Iterable[tuple[int, str]], text: Callable[[int], str]) -> Copies:
    """Find passages of different documents that are nearly the same.

    Candidates come from MinHash with locality-sensitive hashing (Broder 1997); each is then
    compared in full by the Jaccard similarity of its word triples. In memory are a few numbers for
    each passage, and no text but those that are compared.

    Args:
        passages: number of the document and text, in the order of rows.
        text: gives the text of a row again.
    """
    documents = array("i")

    def texts() -> Iterator[str]:
        for document, each in passages:
            documents.append(document)
            yield each

    of = _first_alike(documents, _signatures(texts()), text)
    return Copies(of, _boilerplate(documents, of))


def _signatures(texts: Iterable[str]) -> NDArray[np.uint64]:
    """A number for each band of each text's MinHash, of shape (passages, bands).

    Texts that have a band's number in common are candidates.
    """
    stream, held = iter(texts), [np.zeros((0, _BANDS), dtype=np.uint64)]
    while batch := list(islice(stream, _AT_ONCE)):
        hashes = [[crc32(shingle.encode()) for shingle in _shingles(each)] for each in batch]
        held.append(_banded(_least(hashes)))
    return np.concatenate(held)


def _least(hashes: Sequence[Sequence[int]]) -> NDArray[np.uint64]:
    """The MinHash of each set of 32-bit numbers, of shape (sets, permutations)."""
    numbers = np.array([each for held in hashes for each in held], dtype=np.uint64)
    starts = np.cumsum([0, *map(len, hashes[:-1])])
    permuted = (numbers * a + b >> _HALF for a, b in _permutations().T)
    return np.stack([np.minimum.reduceat(each, starts) for each in permuted], axis=1)


def _banded(least: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each band's numbers as one, of shape (sets, bands)."""
    cut = least.reshape(-1, _BANDS, _ROWS)
    return np.asarray((cut * _permutations()[0][:_ROWS]).sum(axis=2, dtype=np.uint64))


@cache
def _permutations() -> NDArray[np.uint64]:
    """Factors and summands of multiply-shift hashing (Dietzfelbinger 1996), of shape (2, any)."""
    drawn = np.random.default_rng(1).integers(1 << 64, size=(2, _BANDS * _ROWS), dtype=np.uint64)
    drawn[0] |= 1
    return drawn


def _first_alike(
    documents: Sequence[int], signatures: NDArray[np.uint64], text: Callable[[int], str]
) -> dict[int, int]:
    """For each copy, the first passage of another document that says nearly the same."""
    shared = np.zeros(signatures.shape, dtype=np.bool_)
    for band, numbers in enumerate(signatures.T):
        _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
        shared[:, band] = counts[places] > 1
    firsts: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    shingles = lru_cache(maxsize=_COMPARED)(lambda row: _shingles(text(row)))
    of: dict[int, int] = {}
    for row in np.flatnonzero(shared.any(axis=1)).tolist():
        bands = np.flatnonzero(shared[row]).tolist()
        names = [(band, int(signatures[row, band])) for band in bands]
        alike = (
            first
            for first in sorted({each for name in names for each in firsts[name]})
            if documents[first] != documents[row] and _similar(shingles(first), shingles(row))
        )
        first = next(alike, None)
        if first is not None:
            of[row] = first
            continue
        for name in names:
            firsts[name].append(row)
    return of


def _boilerplate(documents: Sequence[int], of: dict[int, int]) -> frozenset[int]:
    parts = np.bincount(np.asarray(documents, dtype=np.int64)) if documents else np.zeros(0)
    groups: dict[int, list[int]] = defaultdict(list)
    for copy, first in of.items():
        groups[first].append(copy)
    return frozenset(
        row
        for first, rows in groups.items()
        if len({documents[row] for row in (first, *rows) if parts[documents[row]] > 1}) >= REPEATED
        for row in (first, *rows)
    )


def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    return frozenset(
        " ".join(words[i : i + _WORDS]) for i in range(max(1, len(words) - _WORDS + 1))
    )


def _similar(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= ALIKE * (len(one) + len(other) - common)
