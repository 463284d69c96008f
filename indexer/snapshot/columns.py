"""What ranking knows of each passage, as mapped arrays by row: nothing is read that is not asked.

It stands in the passages' table too; read from there, a million rows would take seconds.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.document import Aspect
from indexer.errors import DamagedError
from indexer.snapshot.arrays import mapped, new_array, save_array
from indexer.snapshot.passages import Passages

DOCUMENTS, LANGUAGES, ASPECTS = "documents.npy", "languages.npy", "aspects.npy"
NOISE, COPIES, VALUES = "noise.npy", "copies.npy", "values.json"


class Columns:
    """The columns of a snapshot. Safe to share between threads.

    Attributes:
        documents: number of each passage's document, of shape (passages,).
        noise: whether each passage does not inform.
        languages: those that occur.
        language: of each passage, its place in `languages`.
        copies: for each passage that nearly repeats one of another document, the first such.
    """

    def __init__(self, folder: Path, passages: int) -> None:
        try:
            values = json.loads((folder / VALUES).read_text(encoding="utf-8"))
            self.languages: list[str] = values["languages"]
            self._aspects: list[Aspect | None] = values["aspects"]
            self.documents: NDArray[np.int32] = mapped(folder / DOCUMENTS)
            self.noise: NDArray[np.bool_] = mapped(folder / NOISE)
            self.language: NDArray[np.uint8] = mapped(folder / LANGUAGES)
            self._aspect: NDArray[np.uint8] = mapped(folder / ASPECTS)
            rows, firsts = np.load(folder / COPIES).tolist()
            self.copies: dict[int, int] = dict(zip(rows, firsts, strict=True))
            columns = (self.documents, self.noise, self.language, self._aspect)
            if any(column.shape != (passages,) for column in columns):
                raise ValueError("columns of another index")  # noqa: TRY301
        except (OSError, ValueError, EOFError, TypeError, KeyError) as error:
            raise DamagedError(f"{folder}: cannot be read; rebuild the index") from error

    def aspect(self, row: int) -> Aspect | None:
        """What a source's column says that a passage is about, if it says so."""
        return self._aspects[int(self._aspect[row])]


def write_columns(folder: Path, passages: Passages, count: int) -> None:
    """Write the columns of all passages.

    Args:
        folder: is made.
        passages: of the snapshot.
        count: how many there are.
    """
    folder.mkdir()
    documents = new_array(folder / DOCUMENTS, np.int32, (count,))
    noise = new_array(folder / NOISE, np.bool_, (count,))
    languages = new_array(folder / LANGUAGES, np.uint8, (count,))
    aspects = new_array(folder / ASPECTS, np.uint8, (count,))
    spoken: dict[str, int] = {}
    said: dict[str | None, int] = {None: 0}
    for row, (document, language, aspect, silent) in enumerate(passages.columns()):
        documents[row], noise[row] = document, silent
        languages[row] = spoken.setdefault(language, len(spoken))
        aspects[row] = said.setdefault(aspect, len(said))
    copies = np.array(sorted(passages.copies().items()), dtype=np.int32)
    save_array(folder / COPIES, copies.reshape(-1, 2).T.copy())
    values = {"languages": list(spoken), "aspects": list(said)}
    (folder / VALUES).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
