"""Records: a file whose rows are documents, as CSV, JSON Lines or YAML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from indexer.document import Document
from indexer.errors import DocumentError
from indexer.language import ENOUGH, detect
from indexer.metadata import Fields, identity, merge
from indexer.readers.canonical import CanonicalText, decode
from indexer.readers.columns import Columns, named
from indexer.readers.yaml_text import load_yaml

Row = tuple[str, Sequence[tuple[str, Any]]]
"""Where the record stands in its file, and its columns as written there, in their order."""

Rows = Iterator[Row | DocumentError]

SAMPLE = 50
"""Records whose joined text tells the language of those too short to tell their own."""

csv.field_size_limit(2**31 - 1)


def read_csv(path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a CSV file with a header line; comma, semicolon, tab or bar between the fields."""
    return _documents(_csv_rows(decode(path, name), name), name, folder)


def read_json(path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a file with one JSON object a line, or with a list of objects."""
    text = decode(path, name)
    rows = _json_list(text, name) if text.lstrip().startswith("[") else _json_lines(text, name)
    return _documents(rows, name, folder)


def read_yaml(path: Path, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    """Read a YAML file that holds a list of records, or one."""
    content = load_yaml(decode(path, name), name)
    rows = content if isinstance(content, list) else [content]
    return _documents(_objects(rows, name), name, folder)


def _csv_rows(text: str, name: str) -> Rows:
    text = text.lstrip("\n")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield DocumentError(name, f"no valid CSV: {error}", f"line {reader.line_num}")
            continue
        place = f"line {reader.line_num}"
        if not any(field.strip() for field in fields):
            continue
        if not header:
            header = [label.strip() or f"column {n}" for n, label in enumerate(fields, 1)]
        elif len(fields) != len(header):
            reason = f"{len(fields)} fields where the header has {len(header)}"
            yield DocumentError(name, f"{reason}; quote fields that hold {delimiter!r}", place)
        else:
            yield place, list(zip(header, fields, strict=True))


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


def _documents(rows: Rows, name: str, folder: Fields) -> Iterator[Document | DocumentError]:
    sample = list(islice(rows, SAMPLE))
    if not sample:
        raise DocumentError(name, "holds no records")
    joined = " ".join(named(row[1]).joined for row in sample if isinstance(row, tuple))
    language = folder.get("language") or detect(joined) or "en"
    for number, row in enumerate(chain(sample, rows), 1):
        if isinstance(row, DocumentError):
            yield row
        else:
            place, values = row
            yield _document(named(values), name, place, number, folder, language)


def _document(
    columns: Columns, name: str, place: str, number: int, folder: Fields, language: str
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
    if len(text) >= ENOUGH and not folder.get("language"):
        language = detect(text) or language
    metadata, warnings = merge([columns.fields, folder, {"language": language}], name)
    given = identity(columns.fields, default=f"{name}#{number}")
    return Document(given, name, text, tuple(canonical.blocks), metadata, place, warnings)
