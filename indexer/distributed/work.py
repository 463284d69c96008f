"""What one machine does for another: reads and links files, embeds texts. Knows nothing of Ray."""

from __future__ import annotations

import hashlib
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexer.corpus import CorpusFile
from indexer.distributed.shards import Shards
from indexer.distributed.wire import write_documents, write_embedded
from indexer.embedding.compiled import CARD, Compiled, load_compiled
from indexer.embedding.embedded import at_one_bit
from indexer.errors import DocumentError, EngineError
from indexer.kept import Kept
from indexer.lengths import chunker_of, measure_of
from indexer.linking import CITIES, PlaceFinder
from indexer.metadata import Fields
from indexer.preparing import Prepared, Preparer
from indexer.program import program
from indexer.snapshot.encoder import FILES, Encoder

MODEL_FILES = (CARD, *FILES)


@dataclass(frozen=True, slots=True)
class Order:
    """What all tasks of a build have in common.

    Attributes:
        program: digest of the program and all that is installed with it.
        shards: where machines leave what they have done.
        model: name of the model.
        card: SHA-256 of the compiled model's card, which has the checksums of its files.
        cities: the network's own `cities.yaml`.
        smallest_place: inhabitants from which a place is known.
        cache: folder of each machine, for compiled gazetteers and models.
    """

    program: str
    shards: str
    model: str
    card: bytes
    cities: bytes | None
    smallest_place: int
    cache: Path


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of the corpus: its name, what its folder says of it, and its bytes."""

    name: str
    folder: Fields
    data: bytes


def prepare_files(order: Order, key: bytes, files: Sequence[SentFile]) -> bytes | None:
    """Read, split and link files, and leave the result as a shard.

    Returns:
        The result itself where something in it cannot be read, and so was not left as a shard:
        the next build reads it again.
    """
    results: list[Prepared | DocumentError] = []
    with tempfile.TemporaryDirectory(prefix="citywise-") as made:
        folder = Path(made)
        with Kept(folder / "kept", order.program) as kept:
            preparer = _preparer(order, kept)
            for number, sent in enumerate(files):
                path = folder / str(number) / Path(sent.name).name
                path.parent.mkdir()
                path.write_bytes(sent.data)
                results += preparer.prepare_files([CorpusFile(path, sent.name, sent.folder)])
    data = write_documents(results)
    if any(isinstance(each, DocumentError) for each in results):
        return data
    Shards(order.shards).put("documents", key, data)
    return None


def embed_texts(order: Order, key: bytes, texts: Sequence[str]) -> None:
    """Embed texts, and leave the result as a shard."""
    encoder = _encoder(order)
    made = [at_one_bit(encoder.encode_passage(text)) for text in texts]
    Shards(order.shards).put("embedded", key, write_embedded(made))


def _preparer(order: Order, kept: Kept) -> Preparer:
    compiled = _compiled(order)
    return Preparer(chunker_of(compiled), measure_of(compiled.info), _finder(order), kept)


@cache
def _finder(order: Order) -> PlaceFinder:
    with tempfile.TemporaryDirectory(prefix="citywise-") as made:
        cities = None
        if order.cities is not None:
            cities = Path(made) / CITIES
            cities.write_bytes(order.cities)
        finder = PlaceFinder(cities, order.smallest_place, order.cache)
        finder.gazetteer  # noqa: B018 - loaded while its file is there
        return finder


@cache
def _encoder(order: Order) -> Encoder:
    compiled = _compiled(order)
    return Encoder(compiled.folder, compiled.info)


@cache
def _compiled(order: Order) -> Compiled:
    """The compiled model, fetched once for each machine."""
    if program() != order.program:
        raise EngineError(
            f"{platform.node()}: citywise or a library is there in another version than on the "
            "machine that builds; install the same on all of them"
        )
    folder = order.cache / "models" / f"sent-{order.card.hex()[:32]}"
    if (found := _loaded(folder, order)) is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    shards = Shards(order.shards)
    for name in MODEL_FILES:
        data = shards.get("models", model_key(order.card, name))
        if data is None:
            raise EngineError(f"{order.shards}: {name} of the model is not there; build again")
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(data)
        Path(file.name).rename(folder / name)
    if (found := _loaded(folder, order)) is None:
        raise EngineError(f"{folder} on {platform.node()}: written, yet not to be read back")
    return found


def _loaded(folder: Path, order: Order) -> Compiled | None:
    try:
        is_that = hashlib.sha256((folder / CARD).read_bytes()).digest() == order.card
    except OSError:
        return None
    return load_compiled(folder, order.model) if is_that else None


def model_key(card: bytes, name: str) -> bytes:
    """Key of a compiled model's file among the shards."""
    return hashlib.sha256(card + name.encode()).digest()
