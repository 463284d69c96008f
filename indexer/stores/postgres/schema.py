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
through HNSW takes half the time, finds 98 of 100, and a minute to prepare (docs/stores.md)."""

INDEXED = 4000
"""Dimensions that pgvector's HNSW takes of halves; vectors of more are all compared."""


def walked(manifest: Manifest) -> bool:
    """Whether the vectors of a snapshot are found by a walk through HNSW."""
    many = manifest.vectors.kind != "exact" and manifest.passages > COMPARED
    return many and manifest.model.dimension <= INDEXED


FUNCTIONS = """
CREATE FUNCTION instr(held text, wanted text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS
    'SELECT strpos(held, wanted) > 0';
CREATE FUNCTION json_extract(held text, path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS
    'SELECT held::json #>> string_to_array(substr(path, 3), ''.'')';
"""
"""SQLite's functions that the queries of `Passages` use."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a snapshot.

    Attributes:
        name: of the table.
        columns: with their types; the first ones are the key.
        copied: types of the columns as they are sent.
        read: what gives back the very bytes that were sent, by column.
        order: of rows as they were sent.
    """

    name: str
    columns: tuple[str, ...]
    copied: tuple[str, ...]
    read: tuple[str, ...]
    order: str = "row"

    @property
    def made(self) -> str:
        """The statement that makes it."""
        return f"CREATE TABLE {self.name} ({', '.join(self.columns)}, PRIMARY KEY ({self.order}))"

    @property
    def selected(self) -> str:
        """The statement that reads it as it was sent."""
        return f"SELECT {', '.join(self.read)} FROM {self.name} ORDER BY {self.order}"  # noqa: S608


def _plain(name: str, **columns: str) -> Table:
    """A table of numbers and texts; `text` sorts by bytes, as SQLite does."""
    quoted = {f'"{column}"': kind for column, kind in columns.items()}
    return Table(
        name=name,
        columns=tuple(f"{column} {_SQL[kind]}" for column, kind in quoted.items()),
        copied=tuple(kind.removesuffix("?").removesuffix("!") for kind in columns.values()),
        read=tuple(quoted),
    )


_SQL = {
    "int4": "integer NOT NULL",
    "int4?": "integer",
    "text": 'text COLLATE "C" NOT NULL',
    "text!": 'text COLLATE "C" NOT NULL UNIQUE',
    "text?": "text",
}

TEXTS = (
    _plain(
        "documents",
        row="int4",
        id="text!",
        path="text",
        sha256="text",
        metadata="text",
        text="text",
    ),
    _plain(
        "passages",
        row="int4",
        id="text!",
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
    _plain("copies", row="int4", of="int4"),
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
)


def vectors_table(dimension: int, *, half: bool) -> Table:
    """The table of vectors: whole numbers of a small collection, halves of a large one."""
    kind = "halfvec" if half else "vector"
    return Table(
        "vectors",
        ("row integer", f"embedding {kind}({dimension}) NOT NULL"),
        ("int4", "bytea"),
        ("row", f"{kind}_send(embedding)"),
    )


STORAGE = """
ALTER TABLE vectors ALTER embedding SET STORAGE MAIN;
ALTER TABLE tokens ALTER bits SET STORAGE EXTERNAL;
ALTER TABLE postings ALTER rows SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL;
CREATE TABLE checks (part text, number integer, sha256 text NOT NULL, PRIMARY KEY (part, number));
"""
"""Vectors stay in their rows, where a scan finds them; signs and weights do not get smaller."""

INDEXES = """
CREATE INDEX ON passages (document);
"""

HNSW = """
CREATE INDEX ON vectors USING hnsw (embedding halfvec_ip_ops) WITH (m = 24, ef_construction = 200)
"""
