"""Vectors for a stream of texts: known ones from the cache, new ones from the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from indexer.embedding.cache import VectorCache
from indexer.embedding.makers import Maker


class Embedder:
    """Embeds each text once.

    Attributes:
        made: texts that had to be embedded so far.
    """

    def __init__(self, maker: Maker, cache: VectorCache) -> None:
        self._maker, self._cache = maker, cache
        self.made = 0

    def vectors(
        self, texts: Iterable[str], tell: Callable[[int], None]
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of texts, batch by batch, each of shape (batch, dimension).

        Args:
            texts: in the order wanted.
            tell: told after each batch how many texts are done.
        """
        stream, done = iter(texts), 0
        while batch := list(islice(stream, self._maker.batch)):
            yield self._batch(batch)
            done += len(batch)
            tell(done)

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        known = self._cache.get(texts)
        missing = list(dict.fromkeys(t for t, v in zip(texts, known, strict=True) if v is None))
        if not missing:
            return np.stack([vector for vector in known if vector is not None])
        made = self._maker.encode_passages(missing)
        self._cache.put(missing, made)
        self.made += len(missing)
        fresh = dict(zip(missing, made, strict=True))
        pairs = zip(texts, known, strict=True)
        return np.stack([fresh[text] if vector is None else vector for text, vector in pairs])
