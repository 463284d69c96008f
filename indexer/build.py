"""From a folder of documents to a published snapshot: reads, splits, embeds, writes, publishes."""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from indexer import __version__
from indexer.corpus import corpus_files
from indexer.document import Document
from indexer.embedding.compiled import compile_model
from indexer.embedding.embedded import Embedded
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.engines import Engine, Local
from indexer.errors import CorpusError, DocumentError, SnapshotError
from indexer.folders import everything_below
from indexer.found import FoundPlaces
from indexer.kept import Kept
from indexer.labelling import label_passages
from indexer.lengths import passage_tokens
from indexer.linking import CITIES, PlaceFinder
from indexer.parity import check_parity
from indexer.passage import Passage
from indexer.pieces import pieces_per_word
from indexer.preparing import Prepared
from indexer.program import program
from indexer.questions import read_questions
from indexer.report import DocumentReport, Recipe, Report, Steps, notes_on
from indexer.snapshot.columns import write_columns
from indexer.snapshot.encoder import Encoder, Vector
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.kinds import plan_for
from indexer.snapshot.manifest import (
    COLUMNS,
    ENCODER,
    FORMAT,
    LABELS,
    LEXICAL,
    PASSAGES,
    PLACES,
    QUESTIONS,
    TOKENS,
    Manifest,
    ModelInfo,
    VectorsInfo,
    file_info,
)
from indexer.snapshot.passages import Passages
from indexer.snapshot.questions import write_questions
from indexer.snapshot.snapshot import full_check
from indexer.snapshot.tokens import TokenWriter
from indexer.snapshot.vectors import write_vectors
from indexer.snapshot.writer import PassageWriter
from indexer.unchanged import Unchanged

FOUND = "found.tmp"
"""Places of passages, until they are written."""

NAMED = 20
"""Unreadable documents that an error names; it counts the others."""


def build(recipe: Recipe, steps: Steps | None = None) -> Report:
    """Build and publish the index of a corpus; if it is already that, it stays as it is.

    Args:
        recipe: what to build.
        steps: told of progress.

    Returns:
        What was done.

    Raises:
        CorpusError: no documents, or some that cannot be read (the first ones named).
        ModelError: the model cannot be found, compiled or trusted.
        SnapshotError: another build is at work, or the folder cannot be written.
    """
    began = time.monotonic()
    corpus_files(recipe.corpus)  # nothing to read is said before anything is made
    folder = IndexFolder(recipe.index)
    try:
        with folder.lock():
            report = _Build(recipe, steps or Steps(), folder).run()
    except (OSError, sqlite3.Error) as error:
        raise SnapshotError(
            f"{recipe.index} or {recipe.cache}: cannot be read or written ({error}); "
            "mend that and build again; what was published before is whole"
        ) from error
    report.seconds = round(time.monotonic() - began, 3)
    return report


