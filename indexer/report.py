"""What a build is asked for, what it says on the way, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from indexer.embedding.models import DEFAULT_MODEL, Device
from indexer.snapshot.kinds import RECALL, Wanted
from indexer.snapshot.manifest import VectorsInfo


@dataclass(frozen=True)
class Recipe:
    """What to build, and how.

    Attributes:
        corpus: folder (or file) with the documents.
        index: folder to publish in.
        cache: folder for vectors and compiled models; safe to delete.
        model: name or path of a sentence-transformers model.
        keep_going: leave out what cannot be read instead of failing.
        smallest_place: inhabitants from which a place is known: 500, 1000, 5000 or 15000.
        device: what embeds: "cpu", "cuda", or "auto" for a GPU where there is one.
        vectors: how they are searched: "exact", "rabitq", or "auto" by how many there are.
        engine: "ray" or "ray://HOST:PORT", where reading, linking and embedding are done; None:
            on this machine.
        shards: path or URL where an engine's machines leave what they have done; None: in the
            cache folder.
    """

    corpus: Path
    index: Path
    cache: Path
    model: str = DEFAULT_MODEL
    keep_going: bool = False
    smallest_place: int = 500
    device: Device = "auto"
    vectors: Wanted = "auto"
    engine: str | None = None
    shards: str | None = None


@dataclass(frozen=True)
class Steps:
    """Whom to tell of progress: the step that begins, documents read, passages with vectors."""

    begin: Callable[[str], None] = lambda step: None
    embedded: Callable[[int, int], None] = lambda done, total: None
    read: Callable[[int], None] = lambda done: None


@dataclass(frozen=True)
class DocumentReport:
    """What became of one document.

    Attributes:
        id: its id.
        origin: its file, and the place in it.
        characters: how many the source has, white space not counted.
        kept: how many of them are in the canonical text.
        passages: how many it was split into.
        tables: how many tables it holds.
        warnings: what could not be made sense of.
    """

    id: str
    origin: str
    characters: int
    kept: int
    passages: int
    tables: int
    warnings: tuple[str, ...]


@dataclass
class Report:
    """What a build did.

    Attributes:
        snapshot: id of the published snapshot.
        unchanged: the index was already that of this corpus; nothing was written.
        documents: how many are in the index.
        passages: how many are in the index.
        embedded: passages that had to be embedded; the vectors of the others were known.
        skipped: files and records that could not be read, with the reason.
        copies: passages that nearly repeat one of another document.
        read: what became of each document, in the order of the index.
        notes: what is to be known of the index as a whole.
        seconds: wall-clock time.
    """

    snapshot: str = ""
    unchanged: bool = False
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    skipped: list[str] = field(default_factory=list)
    copies: int = 0
    read: list[DocumentReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def warnings(self) -> list[str]:
        """Every warning, with its document."""
        return [
            f"{document.origin}: {text}" for document in self.read for text in document.warnings
        ]


def notes_on(vectors: VectorsInfo) -> list[str]:
    """What to say of how the vectors are searched: nothing where all are compared."""
    if vectors.kind == "exact":
        return []
    found = f"the nearest {vectors.compared:,} by their codes are compared, recall@10"
    said = f"vectors: {found} {vectors.recall:.3f}"
    if vectors.compared > vectors.tried:
        said += f"; with {vectors.tried:,} it was {vectors.reached:.3f}, below {RECALL}"
    if vectors.recall < RECALL:
        said += "; `--vectors exact` finds all"
    return [said]
