"""From a folder of documents to a published snapshot: reads, splits, embeds, writes, publishes."""

from __future__ import annotations

import datetime
import sqlite3
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer import __version__
from indexer.corpus import corpus_files
from indexer.embedding.compiled import compile_model
from indexer.embedding.embedded import Embedded
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.engines import Engine, Local
from indexer.errors import SnapshotError
from indexer.found import FoundPlaces
from indexer.intake import Intake
from indexer.linking import CITIES, PlaceFinder
from indexer.parity import check_parity
from indexer.questions import read_questions
from indexer.report import Recipe, Report, Steps, notes_on
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.manifest import PASSAGES, Manifest, VectorsInfo
from indexer.snapshot.snapshot import full_check
from indexer.staging import Staging
from indexer.unchanged import Unchanged

FOUND = "found.tmp"
"""Places of passages, until they are written."""


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
        from indexer.identity import identity_of, parameters_of

        recipe, compiled, folder = self._recipe, self._compiled, self._folder.staging
        questions = read_questions(recipe.corpus, self._holds)
        self._steps.begin("Reading")
        intake = Intake(recipe, self._report, self._steps, self._found)
        written = intake.take(self._engine.prepare(recipe.corpus), folder / PASSAGES)
        staging = Staging(folder, recipe, compiled, written)
        pieces, places = staging.pieces(), self._places.revision
        made_of = parameters_of(compiled, written, pieces, places, questions, recipe.vectors)
        identity = identity_of(written.digest, compiled.info, made_of)
        self._report.snapshot = identity
        self._report.documents, self._report.passages = written.documents, written.passages
        self._report.unchanged = self._is_published(identity)
        if not self._report.unchanged:
            self._publish(staging, made_of, questions)
        return self._report

    def _holds(self, question: str) -> bool:
        """Whether the model reads a question to its end."""
        model = self._compiled.info
        (tokens,) = self._compiled.count_tokens([model.query_prompt + question])
        return tokens + model.special_tokens <= model.max_tokens

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

    def _publish(self, staging: Staging, made_of: dict[str, Any], questions: list[str]) -> None:
        vectors, parity = self._make(staging, questions)
        self._report.notes += notes_on(vectors)
        self._folder.publish(
            Manifest(
                id=self._report.snapshot,
                built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                software=__version__,
                model=self._compiled.info,
                documents=self._report.documents,
                passages=self._report.passages,
                parameters=made_of,
                parity=parity,
                vectors=vectors,
                files=staging.files(),
            )
        )

    def _make(self, staging: Staging, questions: list[str]) -> tuple[VectorsInfo, float]:
        """Write all that stands beside the passages; return how near the encoder is to that."""
        staging.write_places(self._places, self._found)
        self._found.close()
        self._steps.begin("Embedding")
        vectors = staging.write_vectors(self._embedded)
        self._report.embedded = self._engine.made
        self._steps.begin("Writing")
        staging.write_encoder()
        # Beside the encoder, which runs without Python, what is left is written.
        with ThreadPoolExecutor(1) as beside:
            parity = beside.submit(check_parity, self._folder.staging, self._compiled.info)
            staging.write_lexical()
            staging.write_questions(questions)
        return vectors, parity.result()

    def _embedded(self, texts: Iterable[str]) -> Iterable[list[Embedded]]:
        total = self._report.passages
        return self._engine.embed(texts, lambda done: self._steps.embedded(done, total))


def cities_of(corpus: Path) -> Path | None:
    """The network's own `cities.yaml`: at the top of its corpus, or beside its one file."""
    path = (corpus if corpus.is_dir() else corpus.parent) / CITIES
    return path if path.is_file() else None
