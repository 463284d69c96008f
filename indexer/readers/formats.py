"""The readers by what a file is called; what a format needs is loaded for its first file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.metadata import Fields
from indexer.readers.compose import compose
from indexer.readers.encoding import text_of
from indexer.readers.plaintext import draft_plaintext
from indexer.readers.records import read_csv, read_json, read_xlsx, read_yaml

Documents = Iterator[Document | DocumentError]
Reader = Callable[[bytes, str, Fields], Documents]


def _markdown(data: bytes, name: str, folder: Fields) -> Documents:
    from indexer.readers.markdown import draft_markdown

    notes: list[str] = []
    draft, front = draft_markdown(text_of(data, name, notes), name)
    draft.warnings += notes
    yield compose(draft, name, folder, front)


def _plaintext(data: bytes, name: str, folder: Fields) -> Documents:
    notes: list[str] = []
    draft = draft_plaintext(text_of(data, name, notes))
    draft.warnings += notes
    yield compose(draft, name, folder)


def _docx(data: bytes, name: str, folder: Fields) -> Documents:
    from indexer.readers.docx import draft_docx

    yield compose(draft_docx(data, name), name, folder)


def _html(data: bytes, name: str, folder: Fields) -> Documents:
    from indexer.readers.html import draft_html

    yield compose(draft_html(data, name), name, folder)


def _pdf(data: bytes, name: str, folder: Fields) -> Documents:
    from indexer.readers.pdf import draft_pdf

    yield compose(draft_pdf(data, name), name, folder)


READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".docm": _docx,
    ".docx": _docx,
    ".htm": _html,
    ".html": _html,
    ".json": read_json,
    ".jsonl": read_json,
    ".markdown": _markdown,
    ".md": _markdown,
    ".ndjson": read_json,
    ".pdf": _pdf,
    ".tsv": read_csv,
    ".txt": _plaintext,
    ".xhtml": _html,
    ".xlsm": read_xlsx,
    ".xlsx": read_xlsx,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}

_OLD: dict[str, str] = {
    ".doc": "an old Word format; save it as .docx",
    ".xls": "an old Excel format; save it as .xlsx",
    ".odt": "an OpenDocument text; save it as .docx",
    ".ods": "an OpenDocument table; save it as .xlsx",
    ".rtf": "rich text; save it as .docx",
    ".ppt": "a presentation; save it as .pdf",
    ".pptx": "a presentation; save it as .pdf",
}
"""Formats that are known, not read, and easily turned into one that is."""


def read(path: Path, name: str, folder: Fields) -> Documents:
    """Read one file.

    Args:
        path: where it lies.
        name: its path relative to the corpus, used in ids and messages.
        folder: what `metadata.yaml` beside it says of it.

    Yields:
        Documents, and an error for each record or file that cannot become one.
    """
    suffix = path.suffix.lower()
    reader = READERS.get(suffix)
    if suffix in _OLD:
        yield DocumentError(name, _OLD[suffix])
        return
    if reader is None:
        known = ", ".join(sorted(READERS))
        yield DocumentError(name, f"no reader for this format; readable are {known}")
        return
    try:
        yield from reader(path.read_bytes(), name, folder)
    except DocumentError as error:
        yield error
    except OSError as error:
        yield DocumentError(name, f"cannot be opened: {error.strerror}")
