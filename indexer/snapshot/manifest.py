"""The manifest: what a snapshot is, how it was made, and the checksum of each of its files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from indexer.errors import DamagedError, FormatError
from indexer.snapshot.kinds import Kind

FORMAT = 8
"""Version of the layout on disk. A reader refuses every other one."""

MANIFEST = "manifest.json"
PASSAGES = "passages.sqlite"
PLACES = "places.sqlite"
LABELS = "labels"
COLUMNS = "columns"
TOKENS = "tokens"
VECTORS = "vectors.faiss"
HALVES = "vectors.npy"
CENTRE = "centre.npy"
SPREAD = "spread.npy"
LEXICAL = "lexical"
ENCODER = "encoder"
QUESTIONS = "questions"


Precision = Literal["int8", "float32"]
"""Of the compiled encoder's weights."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The embedding model of a snapshot.

    Attributes:
        name: as the builder named it.
        fingerprint: SHA-256 over its weights, tokenizer and configuration.
        dimension: length of a vector.
        max_tokens: tokens that it reads, special ones included.
        special_tokens: how many of these it adds itself.
        query_prompt: text that it expects before a question.
        passage_prompt: text that it expects before a passage.
        precision: of the compiled encoder; "float32" where 8 bits would have changed it too much.
        agreement: lowest cosine between the compiled encoder's vectors and those of
            sentence-transformers, on a few texts in several languages.
    """

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    special_tokens: int
    query_prompt: str = ""
    passage_prompt: str = ""
    precision: Precision = "float32"
    agreement: float = 1.0


@dataclass(frozen=True, slots=True)
class VectorsInfo:
    """How the vectors of a snapshot are searched.

    Attributes:
        kind: "exact", or "rabitq" where codes are compared first.
        compared: nearest by their codes whose vectors a question is compared with.
        recall: share of the ten nearest passages that is found, measured on sampled passages.
        tried: how many were compared at first.
        reached: the recall of these; where it was too low, `compared` is higher than `tried`.
    """

    kind: Kind = "exact"
    compared: int = 0
    recall: float = 1.0
    tried: int = 0
    reached: float = 1.0


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Size in bytes and SHA-256 of a file of the snapshot."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is.

    Attributes:
        id: derives from the content: the same corpus and parameters give the same id.
        built: UTC, ISO 8601.
        software: version of citywise that wrote it.
        model: what embedded it.
        documents: how many.
        passages: how many, which is also the number of vectors.
        parameters: everything else that shaped it.
        parity: lowest cosine between the stored vectors and the query encoder's own, on a sample.
        files: path in the snapshot to size and checksum.
        vectors: how they are searched.
        format: version of the layout.
    """

    id: str
    built: str
    software: str
    model: ModelInfo
    documents: int
    passages: int
    parameters: dict[str, Any]
    parity: float
    files: dict[str, FileInfo]
    vectors: VectorsInfo = VectorsInfo()
    format: int = FORMAT

    def to_json(self) -> str:
        """Serialise with sorted keys, so that equal manifests are equal bytes."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def parse_manifest(text: str, path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        FormatError: another version of the format wrote it.
        DamagedError: it is no manifest.
    """
    try:
        raw = json.loads(text)
        version = raw["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(
            f"{path}: damaged, no manifest; rebuild with `citywise index`"
        ) from error
    if version != FORMAT:
        raise FormatError(
            f"{path}: index of format {version}, this program reads format {FORMAT}; "
            "rebuild with `citywise index`"
        )
    try:
        model = ModelInfo(**raw.pop("model"))
        files = {name: FileInfo(**info) for name, info in raw.pop("files").items()}
        vectors = VectorsInfo(**raw.pop("vectors"))
        return Manifest(model=model, vectors=vectors, files=files, **raw)
    except (TypeError, KeyError, AttributeError) as error:
        raise DamagedError(f"{path}: damaged manifest ({error}); rebuild the index") from error


def file_info(path: Path) -> FileInfo:
    """Measure a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileInfo(path.stat().st_size, digest)
