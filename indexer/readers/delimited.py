"""Delimited text: CSV and its kin, whatever stands between the fields."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from indexer.errors import DocumentError

Row = tuple[str, Sequence[tuple[str, Any]]]

DELIMITERS = ",;\t|"

SAMPLE = 50
"""Records at the beginning of a file by which its delimiter and width are judged."""

_HEAD = 200_000
_TABLE = 3
"""Columns from which on a narrower line above the header is no header itself."""

_SEP = re.compile(r"\"?sep=([^\n\"])\"?(?:\n|\Z)", re.IGNORECASE)

csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, slots=True)
class _Shape:
    delimiter: str
    from_start: bool
    share: float
    width: int


def csv_rows(text: str, name: str, notes: list[str] | None = None) -> Iterator[Row | DocumentError]:
    """Read delimited text with a header line.

    Args:
        text: the file, with newlines for line ends.
        name: its path, for messages.
        notes: takes the lines above the header that were passed over.

    Yields:
        Line and columns of each record; an error for each record that cannot be read.
    """
    text = text.removeprefix("\ufeff")
    given = _SEP.match(text)
    shape = _shape(text[given.end() :] if given else text, given[1] if given else DELIMITERS)
    skipped = given[0].count("\n") if given else 0
    body = io.StringIO(text[given.end() :] if given else text, newline="")
    reader = csv.reader(body, delimiter=shape.delimiter, strict=True)
    header: list[str] = []
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place = f"line {reader.line_num + skipped}"
            yield DocumentError(name, f"no valid CSV: {error}", place)
            continue
        place = f"line {reader.line_num + skipped}"
        filled = [field.strip() for field in fields if field.strip()]
        if not filled:
            continue
        if header:
            yield _record(header, fields, name, place, shape.delimiter)
        elif len(filled) == 1 and shape.width >= _TABLE:
            if notes is not None:
                notes.append(f"{place}: passed over above the header: {filled[0]}")
        else:
            header = [label.strip() or f"column {n}" for n, label in enumerate(fields, 1)]


def _record(
    header: list[str], fields: list[str], name: str, place: str, delimiter: str
) -> Row | DocumentError:
    if len(fields) == len(header):
        return place, list(zip(header, fields, strict=True))
    reason = f"{len(fields)} fields where the header has {len(header)}"
    return DocumentError(name, f"{reason}; quote fields that hold {delimiter!r}", place)


def _shape(text: str, delimiters: str) -> _Shape:
    """The delimiter under which most records have one width, and that width.

    A vote of whole records, not of characters, so that commas inside quotes or sentences do not
    count. One under which the first line is no odd one out wins, then the more even table, then the
    wider one, then the more usual delimiter.
    """
    shapes = [_vote(text[:_HEAD], delimiter) for delimiter in delimiters]
    return max(shapes, key=lambda shape: (shape.from_start, shape.share, shape.width))


def _vote(head: str, delimiter: str) -> _Shape:
    """How widely the records of a file agree on a width above one."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    records = [fields for fields in islice(reader, SAMPLE) if any(map(str.strip, fields))]
    filled = [fields for fields in records if sum(map(bool, map(str.strip, fields))) > 1]
    widths = Counter(len(fields) for fields in filled if not _is_torn(fields))
    if not widths:
        return _Shape(delimiter, False, 0.0, 1)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    most = 2 * count > len(records)
    from_start = most and len(records[0]) == width
    return _Shape(delimiter, from_start, count / len(records), width if most else 1)


def _is_torn(fields: list[str]) -> bool:
    """Whether a quote opens in one field and closes in another: it was no delimiter between."""
    return any(field.count('"') % 2 for field in fields)
