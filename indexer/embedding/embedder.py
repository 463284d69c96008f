"""A stream of texts, embedded: known ones by the cache, new ones by the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from indexer.embedding.cache import VectorCache
from indexer.embedding.embedded import Embedded
from indexer.embedding.makers import Maker


class Embedder:
    """Embeds each text once.

    Attributes:
        made: texts that had to be embedded so far.
    """

    def __init__(self, maker: Maker, cache: VectorCache) -> None:
        self._maker, self._cache = maker, cache
        self.made = 0

    def batches(
        self, texts: Iterable[str], tell: Callable[[int], None]
    ) -> Iterator[list[Embedded]]:
        """Yield what the model makes of texts, batch by batch.

        Args:
            texts: in the order wanted.
            tell: told after each batch how many texts are done.
        """
        stream, done = iter(texts), 0
        while batch := list(islice(stream, self._maker.batch)):
            yield self._batch(batch)
            done += len(batch)
            tell(done)

    def _batch(self, texts: Sequence[str]) -> list[Embedded]:
        known = self._cache.get(texts)
        missing = list(dict.fromkeys(t for t, v in zip(texts, known, strict=True) if v is None))
        made = self._maker.encode_passages(missing) if missing else []
        self._cache.put(missing, made)
        self.made += len(missing)
        fresh = dict(zip(missing, made, strict=True))
        pairs = zip(texts, known, strict=True)
        return [fresh[text] if each is None else each for text, each in pairs]
