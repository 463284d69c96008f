"""Near-identical passages: of each group the first stands for all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from datasketch import MinHash, MinHashLSH

ALIKE = 0.8
"""Share of word triples that two passages must have in common (Jaccard) to be copies."""

REPEATED = 3
"""Documents in which a passage must stand, beside others, to be taken for boilerplate."""

_WORDS = 3
_PERMUTATIONS = 64
_SEED = 1


@dataclass(frozen=True, slots=True)
class Copies:
    """What is said more than once.

    Attributes:
        of: for each copy, the row of the first passage that says it.
        boilerplate: rows of passages that stand in several documents as parts of them.
    """

    of: dict[int, int]
    boilerplate: frozenset[int]


def find_copies(passages: Iterable[tuple[int, str]]) -> Copies:
    """Find passages of different documents that are nearly the same.

    Candidates come from MinHash with locality-sensitive hashing (Broder 1997); each is then
    compared in full by the Jaccard similarity of its word triples.

    Args:
        passages: number of the document and text, in the order of rows.
    """
    documents: list[int] = []
    shingles: list[frozenset[str]] = []
    for document, text in passages:
        documents.append(document)
        shingles.append(_shingles(text))
    of = _first_alike(documents, shingles)
    return Copies(of, _boilerplate(documents, of))


def _first_alike(documents: Sequence[int], shingles: Sequence[frozenset[str]]) -> dict[int, int]:
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    hashes = MinHash.generator(
        ([shingle.encode() for shingle in sorted(each)] for each in shingles),
        num_perm=_PERMUTATIONS,
        seed=_SEED,
        hashfunc=crc32,
    )
    of: dict[int, int] = {}
    for row, minhash in enumerate(hashes):
        alike = (
            first
            for first in sorted(index.query(minhash))
            if documents[first] != documents[row] and _similar(shingles[first], shingles[row])
        )
        first = next(alike, None)
        if first is None:
            index.insert(row, minhash)
        else:
            of[row] = first
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
