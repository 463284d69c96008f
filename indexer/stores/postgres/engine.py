"""Both sides in SQL: pgvector's distance, and sums over our own postings; filters are bitmaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from indexer.snapshot.kinds import AGAIN, GATHERED
from indexer.snapshot.vectors import Rows, Scores
from indexer.stores.engine import SPARE, Held, TokenBytes
from indexer.stores.postgres.asking import Reader
from indexer.stores.postgres.wire import vector_of, vector_text

SEARCHED = 1000
"""Neighbours that HNSW keeps in view, the most that pgvector takes."""

SEEN = 2 * SEARCHED
"""Rows that a walk goes on to, and compares. Passages that nearly repeat each other hold it up: of
67,547 real ones it finds 0.978 of the ten nearest with half as many rows, with these 0.986."""

SCANNED = 200_000
"""Rows that a filtered walk through HNSW looks at before it gives up."""

_BEST = """
SELECT row FROM (
    SELECT u.row, sum((u.weight * q.times)::float8) AS score
    FROM unnest(%s::int4[], %s::float4[]) AS q(term, times)
    JOIN postings p ON p.term = q.term,
    unnest(p.rows, p.weights) AS u(row, weight)
    {filtered}
    GROUP BY {grouped}
) AS scored ORDER BY score DESC, row LIMIT %s
"""


class PostgresEngine:
    """The tables of one snapshot. Safe to share between threads."""

    def __init__(
        self, reader: Reader, passages: int, *, half: bool, walked: bool, parted: bool
    ) -> None:
        """Take a reader whose search path holds the snapshot's schema.

        Args:
            reader: of that snapshot.
            passages: how many there are.
            half: whether vectors are halves.
            walked: whether HNSW leads to them.
            parted: whether tables are parted among machines, each of which has all postings of
                its passages.
        """
        self._reader, self._passages = reader, passages
        self._half, self._walked = half, walked
        self._kind = "halfvec" if half else "vector"
        self._grouped = "p.part, u.row" if parted else "u.row"

    def nearest(self, query: Scores, k: int, among: Rows | None) -> Rows:
        """Compare all, or the allowed rows, or walk through HNSW; see `Engine.nearest`."""
        wanted = (AGAIN * k if self._walked else k) + SPARE
        if among is None:
            return self._nearest(query, "true", (), wanted, self._seen(wanted, 1))
        share = len(among) / self._passages
        if len(among) > GATHERED:
            bits, seen = (self._bits(among),), self._seen(wanted, share)
            found = self._nearest(query, "get_bit(%s, row) = 1", bits, wanted, seen)
            if len(found) >= min(k, len(among)):
                return found
        # Few, or the walk gave up before it had found enough: all allowed ones are compared.
        return self._nearest(query, "row = ANY(%s::int4[])", (among.tolist(),), wanted, wanted)

    def _seen(self, wanted: int, share: float) -> int:
        """Rows to ask for, of which so large a share is allowed."""
        return max(wanted, int(SEEN * share)) if self._walked else wanted

    def _nearest(
        self, query: Scores, condition: str, values: tuple[Any, ...], wanted: int, seen: int
    ) -> Rows:
        asked = (
            f"SELECT row, embedding <#> %s::{self._kind} AS far FROM vectors "  # noqa: S608
            f"WHERE {condition} ORDER BY far LIMIT %s"
        )
        found = self._reader.rows(asked, (vector_text(query), *values, seen))
        return _rows(sorted(found, key=itemgetter(1))[:wanted])

    def worded(self, terms: Mapping[int, int], k: int, among: Rows | None) -> Rows:
        """Add up what the question's terms give; see `Engine.worded`."""
        filtered = "" if among is None else "WHERE get_bit(%s, u.row) = 1"
        values: list[Any] = [list(terms.keys()), [float(times) for times in terms.values()]]
        if among is not None:
            values.append(self._bits(among))
        asked = _BEST.format(filtered=filtered, grouped=self._grouped)
        return _rows(self._reader.rows(asked, (*values, k + SPARE)))

    def _bits(self, among: Rows) -> bytes:
        mask = np.zeros(self._passages, dtype=np.bool_)
        mask[among] = True
        return np.packbits(mask, bitorder="little").tobytes()

    def held(self, rows: Sequence[int]) -> dict[int, Held]:
        """Return what is kept of passages for both sides; see `Engine.held`."""
        asked = (
            f"SELECT v.row, {self._kind}_send(v.embedding), w.terms, w.weights "  # noqa: S608
            "FROM vectors v JOIN words w ON w.row = v.row WHERE v.row = ANY(%s::int4[])"
        )
        return {
            row: Held(
                vector_of(vector, half=self._half),
                np.frombuffer(terms, dtype="<i4"),
                np.frombuffer(weights, dtype="<f4"),
            )
            for row, vector, terms, weights in self._reader.rows(asked, (list(rows),))
        }

    def tokens(self, rows: Sequence[int]) -> dict[int, TokenBytes]:
        """Return the tokens of passages; see `Engine.tokens`."""
        asked = "SELECT row, bits, sentences FROM tokens WHERE row = ANY(%s::int4[])"
        found = self._reader.rows(asked, (list(rows),))
        return {row: TokenBytes(bits, sentences) for row, bits, sentences in found}


def session_options(schema: str, settings: Mapping[str, str]) -> str:
    """What a session that reads a snapshot is begun with."""
    ours = {"search_path": schema, "default_transaction_read_only": "on", **settings}
    return " ".join(f"-c {name}={value}" for name, value in ours.items())


def settings_of(seconds: float, *, walked: bool) -> dict[str, str]:
    """The settings that every machine needs which answers."""
    settings = {
        "statement_timeout": f"{seconds * 1000:.0f}",
        "jit": "off",  # compiling takes longer than any of these questions
    }
    if walked:
        settings |= {
            "hnsw.ef_search": str(SEARCHED),
            "hnsw.iterative_scan": "relaxed_order",  # the order is ours anyway
            "hnsw.max_scan_tuples": str(SCANNED),
            "enable_seqscan": "off",  # for few rows the planner would compare all
        }
    return settings


def _rows(found: list[tuple[Any, ...]]) -> Rows:
    return np.array([row for row, *_ in found], dtype=np.int64)
