"""What a passage costs: bytes of each part of a snapshot, and seconds of a processor."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.snapshot import manifest as names
from indexer.snapshot.snapshot import Snapshot
from indexer.snapshot.tokens import OFFSETS

SAMPLED, ROUNDS = 200, 3


@dataclass(frozen=True)
class Sizes:
    """Bytes of a snapshot.

    Attributes:
        passages: that it holds.
        tokens: kept of a passage, on average.
        parts: bytes a passage, by the first part of the file's name; the encoder is left out.
        encoder: bytes of it, whatever the number of passages.
    """

    passages: int
    tokens: float
    parts: dict[str, float]
    encoder: int


def sizes_of(snapshot: Snapshot) -> Sizes:
    """Measure the files of a snapshot."""
    manifest, parts = snapshot.manifest, Counter[str]()
    for name, info in manifest.files.items():
        parts[name.partition("/")[0]] += info.size
    encoder = parts.pop(names.ENCODER)
    offsets = np.load(snapshot.path / names.TOKENS / OFFSETS)
    return Sizes(
        manifest.passages,
        float(offsets[-1]) / manifest.passages,
        {name: size / manifest.passages for name, size in sorted(parts.items())},
        encoder,
    )


def seconds_of(snapshot: Snapshot) -> float:
    """Seconds of one processor that a passage takes to be embedded; the best of some rounds."""
    rows = np.unique(np.linspace(0, snapshot.manifest.passages - 1, SAMPLED).astype(int))
    texts = [hit.passage.embedded for hit in snapshot.passages.hits(rows.tolist())]
    snapshot.encoder.encode_passage(texts[0])
    return min(_round(snapshot, texts) for _ in range(ROUNDS)) / len(texts)


def _round(snapshot: Snapshot, texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        snapshot.encoder.encode_passage(text)
    return time.process_time() - began
