"""The questions that a corpus says it answers, with their vectors; a snapshot may have none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.errors import DamagedError
from indexer.snapshot.arrays import save_array
from indexer.snapshot.encoder import Vector

TEXTS, VECTORS = "texts.json", "vectors.npy"


def write_questions(folder: Path, texts: Sequence[str], vectors: Vector) -> None:
    """Write questions.

    Args:
        folder: is made.
        texts: in the order of the corpus.
        vectors: theirs, as questions: normalised, of shape (questions, dimension).
    """
    folder.mkdir()
    said = json.dumps(list(texts), ensure_ascii=False, indent=1) + "\n"
    (folder / TEXTS).write_text(said, encoding="utf-8")
    save_array(folder / VECTORS, vectors.astype(np.float32))


class Questions:
    """The questions of a snapshot. Safe to share between threads.

    Attributes:
        texts: in the order of the corpus; empty if the corpus has none.
        vectors: normalised, of shape (questions, dimension).
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        """Read the questions of a folder; none where there is no such folder."""
        self.texts: tuple[str, ...] = ()
        self.vectors: Vector = np.zeros((0, dimension), dtype=np.float32)
        if not folder.is_dir():
            return
        try:
            texts = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
            self.texts = tuple(map(str, texts))
            self.vectors = np.load(folder / VECTORS)
            if self.vectors.shape != (len(self.texts), dimension):
                raise ValueError("questions of another index")  # noqa: TRY301
        except (OSError, ValueError, EOFError, TypeError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error
