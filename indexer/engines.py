"""Where the work of a build is done: reading, linking and embedding. Here: on this machine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

from indexer.corpus import start_reading
from indexer.embedding.cache import VectorCache
from indexer.embedding.compiled import Compiled
from indexer.embedding.embedded import Embedded
from indexer.embedding.embedder import Embedder
from indexer.embedding.makers import choose_maker
from indexer.embedding.reference import Reference
from indexer.errors import DocumentError
from indexer.kept import Kept
from indexer.lengths import chunker_of, measure_of
from indexer.linking import PlaceFinder
from indexer.preparing import Prepared, Preparer
from indexer.program import program
from indexer.report import Recipe


class Engine(Protocol):
    """Reads and embeds. Whatever does it, the same comes out, in the same order.

    Attributes:
        made: texts that had to be embedded so far.
    """

    made: int

    def prepare(self, corpus: Path) -> Generator[Prepared | DocumentError]:
        """Yield every document of a corpus, with its passages and their places."""
        ...

    def embed(self, texts: Iterable[str], tell: Callable[[int], None]) -> Iterator[list[Embedded]]:
        """Yield what the model makes of texts, batch by batch; `tell` hears how many are done."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Local:
    """This machine, with its own caches."""

    def __init__(
        self, recipe: Recipe, compiled: Compiled, reference: Reference, finder: PlaceFinder
    ) -> None:
        """Take what to build, the model in both forms, and what finds places."""
        self._recipe, self._compiled, self._reference = recipe, compiled, reference
        self._finder = finder
        self.made = 0
        start_reading()

    def prepare(self, corpus: Path) -> Generator[Prepared | DocumentError]:
        """Yield every document; what was read before and is unchanged is not read again."""
        measure = measure_of(self._compiled.info)
        with Kept(self._recipe.cache / "read", program()) as kept:
            chunker = chunker_of(self._compiled)
            yield from Preparer(chunker, measure, self._finder, kept).prepare(corpus)

    def embed(self, texts: Iterable[str], tell: Callable[[int], None]) -> Iterator[list[Embedded]]:
        """Yield what the model makes of texts; what was embedded before is not embedded again."""
        maker = choose_maker(self._recipe.device, self._compiled, self._reference)
        with closing(VectorCache(self._recipe.cache, self._compiled.maker)) as cache:
            embedder = Embedder(maker, cache)
            for batch in embedder.batches(texts, tell):
                self.made = embedder.made
                yield batch

    def close(self) -> None:
        """Nothing is held between two steps."""