class _Build:
    """One build, under the folder's lock."""

    def __init__(self, recipe: Recipe, steps: Steps, folder: IndexFolder) -> None:
        self._recipe, self._steps, self._folder = recipe, steps, folder
        self._report = Report()
        self._places = PlaceFinder(cities_of(recipe.corpus), recipe.smallest_place, recipe.cache)
        steps.begin("Preparing model")
        files = find_model(recipe.model)
        self._reference = Reference(files)
        self._compiled = compile_model(files, self._reference, recipe.cache)

    def run(self) -> Report:
        """Build, unless these very bytes were built before and are what is published."""
        unchanged = Unchanged(self._recipe, self._compiled.maker)
        if (known := unchanged.known()) and self._is_published(known.snapshot):
            return replace(known, unchanged=True, embedded=0)
        report = self._run()
        unchanged.remember(report)
        return report

    def _run(self) -> Report:
        # What only a changed corpus needs is imported late, while the process that reads starts.
        with closing(self._chosen_engine()) as self._engine:
            self._folder.staging.mkdir()
            with closing(FoundPlaces(self._folder.staging / FOUND)) as self._found:
                return self._written()

    def _chosen_engine(self) -> Engine:
        if self._recipe.engine is None:
            return Local(self._recipe, self._compiled, self._reference, self._places)
        from indexer.distributed.engine import Distributed

        return Distributed(self._recipe, self._compiled, self._places)

    def _written(self) -> Report:
        from indexer.lexicon import CONTEXT, K1, REVISION, B

        staging, model = self._folder.staging, self._compiled.info
        questions = read_questions(self._recipe.corpus, self._holds)
        self._steps.begin("Reading")
        written = self._read(staging / PASSAGES)
        parameters = {
            "encoder": self._compiled.maker[:16],
            "lexical": {"k1": K1, "b": B, "context": CONTEXT, "revision": REVISION},
            "languages": sorted(written.languages),
            "pieces": self._pieces(staging / PASSAGES, written.languages),
            "passage_tokens": passage_tokens(model),
            "places": self._places.revision,
            "questions": _digest(questions) if questions else None,
            "vectors": plan_for(written.passages, self._recipe.vectors).kind,
        }
        identity = _identity(written.digest, model, parameters)
        self._report.unchanged = self._is_published(identity)
        if not self._report.unchanged:
            vectors = self._make(staging, written)
            # Beside the encoder, which runs without Python, what is left is written.
            with ThreadPoolExecutor(1) as beside:
                parity = beside.submit(check_parity, staging, model)
                self._write_lexical(staging, written)
                self._write_questions(staging, questions)
            self._report.notes += notes_on(vectors)
            self._folder.publish(
                Manifest(
                    id=identity,
                    built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                    software=__version__,
                    model=model,
                    documents=written.documents,
                    passages=written.passages,
                    parameters=parameters,
                    parity=parity.result(),
                    vectors=vectors,
                    files=_files(staging),
                )
            )
        self._report.snapshot = identity
        self._report.documents, self._report.passages = written.documents, written.passages
        return self._report

    def _holds(self, question: str) -> bool:
        """Whether the model reads a question to its end."""
        model = self._compiled.info
        (tokens,) = self._compiled.count_tokens([model.query_prompt + question])
        return tokens + model.special_tokens <= model.max_tokens

    def _write_questions(self, staging: Path, questions: list[str]) -> None:
        """Write the corpus's own questions, as the server would encode them; nothing for none."""
        if questions:
            encoder = Encoder(staging / ENCODER, self._compiled.info)
            write_questions(staging / QUESTIONS, questions, encoder.encode_questions(questions))

    def _read(self, path: Path) -> PassageWriter:
        """Read the corpus into a passage file, or fail naming everything that cannot be read."""
        from indexer.copies import find_copies

        writer = PassageWriter(path)
        with closing(self._engine.prepare(self._recipe.corpus)) as stream:
            for prepared in stream:
                try:
                    self._take(prepared, writer)
                except DocumentError as error:
                    self._report.skipped.append(str(error))
        copies = find_copies(writer.texts(), writer.text)
        self._report.copies = len(copies.of)
        writer.add_copies(copies.of, copies.boilerplate)
        writer.close()
        skipped = self._report.skipped
        if skipped and not self._recipe.keep_going:
            raise CorpusError(_unreadable(skipped))
        if not writer.passages:
            raise CorpusError(f"{self._recipe.corpus}: nothing readable in this folder")
        return writer

    def _take(self, prepared: Prepared | DocumentError, writer: PassageWriter) -> None:
        if isinstance(prepared, DocumentError):
            raise prepared
        document, passages = prepared.document, prepared.passages
        writer.add(document, passages)
        self._found.add(prepared.places)
        self._report.read.append(_read(document, len(passages)))
        self._steps.read(len(self._report.read))

    def _pieces(self, path: Path, languages: set[str]) -> dict[str, float]:
        passages = Passages(path)
        pieces = pieces_per_word(passages.all(), languages, self._compiled.count_tokens)
        passages.close()
        return pieces

    def _is_published(self, identity: str) -> bool:
        """Whether this very content is published already, and every byte of it whole."""
        try:
            published = self._folder.published()
        except SnapshotError:
            return False  # nothing there, or damaged: a new one takes its place
        if published.manifest.id != identity or full_check(published):
            return False
        self._folder.point_to(published.path)
        return True

    def _make(self, staging: Path, written: PassageWriter) -> VectorsInfo:
        """Write places, labels, vectors and encoder beside the passages."""
        from indexer.toponyms import write_places

        passages = Passages(staging / PASSAGES)
        with Kept(self._recipe.cache / "read", program()) as kept:
            write_places(staging / PLACES, self._places, self._found, kept)
        label_passages(staging / LABELS, passages, self._found)
        self._found.close()
        write_columns(staging / COLUMNS, passages, written.passages)
        self._steps.begin("Embedding")
        batches = self._engine.embed(
            (passage.embedded for passage in passages.all()),
            lambda done: self._steps.embedded(done, written.passages),
        )
        with TokenWriter(staging / TOKENS) as tokens:
            vectors = _vectors(batches, passages.all(), tokens)
            plan = plan_for(written.passages, self._recipe.vectors)
            info = write_vectors(staging, vectors, self._compiled.info.dimension, plan)
        self._report.embedded = self._engine.made
        self._steps.begin("Writing")
        passages.close()
        self._compiled.copy_to(staging / ENCODER)
        return info

    def _write_lexical(self, staging: Path, written: PassageWriter) -> None:
        from indexer.lexicon import build_lexical

        passages = Passages(staging / PASSAGES)
        build_lexical(staging / LEXICAL, passages.all(), written.languages)
        passages.close()


def _vectors(
    batches: Iterable[list[Embedded]], passages: Iterator[Passage], tokens: TokenWriter
) -> Iterator[Vector]:
    """Yield the vectors of each batch, and leave what belongs to the tokens with their writer."""
    for batch in batches:
        for made, passage in zip(batch, passages, strict=False):  # which go on to the next batch
            tokens.add(passage, made.bits, made.starts)
        yield np.stack([made.vector for made in batch])


def cities_of(corpus: Path) -> Path | None:
    """The network's own `cities.yaml`: at the top of its corpus, or beside its one file."""
    path = (corpus if corpus.is_dir() else corpus.parent) / CITIES
    return path if path.is_file() else None


def _read(document: Document, passages: int) -> DocumentReport:
    return DocumentReport(
        id=document.id,
        origin=document.origin,
        characters=document.characters,
        kept=sum(map(len, document.text.split())),
        passages=passages,
        tables=document.tables,
        warnings=document.warnings,
    )


def _identity(digest: str, model: ModelInfo, parameters: dict[str, Any]) -> str:
    """Name a snapshot by what it is made of."""
    return _digest([FORMAT, digest, model.fingerprint, parameters])


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _files(staging: Path) -> dict[str, Any]:
    paths = sorted(path for path in everything_below(staging) if path.is_file())
    return {path.relative_to(staging).as_posix(): file_info(path) for path in paths}


def _unreadable(skipped: list[str]) -> str:
    lines = skipped[:NAMED]
    if len(skipped) > NAMED:
        lines.append(f"and {len(skipped) - NAMED} more")
    count = "1 document" if len(skipped) == 1 else f"{len(skipped)} documents"
    return (
        f"{count} cannot be read; mend or remove them, or leave them out with --keep-going:\n  "
        + "\n  ".join(lines)
    )
