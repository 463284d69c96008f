"""Tables as records: which row is the header, which cells are about which city, and what about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.document import Aspect, Place
from indexer.readers.columns import ASPECTS, head_meaning
from indexer.readers.draft import Element

Row = tuple[str, ...]

_LONGEST_TITLE = 60
_END = re.compile(r"[.!?;]$")


@dataclass(frozen=True, slots=True)
class Cells:
    """Neighbouring cells of one row that are about one thing.

    Attributes:
        texts: the cells, each on one line; empty ones keep their place.
        header: what stands above each, and the row's city before it where the cells do not say it.
        aspect: what they are about, if the header says so.
        place: the city that the row is about, if the header says so.
    """

    texts: tuple[str, ...]
    header: tuple[str, ...]
    aspect: Aspect | None = None
    place: Place | None = None


def joined(elements: Sequence[Element]) -> list[Element]:
    """Tables that follow one another with as many columns are one: a page break parted them."""
    whole: list[Element] = []
    for element in elements:
        before = whole[-1] if whole else None
        if before and _continues(before, element):
            whole[-1] = replace(
                before, rows=before.rows + element.rows, pages=_pages(before) + _pages(element)
            )
        else:
            whole.append(element)
    return whole


def _pages(table: Element) -> tuple[int | None, ...]:
    return table.pages or (table.page,) * len(table.rows)


def header_of(table: Element) -> Row:
    """Titles of the columns, or nothing if the first row is like the others."""
    first = table.rows[0]
    if table.header is False or len(table.rows) < 2:
        return () if not table.header else first
    if table.header:
        return first
    told = any(map(head_meaning, first)) or not any(map(_looks_like_titles, table.rows[1:]))
    return first if told and _looks_like_titles(first) else ()


def cells_of(row: Row, header: Row) -> list[Cells]:
    """Part a row into cells that are about one thing.

    Where a column is that of cities, each run of cells with one aspect stands by itself, and the
    city's cell goes with what is beside it; any other row stays whole.
    """
    titles = (*header, *("",) * (len(row) - len(header)))[: max(len(row), len(header))]
    texts = tuple(" ".join(cell.split()) for cell in row)
    place = _place(row, titles)
    if place is None or not any(map(_aspect, titles)):
        return [Cells(texts, header, None, place)]
    label = next(i for i, title in enumerate(titles) if head_meaning(title) == "city")
    runs = _runs(texts, titles, label)
    return [_cells(run, aspect, texts, titles, label, place) for run, aspect in runs]


def _runs(texts: Row, titles: Row, label: int) -> list[tuple[list[int], Aspect | None]]:
    """Neighbouring cells with one aspect; the city's cell and empty ones go with what is beside."""
    runs: list[tuple[list[int], Aspect | None]] = []
    open_to_all = True
    for column, text in enumerate(texts):
        alone = says_something(text) and head_meaning(titles[column]) not in ("city", "country")
        aspect = _aspect(titles[column])
        if not runs or (alone and not open_to_all and aspect != runs[-1][1]):
            runs.append(([column], aspect if alone else None))
        else:
            runs[-1] = ([*runs[-1][0], column], aspect if alone and open_to_all else runs[-1][1])
        open_to_all = open_to_all and not alone
    return runs


def _cells(
    run: list[int], aspect: Aspect | None, texts: Row, titles: Row, label: int, place: Place
) -> Cells:
    header = tuple(titles[i] for i in run)
    if label not in run:
        header = (texts[label], *header)
    return Cells(tuple(texts[i] for i in run), header, aspect, place)


def says_something(text: str) -> bool:
    """Whether a cell is more than empty or a dash."""
    return any(map(str.isalnum, text))


def _aspect(title: str) -> Aspect | None:
    return ASPECTS.get(head_meaning(title) or "")


def _place(row: Row, titles: Row) -> Place | None:
    """The city of a row: the first line of its cell, with a country that stands beside it."""
    pairs = reversed(list(zip(titles, row, strict=False)))  # of two columns the first counts
    found = {head_meaning(title): cell for title, cell in pairs}
    city = found.get("city", "").strip()
    if not city:
        return None
    lines = [" ".join(line.split()) for line in city.split("\n")]
    name, _, rest = lines[0].partition(" (") if lines[0].endswith(")") else (lines[0], "", "")
    if len(lines) == 1 and not rest:
        name, _, rest = name.partition(", ")
    country = found.get("country") or rest.rstrip(")")
    return Place(name.rstrip(",:"), " ".join(country.split()) or None)


def _continues(before: Element, element: Element) -> bool:
    """Whether a table goes on after a break: as many columns, and no header of its own."""
    if before.kind != "table" or element.kind != "table" or element.header:
        return False
    first = element.rows[0]
    return len(first) == len(before.rows[0]) and not (
        len(element.rows) > 1 and any(map(head_meaning, first)) and _looks_like_titles(first)
    )


def _looks_like_titles(row: Row) -> bool:
    """Short, different, without numbers or sentences: that is how column titles look."""
    texts = [" ".join(cell.split()) for cell in row]
    return (
        len(texts) > 1
        and all(texts[1:])
        and len(set(texts)) == len(texts)
        and not any(len(t) > _LONGEST_TITLE or _END.search(t) or t.isdigit() for t in texts)
    )
