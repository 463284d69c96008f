"""The corpus on its way into the passage file: what is taken, and what cannot be read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from indexer.document import Document
from indexer.errors import CorpusError, DocumentError
from indexer.found import FoundPlaces
from indexer.preparing import Prepared
from indexer.report import DocumentReport, Recipe, Report, Steps
from indexer.snapshot.writer import PassageWriter

NAMED = 20
"""Unreadable documents that an error names; it counts the others."""

Stream = Generator[Prepared | DocumentError]
"""Documents with their passages and places, or why one cannot be read."""


class Intake:
    """Takes documents into a passage file, and reports on each."""

    def __init__(self, recipe: Recipe, report: Report, steps: Steps, found: FoundPlaces) -> None:
        """Take what is built, what hears of it, and where the places of passages are kept."""
        self._recipe, self._report, self._steps, self._found = recipe, report, steps, found

    def take(self, stream: Stream, path: Path) -> PassageWriter:
        """Write the passage file; what wrote it knows how much there is.

        Raises:
            CorpusError: nothing can be read, or not all, naming everything that cannot.
        """
        from indexer.copies import find_copies

        writer = PassageWriter(path)
        with closing(stream):
            for prepared in stream:
                try:
                    self._add(prepared, writer)
                except DocumentError as error:
                    self._report.skipped.append(str(error))
        copies = find_copies(writer.texts(), writer.text)
        self._report.copies = len(copies.of)
        writer.add_copies(copies.of, copies.boilerplate)
        writer.close()
        self._see_enough(writer)
        return writer

    def _add(self, prepared: Prepared | DocumentError, writer: PassageWriter) -> None:
        if isinstance(prepared, DocumentError):
            raise prepared
        document, passages = prepared.document, prepared.passages
        writer.add(document, passages)
        self._found.add(prepared.places)
        self._report.read.append(_report_on(document, len(passages)))
        self._steps.read(len(self._report.read))

    def _see_enough(self, writer: PassageWriter) -> None:
        skipped = self._report.skipped
        if skipped and not self._recipe.keep_going:
            raise CorpusError(_unreadable(skipped))
        if not writer.passages:
            raise CorpusError(f"{self._recipe.corpus}: nothing readable in this folder")


def _report_on(document: Document, passages: int) -> DocumentReport:
    return DocumentReport(
        id=document.id,
        origin=document.origin,
        characters=document.characters,
        kept=sum(map(len, document.text.split())),
        passages=passages,
        tables=document.tables,
        warnings=document.warnings,
    )


def _unreadable(skipped: list[str]) -> str:
    lines = skipped[:NAMED]
    if len(skipped) > NAMED:
        lines.append(f"and {len(skipped) - NAMED} more")
    count = "1 document" if len(skipped) == 1 else f"{len(skipped)} documents"
    return (
        f"{count} cannot be read; mend or remove them, or leave them out with --keep-going:\n  "
        + "\n  ".join(lines)
    )
