"""A build's work on a cluster: tasks over shards, of which none that is finished is redone."""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from indexer.corpus import CorpusFile, corpus_files
from indexer.distributed.clearing import clear, note_begun
from indexer.distributed.cluster import Cluster
from indexer.distributed.shards import Kind, Shards, cut, shard_name
from indexer.distributed.wire import read_documents, read_embedded
from indexer.distributed.work import (
    MODEL_FILES,
    Order,
    SentFile,
    embed_texts,
    model_key,
    prepare_files,
)
from indexer.embedding.compiled import CARD, Compiled
from indexer.embedding.embedded import Embedded
from indexer.embedding.makers import CompiledMaker
from indexer.errors import CorpusError, DocumentError, EngineError, StorageError
from indexer.kept import key_of
from indexer.lengths import measure_of
from indexer.linking import PlaceFinder
from indexer.preparing import Prepared
from indexer.program import program
from indexer.report import Recipe

FILES, HEAVY = 16, 1 << 17
"""Files of a shard on average, and bytes that count as one more: 8 MB end it."""

TEXTS = 256
"""Passages of a shard on average: seconds of work, and 2 MB."""

_log = logging.getLogger(__name__)

AHEAD = 4
"""Shards under way for each processor: none waits while another one's machine dies."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A shard that is wanted, what makes it, and of what; or, without a key, errors as they are."""

    key: bytes
    given: Callable[[], list[Any]]
    errors: tuple[DocumentError, ...] = ()


