"""Both sides in Milvus: dense and sparse vectors by inner product; filters are lists of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import MilvusClient

from indexer.snapshot.kinds import AGAIN
from indexer.snapshot.vectors import Rows, Scores
from indexer.stores.address import Address
from indexer.stores.engine import SPARE, Held, TokenBytes
from indexer.stores.milvus.asking import translated
from indexer.stores.milvus.schema import NOTHING, bytes_of

SEARCHED = 1000
"""Neighbours that HNSW keeps in view."""


class MilvusEngine:
    """The collection of one snapshot. Safe to share between threads."""

    def __init__(
        self,
        client: MilvusClient,
        address: Address,
        name: str,
        passages: int,
        *,
        approximate: bool,
    ) -> None:
        """Take a client, and the collection's name."""
        self._client, self._address, self._name = client, address, name
        self._passages, self._approximate = passages, approximate

    def nearest(self, query: Scores, k: int, among: Rows | None) -> Rows:
        """Return the nearest rows, and some more; see `Engine.nearest`."""
        wanted = (AGAIN * k if self._approximate else k) + SPARE
        given = {"ef": max(SEARCHED, wanted)} if self._approximate else {}
        return self._search("vector", query.tolist(), wanted, among, given)

    def worded(self, terms: Mapping[int, int], k: int, among: Rows | None) -> Rows:
        """Return the best rows by the inner product of weights; see `Engine.worded`."""
        question = {number: float(times) for number, times in terms.items()}
        return self._search("words", question, k + SPARE, among, {})

    def _search(
        self, field: str, query: Any, wanted: int, among: Rows | None, given: dict[str, Any]
    ) -> Rows:
        with translated(self._address):
            (found,) = self._client.search(
                self._name,
                [query],
                anns_field=field,
                limit=wanted,
                filter=self._filter(among),
                output_fields=["row"],
                search_params={"metric_type": "IP", "params": given},
                timeout=self._address.seconds,
            )
        return np.array([hit["entity"]["row"] for hit in found], dtype=np.int64)

    def _filter(self, among: Rows | None) -> str:
        """The allowed rows, or those that are not, whichever are fewer."""
        if among is None:
            return ""
        if 2 * len(among) <= self._passages:
            return f"row in {among.tolist()}"
        others = np.setdiff1d(np.arange(self._passages), among, assume_unique=True)
        return f"row not in {others.tolist()}" if len(others) else ""

    def held(self, rows: Sequence[int]) -> dict[int, Held]:
        """Return what is kept of passages for both sides; see `Engine.held`."""
        return {
            each["row"]: Held(np.array(each["vector"], dtype=np.float32), *_words(each["words"]))
            for each in self._rows(rows, "vector", "words")
        }

    def tokens(self, rows: Sequence[int]) -> dict[int, TokenBytes]:
        """Return the tokens of passages; see `Engine.tokens`."""
        return {
            each["row"]: TokenBytes(bytes_of(each["bits"]), bytes_of(each["sentences"]))
            for each in self._rows(rows, "bits", "sentences")
        }

    def _rows(self, rows: Sequence[int], *fields: str) -> list[dict[str, Any]]:
        with translated(self._address):
            found: list[dict[str, Any]] = self._client.query(
                self._name,
                filter=f"row in {list(map(int, rows))}",
                output_fields=["row", *fields],
                timeout=self._address.seconds,
            )
        return found


def _words(held: Mapping[int, float]) -> tuple[NDArray[np.int32], Scores]:
    """Terms, ascending, and their weights."""
    numbers = sorted(number for number in held if number != NOTHING)
    weights = np.array([held[number] for number in numbers], dtype=np.float32)
    return np.array(numbers, dtype=np.int32), weights
