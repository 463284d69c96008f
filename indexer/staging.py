"""The parts of a snapshot, written beside its passages before it is published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from indexer.embedding.compiled import Compiled
from indexer.embedding.embedded import Embedded
from indexer.folders import everything_below
from indexer.found import FoundPlaces
from indexer.kept import Kept
from indexer.labelling import label_passages
from indexer.linking import PlaceFinder
from indexer.passage import Passage
from indexer.pieces import pieces_per_word
from indexer.program import program
from indexer.report import Recipe
from indexer.snapshot import manifest as names
from indexer.snapshot.columns import write_columns
from indexer.snapshot.encoder import Encoder, Vector
from indexer.snapshot.kinds import plan_for
from indexer.snapshot.manifest import FileInfo, VectorsInfo, file_info
from indexer.snapshot.passages import Passages
from indexer.snapshot.questions import write_questions
from indexer.snapshot.tokens import TokenWriter
from indexer.snapshot.vectors import write_vectors
from indexer.snapshot.writer import PassageWriter

Embed = Callable[[Iterable[str]], Iterable[list[Embedded]]]
"""What makes vectors and tokens of texts, batch by batch."""


class Staging:
    """Writes the parts of a snapshot of which the passages are there."""

    def __init__(
        self, folder: Path, recipe: Recipe, compiled: Compiled, written: PassageWriter
    ) -> None:
        """Take the folder with the passage file, what is built, and what wrote that file."""
        self._folder, self._recipe = folder, recipe
        self._compiled, self._written = compiled, written

    def pieces(self) -> dict[str, float]:
        """Into how many pieces the model cuts a word of each language."""
        with self._passages() as passages:
            languages, count = self._written.languages, self._compiled.count_tokens
            return pieces_per_word(passages.all(), languages, count)

    def write_places(self, finder: PlaceFinder, found: FoundPlaces) -> None:
        """Write which places passages speak of, and by what they can be filtered."""
        from indexer.toponyms import write_places

        with Kept(self._recipe.cache / "read", program()) as kept:
            write_places(self._folder / names.PLACES, finder, found, kept)
        with self._passages() as passages:
            label_passages(self._folder / names.LABELS, passages, found)
            write_columns(self._folder / names.COLUMNS, passages, self._written.passages)

    def write_vectors(self, embed: Embed) -> VectorsInfo:
        """Write vectors and tokens of the passages."""
        plan = plan_for(self._written.passages, self._recipe.vectors)
        dimension = self._compiled.info.dimension
        with self._passages() as passages, TokenWriter(self._folder / names.TOKENS) as tokens:
            batches = embed(passage.embedded for passage in passages.all())
            vectors = _vectors(batches, passages.all(), tokens)
            return write_vectors(self._folder, vectors, dimension, plan)

    def write_encoder(self) -> None:
        """Write what encodes questions."""
        self._compiled.copy_to(self._folder / names.ENCODER)

    def write_lexical(self) -> None:
        """Write the words of the passages."""
        from indexer.lexicon import build_lexical

        with self._passages() as passages:
            build_lexical(self._folder / names.LEXICAL, passages.all(), self._written.languages)

    def write_questions(self, questions: list[str]) -> None:
        """Write the corpus's own questions, as the server would encode them; nothing for none."""
        if questions:
            encoder = Encoder(self._folder / names.ENCODER, self._compiled.info)
            made = encoder.encode_questions(questions)
            write_questions(self._folder / names.QUESTIONS, questions, made)

    def files(self) -> dict[str, FileInfo]:
        """Size and checksum of everything that is there, by path."""
        paths = sorted(path for path in everything_below(self._folder) if path.is_file())
        return {path.relative_to(self._folder).as_posix(): file_info(path) for path in paths}

    @contextmanager
    def _passages(self) -> Iterator[Passages]:
        """Open the passage file; not closed after a failure, as others may be reading from it."""
        passages = Passages(self._folder / names.PASSAGES)
        yield passages
        passages.close()


def _vectors(
    batches: Iterable[list[Embedded]], passages: Iterator[Passage], tokens: TokenWriter
) -> Iterator[Vector]:
    """Yield the vectors of each batch, and leave what belongs to the tokens with their writer."""
    for batch in batches:
        for made, passage in zip(batch, passages, strict=False):  # which go on to the next batch
            tokens.add(passage, made.bits, made.starts)
        yield np.stack([made.vector for made in batch])
