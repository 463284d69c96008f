"""Excel workbooks: each row below a sheet's header is a record."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from indexer.errors import DocumentError
from indexer.readers.archive import check_zip
from indexer.readers.sheet_marks import Marks, read_marks

Row = tuple[str, Sequence[tuple[str, Any]]]

Texts = dict[int, str]
"""Cells of a row that hold anything, by their column, counted from 0."""

SAMPLE = 50
"""Rows by which the width of a table is judged, to tell its header from a line above it."""

_EXACT = 10**18
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")


@dataclass
class _Sheet:
    name: str
    hidden: bool
    rows: list[tuple[int, Texts | DocumentError]] = field(default_factory=list)
    header: Texts = field(default_factory=dict)

    @property
    def widths(self) -> list[int]:
        return [len(texts) for _, texts in islice(self.rows, SAMPLE) if isinstance(texts, dict)]


def xlsx_rows(
    data: bytes, name: str, notes: list[str] | None = None
) -> Iterator[Row | DocumentError]:
    """Read the records of all sheets of a workbook, hidden rows and sheets included.

    Dates come as ISO 8601, as precise as they are shown; numbers as Excel shows them in full,
    percentages with their sign; a cell merged over rows counts for each of them. A column without
    a name is "column 3"; columns of one name are all kept.

    Args:
        data: the file.
        name: its path, for messages.
        notes: takes what was passed over: lines above a header, cells that hold an error value.

    Yields:
        Place ("sheet Measures, row 7") and columns of each record; an error for each row or sheet
        that cannot be read.

    Raises:
        DocumentError: the file is no workbook, is locked or damaged, or holds no records.
    """
    notes = notes if notes is not None else []
    check_zip(data, name, ".xlsx")
    sheets = [sheet for sheet in _sheets(data, name, notes) if sheet.rows]
    if not sheets:
        raise DocumentError(name, "holds no records: every sheet is empty")
    many = len(sheets) > 1
    for sheet in sheets:
        if _find_header(sheet, notes):
            yield from _records(sheet, many)
        elif sheet.hidden:
            notes.append(f"sheet {sheet.name}: hidden and without a header row, left out")
        else:
            reason = "no header row found; put the names of the columns into one row above the data"
            yield DocumentError(name, reason, f"sheet {sheet.name}")


def _sheets(data: bytes, name: str, notes: list[str]) -> list[_Sheet]:
    """The sheets of a workbook; every failure of the library becomes one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about print areas and the like, which we do not read
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            return [_sheet(sheet, name, notes) for sheet in book.worksheets]
    except DocumentError:
        raise
    except Exception as error:  # damaged files raise whatever they run into
        reason = "a damaged workbook; open it in Excel or LibreOffice and save it again"
        raise DocumentError(name, reason) from error


def _sheet(source: Any, name: str, notes: list[str]) -> _Sheet:
    found = _Sheet(source.title, source.sheet_state != "visible")
    with source._get_source() as xml:
        marks = read_marks(xml)
    source.reset_dimensions()  # the file's own claim may be wrong, and as wide as it likes
    carried: dict[int, tuple[int, str]] = {}
    for number, cells in enumerate(source.iter_rows(), 1):
        if unsaved := marks.unsaved.get(number):
            reason = f"cell {unsaved} holds a formula without its result; save the file in Excel"
            place = f"sheet {found.name}, row {number}"
            found.rows.append((number, DocumentError(name, reason, place)))
            continue
        texts: Texts = {}
        for column, cell in enumerate(cells):
            if cell.value is None:
                continue
            if cell.data_type == "e":
                where = f"{get_column_letter(column + 1)}{number}"
                notes.append(f"sheet {found.name}, cell {where}: holds the error {cell.value}")
            elif text := _text(cell.value, cell).strip():
                texts[column] = text
        _carry(texts, number, marks, carried)
        if texts:
            found.rows.append((number, texts))
    return found


def _carry(texts: Texts, number: int, marks: Marks, carried: dict[int, tuple[int, str]]) -> None:
    """Repeat what is merged over several rows in each of them."""
    for column, (last, text) in list(carried.items()):
        if number > last:
            del carried[column]
        else:
            texts.setdefault(column, text)
    for column, last in marks.merged.get(number, ()):
        if column in texts:
            carried[column] = last, texts[column]


def _text(value: object, cell: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        percent = "%" in _LITERAL.sub("", cell.number_format)
        return f"{_plain(value * 100)}%" if percent else _plain(value)
    if isinstance(value, datetime | date | time):
        return _iso(value, cell.number_format)
    return str(value).replace("_x000D_", "").replace("\r\n", "\n")


def _plain(value: float) -> str:
    whole = abs(value) < _EXACT and value == int(value)
    return str(int(value)) if whole else f"{value:.15g}"  # as many digits as Excel keeps


def _iso(value: datetime | date | time, form: str) -> str:
    """A date as precise as its cell shows it: 2020, 2020-05, 2020-05-09 or 2020-05-09 14:30."""
    if isinstance(value, time):
        return value.isoformat("auto" if value.second else "minutes")
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        whole = value.replace(microsecond=0)
        return whole.isoformat(" ", "auto" if value.second else "minutes")
    shown = _LITERAL.sub("", form).lower()
    if "y" not in shown or "d" in shown:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"


def _find_header(sheet: _Sheet, notes: list[str]) -> bool:
    """Find the first row of several names that is about as wide as the table below it."""
    widest = max(sheet.widths, default=0)
    for place, (_, texts) in enumerate(sheet.rows):
        if isinstance(texts, dict) and _is_header(texts, widest):
            above = [" | ".join(t.values()) for _, t in sheet.rows[:place] if isinstance(t, dict)]
            notes += [f"sheet {sheet.name}: passed over above the header: {text}" for text in above]
            sheet.header, sheet.rows = texts, sheet.rows[place + 1 :]
            return True
    return False


def _is_header(texts: Texts, widest: int) -> bool:
    names = [text for text in texts.values() if any(map(str.isalpha, text))]
    return len(set(names)) > 1 and 2 * len(texts) >= widest


def _records(sheet: _Sheet, many: bool) -> Iterator[Row | DocumentError]:
    shown: list[tuple[str, Any]] = [("sheet", sheet.name)] if many else []
    for number, texts in sheet.rows:
        if isinstance(texts, DocumentError):
            yield texts
            continue
        columns = sorted(sheet.header.keys() | texts.keys())
        fields = [(sheet.header.get(c, f"column {c + 1}"), texts.get(c, "")) for c in columns]
        yield f"sheet {sheet.name}, row {number}", fields + shown
