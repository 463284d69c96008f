"""Records: a file whose rows are documents, as CSV, XLSX, JSON Lines or YAML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import Any

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.language import ENOUGH, detect
from indexer.metadata import Fields, identity, merge
from indexer.readers.canonical import CanonicalText
from indexer.readers.columns import Columns, named, renamed
from indexer.readers.delimited import Row, csv_rows
from indexer.readers.draft import visible
from indexer.readers.encoding import text_of
from indexer.readers.quotes import quotes
from indexer.readers.yaml_text import load_yaml

Rows = Iterator[Row | DocumentError]

SAMPLE = 50
"""Records whose joined text tells the language of those too short to tell their own."""


def read_csv(data: bytes, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a delimited file with a header line; what stands between the fields is found out."""
    notes: list[str] = []
    rows = csv_rows(text_of(data, name, notes), name, notes)
    return _documents(rows, name, folder, notes)


def read_xlsx(data: bytes, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a workbook; each row below a sheet's header is a record."""
    from indexer.readers.xlsx import xlsx_rows  # late: it takes a while to load

    notes: list[str] = []
    return _documents(xlsx_rows(data, name, notes), name, folder, notes)


def read_json(data: bytes, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a file with one JSON object a line, or with a list of objects."""
    notes: list[str] = []
    text = text_of(data, name, notes)
    rows = _json_list(text, name) if text.lstrip().startswith("[") else _json_lines(text, name)
    return _documents(rows, name, folder, notes)


def read_yaml(data: bytes, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a YAML file that holds a list of records, or one."""
    notes: list[str] = []
    content = load_yaml(text_of(data, name, notes), name)
    rows = content if isinstance(content, list) else [content]
    return _documents(_objects(rows, name), name, folder, notes)


def _json_lines(text: str, name: str) -> Rows:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _json_object(line, name, f"line {number}")


def _json_object(line: str, name: str, place: str) -> Row | DocumentError:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return DocumentError(name, f"no valid JSON: {error.msg}, column {error.colno}", place)
    except RecursionError:
        return DocumentError(name, "no valid JSON: nested too deeply", place)
    if not isinstance(row, dict):
        return DocumentError(name, "one JSON object a line is expected", place)
    return place, list(row.items())


def _json_list(text: str, name: str) -> Rows:
    try:
        yield from _objects(json.loads(text), name)
    except (json.JSONDecodeError, RecursionError):
        yield from _json_lines(text, name)  # line by line, so that each error has its line


def _objects(rows: Sequence[Any], name: str) -> Rows:
    for number, row in enumerate(rows, 1):
        place = f"record {number}"
        if isinstance(row, dict):
            yield place, [(str(label), value) for label, value in row.items()]
        else:
            yield DocumentError(name, "a record is a list of `name: value` lines", place)


def _documents(
    rows: Rows, name: str, folder: Fields, notes: list[str]
) -> Iterator[Document | DocumentError]:
    given = renamed(folder, name)
    sample = list(islice(rows, SAMPLE))
    if not sample:
        raise DocumentError(name, "holds no records")
    joined = " ".join(named(row[1], given).joined for row in sample if isinstance(row, tuple))
    spoken = cache(lambda: detect(joined) or "en")
    for number, row in enumerate(chain(sample, rows), 1):
        if isinstance(row, DocumentError):
            yield row
        else:
            place, values = row
            document = _document(named(values, given), name, place, number, folder, spoken)
            yield _noted(document, notes)


def _noted(document: Document | DocumentError, notes: list[str]) -> Document | DocumentError:
    """Hand what is to be said of the file as a whole to its first document."""
    if isinstance(document, DocumentError) or not notes:
        return document
    told = replace(document, warnings=(*notes, *document.warnings))
    notes.clear()
    return told


def _document(
    columns: Columns,
    name: str,
    place: str,
    number: int,
    folder: Fields,
    spoken: Callable[[], str],
) -> Document | DocumentError:
    canonical = CanonicalText()
    for column in columns.prose:
        section = (column.label,) if column.aspect else ()
        canonical.add_prose(column.text, section=section, aspect=column.aspect)
    for label, value in columns.other:
        canonical.add(f"{label}: {value}")
    if not canonical.blocks:
        reason = "holds no text; give it a column `text` or `description`"
        return DocumentError(name, reason, place)
    text = canonical.text
    layers = {"its columns": columns.fields, "metadata.yaml": folder}
    metadata, origins, warnings = merge(layers, name)
    if "language" not in origins:
        language = (detect(text) if len(text) >= ENOUGH else None) or spoken()
        metadata = replace(metadata, language=language)
        origins = {"language": "its text", **origins}
    return Document(
        id=identity(columns.fields, default=f"{name}#{number}"),
        path=name,
        text=text,
        blocks=tuple(canonical.blocks),
        metadata=metadata,
        quotes=quotes(text),
        place=place,
        warnings=warnings,
        characters=visible(text),
        origins=origins,
    )
