"""Plain text: blank lines part paragraphs, a short first line is the title."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.language import detect
from indexer.metadata import Fields, merge
from indexer.readers.canonical import CanonicalText, decode

LONGEST_TITLE = 120
"""Characters beyond which a first line is taken for prose."""


def read_plaintext(path: Path, name: str, folder: Fields) -> Iterator[Document]:
    """Read one plain text file as one document."""
    source = decode(path, name).strip()
    canonical = CanonicalText()
    canonical.add_prose(source)
    text = canonical.text
    if not text:
        raise DocumentError(name, "yields no text: it holds no visible character")
    first = source.split("\n", 1)[0]
    guessed = {
        "title": first if len(first) <= LONGEST_TITLE else path.stem,
        "language": folder.get("language") or detect(text),
    }
    metadata, warnings = merge([folder, guessed], name)
    yield Document(name, name, text, tuple(canonical.blocks), metadata, warnings=warnings)
