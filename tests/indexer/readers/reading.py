"""Reads one document from what a test writes."""

from __future__ import annotations

from pathlib import Path

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.formats import read


def read_one(folder: Path, source: str, name: str, fields: Fields | None = None) -> Document:
    """Write a source to a file, and read the one document in it.

    Args:
        folder: for the file.
        source: what is in it.
        name: of the file in its corpus; its ending tells the format.
        fields: what the corpus says of it.

    Raises:
        DocumentError: it cannot be read.
    """
    path = folder / Path(name).name
    path.write_bytes(source.encode())
    (document,) = read(path, name, fields or {})
    if isinstance(document, DocumentError):
        raise document
    return document
