"""Documents and passages of a snapshot in PostgreSQL, by the queries that SQLite answers too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from indexer.snapshot.passages import Passages
from indexer.stores.postgres.asking import Reader

_SAID = tuple(
    (re.compile(theirs), ours)
    for theirs, ours in (
        (r"IN \(\)", "IN (NULL)"),
        (r"\binstr\((\w+), \?\)", r"strpos(\1, ?) > 0"),
        (r"\bjson_extract\(([\w.]+), '\$\.(\w+)'\)", r"(\1::json ->> '\2')"),
        (r"\?", "%s"),
    )
)
"""What SQLite's queries say, and how PostgreSQL says it."""


class StoredTexts(Passages):
    """Reads the documents and passages of a snapshot. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def close(self) -> None:
        """Nothing: connections are the reader's."""

    def _select(self, query: str, *values: object) -> Iterator[Any]:
        asked = query
        for theirs, ours in _SAID:
            asked = theirs.sub(ours, asked)
        if not values and "WHERE" not in query:
            yield from self._reader.stream(asked)
        else:
            yield from self._reader.rows(asked, values)
