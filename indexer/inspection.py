"""How one file is read: its documents and their passages, without anything being written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus import read_corpus
from indexer.document import Document
from indexer.embedding.compiled import compile_model
from indexer.embedding.models import find_model
from indexer.embedding.reference import Reference
from indexer.errors import CorpusError, DocumentError
from indexer.lengths import chunker_of
from indexer.linking import CITIES, SMALLEST, PlaceFinder
from indexer.passage import Passage
from indexer.place import PassagePlace


@dataclass(frozen=True, slots=True)
class Inspected:
    """A document, the passages that it would be split into, and the places of each of them."""

    document: Document
    passages: tuple[Passage, ...]
    places: tuple[tuple[PassagePlace, ...], ...]


def inspect(
    file: Path, model: str, cache: Path, smallest_place: int = SMALLEST
) -> Iterator[Inspected | DocumentError]:
    """Read a file as `citywise index` would, and yield what is understood.

    Args:
        file: the file; the `metadata.yaml` beside it is heeded.
        model: whose tokenizer measures the passages.
        cache: folder of compiled models.
        smallest_place: inhabitants from which a place is known.

    Raises:
        CorpusError: there is no such file.
        ModelError: the model cannot be found or compiled.
    """
    if not file.is_file():
        raise CorpusError(f"{file}: no such file; name one file of the corpus")
    files = find_model(model)
    chunker = chunker_of(compile_model(files, Reference(files), cache))
    finder = PlaceFinder(_cities_of(file), smallest_place, cache)
    for document in read_corpus(file):
        if isinstance(document, DocumentError):
            yield document
        else:
            passages = tuple(chunker.split(document))
            places = tuple(map(tuple, finder.find(document.metadata, passages)))
            yield Inspected(document, passages, places)


def _cities_of(file: Path) -> Path | None:
    """The nearest `cities.yaml` in the file's folder or above it: that of its corpus."""
    found = (folder / CITIES for folder in file.absolute().parents)
    return next((path for path in found if path.is_file()), None)
