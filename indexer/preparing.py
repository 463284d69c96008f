"""From files to documents with their passages and places; what is unchanged is not read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from indexer.chunking import Chunker
from indexer.corpus import CorpusFile, corpus_files, read_file
from indexer.document import Document
from indexer.errors import DocumentError
from indexer.kept import Kept, key_of
from indexer.linking import PlaceFinder
from indexer.passage import Passage
from indexer.place import PassagePlace
from indexer.readers.wire import read_reply, write_reply

LARGEST = 32 << 20
"""Bytes of documents of one file beyond which they are not kept, so that memory stays small."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with its passages, and the places of each of them."""

    document: Document
    passages: list[Passage]
    places: list[list[PassagePlace]]


_Split = tuple[list[Passage], list[list[PassagePlace]]]
SPLITS: TypeAdapter[_Split] = TypeAdapter(_Split)
"""Passages and their places as JSON."""


class Preparer:
    """Reads, splits and links the documents of a corpus, each once while it is unchanged."""

    def __init__(self, chunker: Chunker, measure: str, finder: PlaceFinder, kept: Kept) -> None:
        """Take what splits and links.

        Args:
            chunker: splits.
            measure: names what the chunker measures with: model and length.
            finder: links.
            kept: what was read before.
        """
        self._chunker, self._finder, self._kept = chunker, finder, kept
        self._shaped = json.dumps([measure, finder.revision]).encode()

    def prepare(self, root: Path) -> Iterator[Prepared | DocumentError]:
        """Yield every document under a folder (or one file), in the order of their paths.

        Errors stand for files or records that cannot become documents.

        Raises:
            CorpusError: there is no such folder, or no file in it.
        """
        yield from self.prepare_files(corpus_files(root))

    def prepare_files(
        self, files: Iterable[CorpusFile | DocumentError]
    ) -> Iterator[Prepared | DocumentError]:
        """Yield every document of some files, in their order."""
        for file in files:
            if isinstance(file, DocumentError):
                yield file
                continue
            for line in self._lines(file):
                yield line if isinstance(line, DocumentError) else self._split(line)

    def _lines(self, file: CorpusFile) -> Iterable[bytes | DocumentError]:
        """Each document of a file as the reader's process writes it."""
        key = _key(file)
        if key is not None and (known := self._kept.get(key)) is not None:
            return known.splitlines(keepends=True)
        return self._read(file, key)

    def _read(self, file: CorpusFile, key: bytes | None) -> Iterator[bytes | DocumentError]:
        """Read a file, and keep it unless something in it is wrong or it changed meanwhile."""
        lines: list[bytes] = []
        size, is_sound = 0, True
        self._finder.load()  # meanwhile the process that reads gets ready
        for result in read_file(file):
            if isinstance(result, DocumentError):
                is_sound = False
                yield result
                continue
            line = write_reply(result)
            size += len(line)
            lines.append(line)
            if size > LARGEST:
                lines.clear()
            yield line
        if key is not None and is_sound and size <= LARGEST and key == _key(file):
            self._kept.put(key, b"".join(lines))

    def _split(self, line: bytes) -> Prepared:
        document = read_reply(line)
        assert isinstance(document, Document)  # noqa: S101 - errors are no lines
        key = key_of(b"split", self._shaped, line)
        if (known := self._kept.get(key)) is not None:
            return Prepared(document, *SPLITS.validate_json(known))
        passages = self._chunker.split(document)
        places = list(self._finder.find(document.metadata, passages))
        self._kept.put(key, SPLITS.dump_json((passages, places)))
        return Prepared(document, passages, places)


def _key(file: CorpusFile) -> bytes | None:
    """Names a file's content with all else that its reader sees; None if it cannot be opened."""
    said = json.dumps([file.name, file.folder], sort_keys=True, default=repr)
    try:
        with file.path.open("rb") as stream:
            return key_of(b"file", said.encode(), hashlib.file_digest(stream, "sha256").digest())
    except OSError:
        return None
