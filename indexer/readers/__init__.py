"""One reader a format: a file in, documents out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.markdown import read_markdown
from indexer.readers.plaintext import read_plaintext
from indexer.readers.records import read_csv, read_json, read_yaml

Reader = Callable[[Path, str, Fields], Iterator[Document | DocumentError]]

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".json": read_json,
    ".jsonl": read_json,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".ndjson": read_json,
    ".tsv": read_csv,
    ".txt": read_plaintext,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}


def read(path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read one file.

    Args:
        path: where it lies.
        name: its path relative to the corpus, used in ids and messages.
        folder: what `metadata.yaml` beside it says of it.

    Yields:
        Documents, and an error for each record or file that cannot become one.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(READERS))
        yield DocumentError(name, f"no reader for this format; readable are {known}")
        return
    try:
        for document in reader(path, name, folder):
            yield _encodable(document)
    except DocumentError as error:
        yield error
    except OSError as error:
        yield DocumentError(name, f"cannot be opened: {error.strerror}")


def _encodable(document: Document | DocumentError) -> Document | DocumentError:
    """Refuse halves of characters (lone surrogates), which no file or database can hold."""
    if isinstance(document, DocumentError):
        return document
    try:
        f"{document.id}{document.text}{document.metadata.strings()}".encode()
    except UnicodeEncodeError:
        reason = "holds half of a character (a lone surrogate); mend the text"
        return DocumentError(document.path, reason, document.place)
    return document
