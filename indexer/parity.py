"""Whether the question encoder of a snapshot speaks the language of its vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.errors import ModelError
from indexer.snapshot.encoder import PARITY, Encoder
from indexer.snapshot.manifest import ENCODER, PASSAGES, ModelInfo
from indexer.snapshot.passages import Passages
from indexer.snapshot.vectors import Vectors

SAMPLED = 16
"""Passages on which that is measured in each build."""


def check_parity(folder: Path, model: ModelInfo) -> float:
    """Return the lowest cosine between stored vectors and the encoder's, on passages spread evenly.

    Args:
        folder: a snapshot, complete but for its manifest.
        model: the model that embedded it.

    Raises:
        ModelError: the compiled encoder is not the model that embedded the passages.
    """
    passages, vectors = Passages(folder / PASSAGES), Vectors(folder)
    rows = np.unique(np.linspace(0, len(vectors) - 1, SAMPLED).astype(np.int64))
    texts = [hit.passage.embedded for hit in passages.hits(rows.tolist())]
    passages.close()
    made = Encoder(folder / ENCODER, model).encode_passages(texts)
    lowest = float(np.sum(made * vectors.at(rows), axis=1).min())
    needed = PARITY[model.precision]
    if not lowest >= needed:  # neither is a vector of no numbers
        raise ModelError(
            f"model {model.name!r}: the compiled encoder differs from what embedded the passages "
            f"(cosine {lowest:.4f}, at least {needed} is needed)"
        )
    return round(lowest, 6)
