"""Loads a snapshot into a collection of its own, and reads one back to compare it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from pymilvus import MilvusClient

from indexer.errors import StoreError
from indexer.snapshot.folder import Published
from indexer.stores.engine import Engine, Held, TokenBytes
from indexer.stores.milvus.schema import NOTHING, WIDEST, make_collection, text_of
from indexer.stores.parts import Parts
from indexer.stores.store import Told

BATCH = 200
"""Rows that are sent at once: some three megabytes, where a server takes 64."""

Passage = tuple[int, Held, TokenBytes]


def load(client: MilvusClient, name: str, published: Published, told: Told) -> tuple[str, int]:
    """Load the passages of a snapshot into a new collection.

    Returns:
        The checksum of all that was loaded, and its bytes.
    """
    manifest = published.manifest
    make_collection(
        client,
        name,
        manifest.model.dimension,
        approximate=manifest.vectors.kind != "exact",
    )
    told("Loading passages")
    found = Sum()
    for batch in _batches(passages_of(Parts(published))):
        client.insert(name, [_row(*each) for each in batch])
        for each in batch:
            found.add(*each)
    told("Indexing")
    client.flush(name)
    client.load_collection(name)
    return found.digest, found.size


def passages_of(parts: Parts) -> Iterator[Passage]:
    """What is kept of each passage."""
    for row, (held, tokens) in enumerate(zip(parts.held(), parts.tokens(), strict=True)):
        yield row, held, tokens


def stored_passages(engine: Engine, count: int) -> Iterator[Passage]:
    """The same, as an engine gives it back; what is missing is left out."""
    for first in range(0, count, BATCH):
        rows = range(first, min(first + BATCH, count))
        held, tokens = engine.held(rows), engine.tokens(rows)
        yield from ((row, held[row], tokens[row]) for row in rows if row in held)


class Sum:
    """Adds up a checksum, and bytes."""

    def __init__(self) -> None:
        self._digest, self.size = hashlib.sha256(), 0

    def add(self, row: int, held: Held, tokens: TokenBytes) -> None:
        """Take a passage."""
        parts = (
            held.vector.astype("<f4").tobytes(),
            held.terms.astype("<i4").tobytes(),
            held.weights.astype("<f4").tobytes(),
            tokens.bits,
            tokens.sentences,
        )
        self._digest.update(f"{row}:{':'.join(str(len(part)) for part in parts)}".encode())
        for part in parts:
            self._digest.update(part)
            self.size += len(part)

    @property
    def digest(self) -> str:
        """SHA-256 of what was taken."""
        return self._digest.hexdigest()


def _row(row: int, held: Held, tokens: TokenBytes) -> dict[str, Any]:
    bits = text_of(tokens.bits)
    if len(bits) > WIDEST:
        raise StoreError(
            f"passage {row}: its tokens take {len(bits):,} bytes, Milvus keeps {WIDEST:,}; use a "
            "model of fewer dimensions, or PostgreSQL"
        )
    words = dict(zip(held.terms.tolist(), held.weights.tolist(), strict=True))
    return {
        "row": row,
        "vector": held.vector.astype(np.float32).tolist(),
        "words": words or {NOTHING: 1.0},
        "bits": bits,
        "sentences": text_of(tokens.sentences),
    }


def _batches(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    left = iter(passages)
    while batch := list(islice(left, BATCH)):
        yield batch
