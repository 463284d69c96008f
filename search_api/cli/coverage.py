"""`citywise coverage`: what there is of which city on which topic."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from search_api.cli.console import complain, safe, stdout
from search_api.cli.options import INDEX, JSON, STORE
from search_api.engine.answer import Coverage, CoverageCell, CoverageRow
from search_api.exports.spreadsheet import inert
from search_api.settings import read_settings

WIDE = 8
"""Topics that a table shows if none are named."""

GAP = "–"


@click.command(epilog="Example: citywise coverage --topics housing,water")
@click.option("--topics", metavar="A,B", default="", help="Only these topics, parted by commas.")
@click.option("--cities", metavar="A;B", default="",
              help="Only these cities, parted by semicolons, told of or not.")  # fmt: skip
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each city and topic.")
@INDEX
@STORE
@JSON
def coverage(
    topics: str, cities: str, as_csv: bool, index: Path, store: str | None, as_json: bool
) -> int:
    """Count documents and, in brackets, passages by city and topic, gaps included.

    A city counts where a passage tells what it did. The table holds the most frequent topics if
    none are named; CSV and JSON hold all. Exit status 1 if there is no city or no topic at all.
    """
    from search_api.engine.coverage import cover
    from search_api.sources import find_source, open_published

    snapshot = open_published(find_source(index, store, read_settings().cache))
    found = cover(snapshot, _parts(topics, ","), _parts(cities, ";"))
    if as_json:
        click.echo(found.model_dump_json(indent=1))
    elif as_csv:
        _write_csv(found)
    else:
        _show(found if topics else _narrowed(found))
    return 0 if found.cities and found.topics else 1


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _narrowed(found: Coverage) -> Coverage:
    """The topics of most documents, as many as a terminal has room for."""
    counts = [sum(row.cells[n].documents for row in found.cities) for n in range(len(found.topics))]
    kept = sorted(sorted(range(len(counts)), key=lambda n: -counts[n])[:WIDE])
    rows = [row.model_copy(update={"cells": [row.cells[n] for n in kept]}) for row in found.cities]
    if len(kept) < len(found.topics):
        complain(f"{len(kept)} of {len(found.topics)} topics are shown; --csv and --json hold all")
    return found.model_copy(update={"topics": [found.topics[n] for n in kept], "cities": rows})


def _show(found: Coverage) -> None:
    console = stdout()
    table = Table(show_lines=False)
    table.add_column("City")
    for name in ("All", *found.topics):
        table.add_column(Text(safe(name)), justify="right")
    for row in found.cities:
        table.add_row(Text(safe(_named(row))), *map(_cell, (row.total, *row.cells)))
    console.print(table)
    gaps = sum(cell.passages == 0 for row in found.cities for cell in row.cells)
    cells = len(found.cities) * len(found.topics)
    console.print(
        f"{len(found.cities):,} cities, {len(found.topics):,} topics: "
        f"{gaps:,} of {cells:,} cells are gaps; index {found.index}",
        style="dim",
    )


def _named(row: CoverageRow) -> str:
    return f"{row.name}, {row.country_name}"


def _cell(cell: CoverageCell) -> str:
    return f"{cell.documents:,} ({cell.passages:,})" if cell.passages else GAP


def _write_csv(found: Coverage) -> None:
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(["id", "city", "country", "topic", "documents", "passages"])
    for row in found.cities:
        for topic, cell in zip(found.topics, row.cells, strict=True):
            start = (row.id, row.name, row.country, topic)
            lines.writerow([*map(inert, start), cell.documents, cell.passages])
