"""Makes a snapshot of any size from real passages, streamed through the snapshot's own writers.

The first passages are the real ones. Each further one is made of real ones: a vector moved by half
the difference of two others, so that it strays as real vectors do; the first words of one text and
the last of another; the tokens, places and metadata of the first.
"""

from __future__ import annotations

import datetime
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.scaling.material import Material
from indexer import __version__
from indexer.document import Document, Metadata
from indexer.labelling import label_passages
from indexer.lexicon import build_lexical
from indexer.passage import Passage, passage_id
from indexer.place import PassagePlace
from indexer.snapshot import manifest as names
from indexer.snapshot.columns import write_columns
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.kinds import Wanted, plan_for
from indexer.snapshot.manifest import Manifest, file_info
from indexer.snapshot.passages import Passages
from indexer.snapshot.places import PlaceWriter
from indexer.snapshot.tokens import TokenWriter
from indexer.snapshot.vectors import write_vectors
from indexer.snapshot.writer import PassageWriter

STRAY = 0.5
"""How far a made vector is moved, as a share of the difference of two real ones."""

AT_ONCE = 8192

Numbers = NDArray[np.int64]


class Made:
    """A collection of `count` passages, each known by the real ones that it is made of."""

    def __init__(self, material: Material, count: int, tokens: int, seed: int = 7) -> None:
        """Take what to make it of, how many passages, and how many tokens to keep of each."""
        self.count, self._material, self._tokens = count, material, tokens
        rng, real = np.random.default_rng(seed), len(material.hits)
        self._of: Numbers = rng.integers(0, real, (4, count))
        self._of[0, :real] = np.arange(min(real, count))
        self._real = real

    def passages(self) -> Iterator[tuple[Document, Passage]]:
        """Each passage, the whole of a document of its own."""
        for row in range(self.count):
            hit = self._material.hits[self._of[0, row]]
            text = hit.passage.text
            if row >= self._real:
                text = _joined(text, self._material.hits[self._of[1, row]].passage.text)
            about: Metadata = hit.document.metadata
            document = Document(f"d{row}", "made.jsonl", text, (), about)
            sentences = hit.passage.sentences if row < self._real else ((0, len(text)),)
            yield (
                document,
                replace(
                    hit.passage,
                    id=passage_id(document.id, text, 0),
                    start=0,
                    end=len(text),
                    text=text,
                    body=hit.passage.body if row < self._real else 0,
                    sentences=sentences,
                    quotes=(),
                ),
            )

    def places(self) -> Iterator[list[PassagePlace]]:
        """The places of each passage."""
        for row in range(self.count):
            yield list(self._material.places[self._of[0, row]])

    def vectors(self) -> Iterator[NDArray[np.float32]]:
        """Their vectors, in batches."""
        held = self._material.snapshot.vectors.at(np.arange(self._real))
        for first in range(0, self.count, AT_ONCE):
            rows = np.arange(first, min(first + AT_ONCE, self.count))
            own, _, one, other = (held[numbers] for numbers in self._of[:, rows])
            stray = STRAY * (rows >= self._real)[:, None]
            moved = own + stray.astype(np.float32) * (one - other)
            yield moved / np.linalg.norm(moved, axis=1, keepdims=True)

    def write_tokens(self, folder: Path) -> None:
        """Write the first token states of each passage."""
        tokens = self._material.snapshot.tokens
        with TokenWriter(folder) as writer:
            for row, (_, passage) in enumerate(self.passages()):
                bits = tokens.of([int(self._of[0, row])])[0][: self._tokens]
                starts = np.arange(len(bits), dtype=np.int32) + len(passage.context)
                writer.add(passage, bits, starts)


def make(made: Made, material: Material, index: Path, wanted: Wanted = "auto") -> None:
    """Publish a made collection in an index folder."""
    folder, model = IndexFolder(index), material.snapshot.manifest.model
    with folder.lock():
        staging = folder.staging
        staging.mkdir()
        writer = PassageWriter(staging / names.PASSAGES)
        for document, passage in made.passages():
            writer.add(document, [passage])
        writer.close()
        passages = Passages(staging / names.PASSAGES)
        _write_places(made, material, staging / names.PLACES)
        label_passages(staging / names.LABELS, passages, made.places())
        write_columns(staging / names.COLUMNS, passages, made.count)
        made.write_tokens(staging / names.TOKENS)
        build_lexical(staging / names.LEXICAL, passages.all(), writer.languages)
        passages.close()
        plan = plan_for(made.count, wanted)
        vectors = write_vectors(staging, made.vectors(), model.dimension, plan)
        shutil.copytree(material.snapshot.path / names.ENCODER, staging / names.ENCODER)
        files = sorted(path for path in staging.rglob("*") if path.is_file())
        folder.publish(
            Manifest(
                id=f"{made.count:016x}",
                built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                software=__version__,
                model=model,
                documents=made.count,
                passages=made.count,
                parameters=material.snapshot.manifest.parameters,
                parity=material.snapshot.manifest.parity,
                files={path.relative_to(staging).as_posix(): file_info(path) for path in files},
                vectors=vectors,
            )
        )


def _write_places(made: Made, material: Material, path: Path) -> None:
    """The real places, and which made passages speak of them."""
    shutil.copyfile(material.snapshot.path / names.PLACES, path)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM mentions")
    db.close()
    writer = PlaceWriter(path, path.read_bytes())
    for row, places in enumerate(made.places()):
        writer.add_mentions(row, places)
    writer.close()


def _joined(first: str, second: str) -> str:
    """The first half of the words of one text, and the second half of another's."""
    one, other = first.split(), second.split()
    return " ".join([*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]]) or first
