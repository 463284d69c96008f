"""A corpus: a folder in which every readable file is a document, whatever its depth."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.errors import CorpusError, DocumentError
from indexer.metadata import Fields
from indexer.readers.encoding import decode_text
from indexer.readers.sandbox import shared
from indexer.readers.yaml_text import load_yaml

FOLDER_METADATA = "metadata.yaml"
_NO_DOCUMENTS = {FOLDER_METADATA, "cities.yaml", "README.md"}
_AT_THE_TOP = {"questions.yaml"}
_TEST_SET = {"queries.jsonl", "qrels.tsv"}


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus, and what the folder's `metadata.yaml` says of it."""

    path: Path
    name: str
    folder: Fields


def read_corpus(root: Path) -> Iterator[Document | DocumentError]:
    """Read every document under a folder (or one file), in the order of their paths.

    Yields:
        Documents, and an error for each file or record that cannot become one.

    Raises:
        CorpusError: there is no such folder, or no file in it.
    """
    for file in corpus_files(root):
        if isinstance(file, DocumentError):
            yield file
        else:
            yield from read_file(file)


def start_reading() -> None:
    """Start the process that reads, which is ready a while later."""
    shared().start()


def read_file(file: CorpusFile) -> Iterator[Document | DocumentError]:
    """Read the documents of one file, in a process of its own."""
    return shared().read(file.path, file.name, file.folder)


def corpus_files(root: Path) -> list[CorpusFile | DocumentError]:
    """List the files of a corpus, sorted by path, without hidden ones and those that describe it.

    Descriptions are `metadata.yaml`, `cities.yaml` and `README.md`, at the top `questions.yaml`; in
    a folder that is a test set (it holds `queries.jsonl` and `qrels.tsv`) questions and
    judgments are no documents either.
    """
    if root.is_file():
        return list(_files_in(root.parent, root.parent, only=root.name))
    if not root.is_dir():
        raise CorpusError(f"{root}: no such folder; name the folder that holds the documents")
    refused: list[OSError] = []
    files = [file for folder in _folders(root, refused) for file in _files_in(folder, root)]
    files += (_not_listed(error, root) for error in refused)
    if not files:
        raise CorpusError(f"{root}: no documents in this folder; put files in it and try again")
    return sorted(
        files, key=lambda file: file.path if isinstance(file, DocumentError) else file.name
    )


def _folders(root: Path, refused: list[OSError]) -> Iterator[Path]:
    """Yield the folders of a corpus; those that cannot be listed end among the refused."""
    for folder, inside, _ in os.walk(root, onerror=refused.append):
        inside[:] = [name for name in inside if not name.startswith(".")]
        yield Path(folder)


def _not_listed(error: OSError, root: Path) -> DocumentError:
    name = Path(error.filename).relative_to(root).as_posix()
    return DocumentError(name, f"cannot be opened: {error.strerror}")


def _files_in(folder: Path, root: Path, only: str = "") -> Iterator[CorpusFile | DocumentError]:
    inside = folder.relative_to(root)
    try:
        entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        yield _not_listed(error, root)
        return
    names = {path.name for path in entries if path.is_file() or not path.exists()}
    for path in entries:
        if not only and path.is_symlink() and path.is_dir():
            name = (inside / path.name).as_posix()
            yield DocumentError(name, "a link to a folder is not followed; put the folder here")
    described: dict[str, Fields] = {}
    try:
        described = _described(folder, names, (inside / FOLDER_METADATA).as_posix())
    except DocumentError as error:
        yield error
    shown = names - _AT_THE_TOP if folder == root else names
    for name in {only} if only else _documents(shown):
        file = CorpusFile(folder / name, (inside / name).as_posix(), _said(described, name))
        yield _refused(file, root) or file


def _said(described: dict[str, Fields], name: str) -> Fields:
    return {**described.get("", {}), **described.get(name, {})}


def _refused(file: CorpusFile, root: Path) -> DocumentError | None:
    """What keeps a file from being read at all: its name, or that it lies elsewhere."""
    try:
        file.name.encode()
    except UnicodeEncodeError:
        shown = file.name.encode("utf-8", "backslashreplace").decode()
        return DocumentError(shown, "its name is not UTF-8; rename it")
    outside = not file.path.resolve().is_relative_to(root.resolve())
    if file.path.is_symlink() and outside:
        return DocumentError(file.name, "a link that leads out of the corpus is not followed")
    return None


def _documents(names: set[str]) -> set[str]:
    shown = names - _NO_DOCUMENTS
    return {name for name in shown if not _judges(name)} if names >= _TEST_SET else shown


def _judges(name: str) -> bool:
    return name.startswith(("queries", "qrels", "answers")) and name.endswith((".jsonl", ".tsv"))


def _described(folder: Path, names: set[str], name: str) -> dict[str, Fields]:
    """What `metadata.yaml` says of each file; under the empty name, of all of them."""
    if FOLDER_METADATA not in names:
        return {}
    path = folder / FOLDER_METADATA
    try:
        data = path.read_bytes()
        text, guessed = decode_text(data, name) if data.strip() else ("", None)
    except OSError as error:
        raise DocumentError(name, f"cannot be opened: {error.strerror}") from error
    if guessed:
        raise DocumentError(name, f"not UTF-8 ({guessed}, it seems); save the file as UTF-8")
    content = (load_yaml(text, name) if text else None) or {}
    if not isinstance(content, dict) or content.keys() - {"files", "defaults", "columns"}:
        reason = "`files:`, `defaults:` and `columns:` are expected at the top, nothing else"
        raise DocumentError(name, reason)
    files, defaults = content.get("files") or {}, content.get("defaults") or {}
    columns = content.get("columns") or {}
    if not isinstance(files, dict):
        raise DocumentError(name, "`files:` is followed by names of files, each with its fields")
    described: dict[str, Any] = {
        "": defaults,
        **{str(file): fields for file, fields in files.items()},
    }
    if not all(isinstance(fields, dict) for fields in described.values()):
        raise DocumentError(name, "what is said of a file is a list of `name: value` lines")
    if columns:
        described[""] = {**described[""], "columns": columns}
    if unknown := sorted(described.keys() - names - {""}):
        raise DocumentError(name, f"describes files that are not there: {', '.join(unknown)}")
    return described
