"""An open snapshot: everything that a question needs, read and checked once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from indexer.errors import DamagedError
from indexer.snapshot.columns import Columns
from indexer.snapshot.encoder import Encoder
from indexer.snapshot.folder import IndexFolder, Published
from indexer.snapshot.labels import Labels
from indexer.snapshot.lexical import Lexical
from indexer.snapshot.manifest import (
    COLUMNS,
    ENCODER,
    LABELS,
    LEXICAL,
    PASSAGES,
    PLACES,
    QUESTIONS,
    TOKENS,
    VECTORS,
    file_info,
)
from indexer.snapshot.passages import Passages
from indexer.snapshot.places import Places
from indexer.snapshot.questions import Questions
from indexer.snapshot.sides import Sides
from indexer.snapshot.tokens import Tokens
from indexer.snapshot.vectors import Vectors


class Snapshot:
    """A published snapshot, opened. It stays whole while newer ones are published."""

    def __init__(self, published: Published, sides: Sides | None = None) -> None:
        """Take the files of a snapshot, and where its sides are if not among them."""
        self.path, self.manifest = published.path, published.manifest
        held = sides or _mapped_sides(published)
        self.passages, self.vectors = held.passages, held.vectors
        self.tokens, self.lexical = held.tokens, held.lexical
        self.places = Places(self.path / PLACES)
        self.labels = Labels(self.path / LABELS, self.manifest.passages)
        self.columns = Columns(self.path / COLUMNS, self.manifest.passages)
        self.questions = Questions(self.path / QUESTIONS, self.manifest.model.dimension)
        self.encoder = Encoder(self.path / ENCODER, self.manifest.model)


def _mapped_sides(published: Published) -> Sides:
    quick_check(published)
    path, manifest = published.path, published.manifest
    return Sides(
        passages=Passages(path / PASSAGES),
        vectors=Vectors(path, manifest.vectors.compared),
        tokens=Tokens(path / TOKENS, manifest.passages),
        lexical=Lexical(path / LEXICAL, manifest.passages),
    )


def open_snapshot(root: Path) -> Snapshot:
    """Open the published snapshot of an index folder, once its vectors are what was written.

    Raises:
        SnapshotError: there is none, it is damaged, or its format is another one.
    """
    published = IndexFolder(root).published()
    quick_check(published)
    check_vectors(published)
    return Snapshot(published)


def check_vectors(published: Published) -> None:
    """Compare FAISS's file with its checksum: FAISS believes whatever a file says of its sizes.

    Raises:
        DamagedError: it is another file.
    """
    path = published.path / VECTORS
    if file_info(path) != published.manifest.files.get(VECTORS):
        raise DamagedError(f"{path}: differs from its checksum; rebuild with `citywise index`")


def quick_check(published: Published) -> None:
    """Check that each file is there in its full size, which costs microseconds.

    Raises:
        DamagedError: names the first file that is not.
    """
    for name, info in published.manifest.files.items():
        path = published.path / name
        size = path.stat().st_size if path.is_file() else None
        if size != info.size:
            found = "missing" if size is None else f"{size} bytes instead of {info.size}"
            raise DamagedError(f"{path}: {found}; rebuild with `citywise index`")


def full_check(published: Published) -> list[str]:
    """Compare every file with its checksum and every passage with its source text.

    Returns:
        A sentence for each thing that is wrong, naming file or passage; empty if all is well.
    """
    wrong = {}
    for name, info in published.manifest.files.items():
        path = published.path / name
        if not path.is_file():
            wrong[name] = f"{path}: missing"
        elif file_info(path) != info:
            wrong[name] = f"{path}: differs from its checksum"
    problems = list(wrong.values())
    return problems if PASSAGES in wrong else problems + _false_passages(published)


def _false_passages(published: Published) -> list[str]:
    problems, documents, passages = [], 0, 0
    store = Passages(published.path / PASSAGES)
    for identity, sha256, text, held in store.texts():
        documents, passages = documents + 1, passages + len(held)
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            problems.append(f"document {identity}: its text differs from its fingerprint")
        problems += [
            f"passage {name} of document {identity}: differs from its source text"
            for name, start, end, excerpt in held
            if text[start:end] != excerpt
        ]
    store.close()
    expected = published.manifest.documents, published.manifest.passages
    if (documents, passages) != expected:
        problems.append(f"holds {documents} documents, {passages} passages, not {expected}")
    return problems
