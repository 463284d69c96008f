"""Tables: those of the store, which migrations bring up to date, and those of each snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.snapshot.manifest import Manifest

MIGRATIONS = (
    """
    CREATE TABLE versions (
        name text PRIMARY KEY,
        id text NOT NULL,
        manifest text NOT NULL,
        sha256 text NOT NULL,
        number bigint NOT NULL
    );
    CREATE TABLE published (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        name text NOT NULL REFERENCES versions (name)
    );
    CREATE TABLE files (
        sha256 text NOT NULL,
        part integer NOT NULL,
        data bytea NOT NULL,
        PRIMARY KEY (sha256, part)
    );
    ALTER TABLE files ALTER data SET STORAGE EXTERNAL;
    """,
)
"""What brings the store's own tables from one version to the next; the last one is in use.

`versions.number` grows with every publication. A version is named only once it is whole: it is
loaded, indexed and named in one transaction.
"""

COMPARED = 150_000
"""Passages up to which all vectors are compared, which finds all of the nearest. At 100,000 a walk
through HNSW saves a fifth of the server's time, finds 99 of 100, and takes minutes to prepare
(docs/stores.md)."""

INDEXED = 4000
"""Dimensions that pgvector's HNSW takes of halves; vectors of more are all compared."""


def walked(manifest: Manifest) -> bool:
    """Whether the vectors of a snapshot are found by a walk through HNSW."""
    many = manifest.vectors.kind != "exact" and manifest.passages > COMPARED
    return many and manifest.model.dimension <= INDEXED


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a snapshot.

    Attributes:
        name: of the table.
        columns: with their types.
        copied: types of the columns as they are sent.
        read: what gives back the very bytes that were sent, by column.
        order: of rows as they were sent; with `shard` the key.
        shard: column by which Citus parts it; on every machine in full if None.
        beside: table whose rows of the same number are on the same machine.
    """

    name: str
    columns: tuple[str, ...]
    copied: tuple[str, ...]
    read: tuple[str, ...]
    order: str = "row"
    shard: str | None = "row"
    beside: str | None = "vectors"

    @property
    def made(self) -> str:
        """The statement that makes it; Citus wants what parts a table to be in its key."""
        key = dict.fromkeys(filter(None, [*self.order.split(", "), self.shard]))
        held = f"{', '.join(self.columns)}, PRIMARY KEY ({', '.join(key)})"
        return f"CREATE TABLE {self.name} ({held})"

    @property
    def selected(self) -> str:
        """The statement that reads it as it was sent."""
        return f"SELECT {', '.join(self.read)} FROM {self.name} ORDER BY {self.order}"  # noqa: S608


def _plain(name: str, shard: str | None, beside: str | None, **columns: str) -> Table:
    """A table of numbers and texts; `text` sorts by bytes, as SQLite does."""
    quoted = {f'"{column}"': kind for column, kind in columns.items()}
    return Table(
        name=name,
        columns=tuple(f"{column} {_SQL[kind]}" for column, kind in quoted.items()),
        copied=tuple(kind.removesuffix("?") for kind in columns.values()),
        read=tuple(quoted),
        shard=shard,
        beside=beside,
    )


_SQL = {
    "int4": "integer NOT NULL",
    "int4?": "integer",
    "text": 'text COLLATE "C" NOT NULL',
    "text?": "text",
}

TEXTS = (
    _plain(
        "documents",
        "row",
        None,
        row="int4",
        id="text",
        path="text",
        sha256="text",
        metadata="text",
        text="text",
    ),
    _plain(
        "passages",
        "document",
        "documents",
        row="int4",
        id="text",
        document="int4",
        start="int4",
        end="int4",
        text="text",
        context="text",
        body="int4",
        section="text",
        sentences="text",
        aspect="text?",
        page="int4?",
        place="text?",
        noise="text?",
        language="text",
        quotes="text",
    ),
    _plain("copies", None, None, row="int4", of="int4"),
)
"""As SQLite has them, in `passages.sqlite`."""

WORDS = Table(
    "words",
    ("row integer", "terms bytea NOT NULL", "weights bytea NOT NULL"),
    ("int4", "bytea", "bytea"),
    ("row", "terms", "weights"),
)
STATES = Table(
    "tokens",
    ("row integer", "bits bytea NOT NULL", "sentences bytea NOT NULL"),
    ("int4", "bytea", "bytea"),
    ("row", "bits", "sentences"),
)
LISTS = Table(
    "postings",
    ("term integer", "part integer", "rows integer[] NOT NULL", "weights real[] NOT NULL"),
    ("int4", "int4", "bytea", "bytea"),
    ("term", "part", "array_send(rows)", "array_send(weights)"),
    "term, part",
    "part",
    None,
)


def vectors_table(dimension: int, *, half: bool) -> Table:
    """The table of vectors: whole numbers of a small collection, halves of a large one."""
    kind = "halfvec" if half else "vector"
    return Table(
        "vectors",
        ("row integer", f"embedding {kind}({dimension}) NOT NULL"),
        ("int4", "bytea"),
        ("row", f"{kind}_send(embedding)"),
        beside=None,
    )


STORAGE = """
ALTER TABLE vectors ALTER embedding SET STORAGE MAIN;
ALTER TABLE tokens ALTER bits SET STORAGE EXTERNAL;
ALTER TABLE postings ALTER rows SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL;
CREATE TABLE checks (part text, number integer, sha256 text NOT NULL, PRIMARY KEY (part, number));
"""
"""Vectors stay in their rows, where a scan finds them; signs and weights do not get smaller."""

INDEXES = (
    "CREATE INDEX ON passages (document)",
    "CREATE INDEX ON passages (id)",
    "CREATE INDEX ON documents (id)",
)

HNSW = (
    "CREATE INDEX ON vectors USING hnsw (embedding halfvec_ip_ops) "
    "WITH (m = 24, ef_construction = 200)"
)
