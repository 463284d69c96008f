"""Documents and passages of a snapshot in PostgreSQL, by the queries that SQLite answers too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indexer.snapshot.passages import Passages
from indexer.stores.postgres.asking import Reader


class StoredTexts(Passages):
    """Reads the documents and passages of a snapshot. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def close(self) -> None:
        """Nothing: connections are the reader's."""

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        # PostgreSQL knows no empty list, and marks its values otherwise.
        asked = query.replace("IN ()", "IN (NULL)").replace("?", "%s")
        if not values and "WHERE" not in query:
            yield from self._reader.stream(asked)
        else:
            yield from self._reader.rows(asked, values)