class Distributed:
    """A cluster, and the storage that its machines share.

    Attributes:
        made: texts that had to be embedded so far.
    """

    def __init__(self, recipe: Recipe, compiled: Compiled, finder: PlaceFinder) -> None:
        """Connect, and hand the model to all machines.

        Raises:
            EngineError: there is no such cluster, or it cannot be used.
            StorageError: the shards cannot be written.
        """
        if recipe.device == "cuda":
            raise EngineError(
                f"{recipe.engine}: its machines embed on processors; leave out --device"
            )
        self._compiled, self._finder = compiled, finder
        self._url = recipe.shards or str((recipe.cache / "shards").absolute())
        self._shards = Shards(self._url)
        self._shards.check()
        self._index = hashlib.sha256(
            f"{platform.node()} {recipe.index.absolute()}".encode()
        ).hexdigest()
        self._used = set[str]()
        self._order = self._ordered(recipe)
        note_begun(self._shards.storage, self._index, self._used)
        self.made = 0
        self._cluster = Cluster(recipe.engine or "ray")

    def _ordered(self, recipe: Recipe) -> Order:
        card = hashlib.sha256((self._compiled.folder / CARD).read_bytes()).digest()
        for name in MODEL_FILES:
            key = model_key(card, name)
            self._used.add(shard_name("models", key))
            if self._shards.get("models", key) is None:
                self._shards.put("models", key, (self._compiled.folder / name).read_bytes())
        cities = self._finder.cities
        return Order(
            program(), self._url, self._compiled.info.name, card,
            cities.read_bytes() if cities else None, recipe.smallest_place,
            recipe.cache.absolute(),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the cluster."""
        self._cluster.close()

    def prepare(self, corpus: Path) -> Generator[Prepared | DocumentError]:
        """Yield every document of a corpus, with its passages and their places."""
        self._finder.gazetteer  # noqa: B018 - a fault in it is found here, not on each machine
        shaped = json.dumps([measure_of(self._compiled.info), self._finder.revision]).encode()
        pieces = cut(map(_listed, corpus_files(corpus)), _digest, FILES, _weight)
        jobs = (_documents_job(self._order.program.encode() + shaped, piece) for piece in pieces)
        for job, data in self._done("documents", prepare_files, jobs):
            yield from read_documents(data)
            yield from job.errors

    def embed(self, texts: Iterable[str], tell: Callable[[int], None]) -> Iterator[list[Embedded]]:
        """Yield what the model makes of texts, in the batches of a build on one machine."""
        maker = self._compiled.maker.encode()
        pieces = cut(texts, _text_digest, TEXTS, lambda text: 1)
        jobs = (_texts_job(maker, piece) for piece in pieces)
        made = (
            each
            for _, data in self._done("embedded", embed_texts, jobs)
            for each in read_embedded(data)
        )
        done = 0
        while batch := list(islice(made, CompiledMaker.batch)):
            yield batch
            done += len(batch)
            tell(done)
        self._clear()

    def _clear(self) -> None:
        try:
            clear(self._shards.storage, self._index, self._used, time.time())
        except StorageError as error:  # what was built is whole all the same
            _log.warning("shards of former builds stay: %s", error)

    def _done(
        self, kind: Kind, work: Callable[..., Any], jobs: Iterable[_Job]
    ) -> Iterator[tuple[_Job, bytes]]:
        """Yield the shards that are wanted, in their order; many are made at once."""
        waiting: deque[tuple[_Job, object | None]] = deque()
        for job in jobs:
            self._used.add(shard_name(kind, job.key))
            is_there = self._shards.has(kind, job.key)
            waiting.append((job, None if is_there else self._begun(kind, work, job)))
            if len(waiting) > AHEAD * self._cluster.processors:
                yield self._finished(kind, work, *waiting.popleft())
        while waiting:
            yield self._finished(kind, work, *waiting.popleft())

    def _begun(self, kind: Kind, work: Callable[..., Any], job: _Job) -> object:
        given = job.given()
        if kind == "embedded":
            self.made += len(given)
        return self._cluster.submit(work, self._order, job.key, given)

    def _finished(
        self, kind: Kind, work: Callable[..., Any], job: _Job, task: object | None
    ) -> tuple[_Job, bytes]:
        if task is None and (data := self._shards.get(kind, job.key)) is not None:
            return job, data
        told = self._cluster.result(task or self._begun(kind, work, job))
        data = told if told is not None else self._shards.get(kind, job.key)
        if data is None:
            raise EngineError(
                f"{self._url}: a shard that was finished is not there; all machines must reach the "
                "same storage by this name (--shards)"
            )
        return job, data


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of the corpus with its size and the digest of its content, or why there is none."""

    file: CorpusFile | None
    error: DocumentError | None
    size: int = 0
    sha256: bytes = bytes(32)  # cuts: an error is the last of its shard, and keeps its place


def _listed(file: CorpusFile | DocumentError) -> _Listed:
    if isinstance(file, DocumentError):
        return _Listed(None, file)
    try:
        with file.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        return _Listed(file, None, file.path.stat().st_size, digest)
    except OSError as error:
        return _Listed(None, DocumentError(file.name, f"cannot be opened: {error.strerror}"))


def _digest(listed: _Listed) -> bytes:
    return listed.sha256


def _weight(listed: _Listed) -> int:
    return 1 + listed.size // HEAVY


def _text_digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _documents_job(shaped: bytes, piece: list[_Listed]) -> _Job:
    files = [each for each in piece if each.file is not None]
    said = [[each.file.name, each.file.folder, each.sha256.hex()] for each in files if each.file]
    key = key_of(b"documents", shaped, json.dumps(said, sort_keys=True, default=repr).encode())
    return _Job(
        key,
        lambda: [_sent(each.file, each.sha256) for each in files if each.file],
        tuple(each.error for each in piece if each.error),
    )


def _sent(file: CorpusFile, sha256: bytes) -> SentFile:
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{file.path}: cannot be opened ({error.strerror})") from error
    if hashlib.sha256(data).digest() != sha256:  # its shard would have another one's key
        raise CorpusError(f"{file.path}: changed while the index was built; build it again")
    return SentFile(file.name, file.folder, data)


def _texts_job(maker: bytes, piece: list[str]) -> _Job:
    return _Job(key_of(b"embedded", maker, *(text.encode() for text in piece)), lambda: piece)
