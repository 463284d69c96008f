"""`citywise compare`: one question, a cell for each city."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from search_api.cli.console import safe, stdout
from search_api.cli.options import INDEX, JSON, STORE
from search_api.cli.references import reference
from search_api.engine.answer import Cell, Comparison
from search_api.settings import read_settings


@click.command(epilog='Example: citywise compare "food for families" --cities Lima,Quito,Durban')
@click.argument("question")
@click.option("--cities", required=True, metavar="A,B,C",
              help="Parted by commas, or by semicolons where a name holds one: "
              '"Valencia, Spain; Lima".')  # fmt: skip
@INDEX
@STORE
@JSON
def compare(question: str, cities: str, index: Path, store: str | None, as_json: bool) -> int:
    """Put QUESTION to several cities: a quotation of each, or that there is no evidence.

    Exit status 1 if there is none of any.
    """
    from search_api.engine import comparison
    from search_api.engine.searcher import Searcher
    from search_api.sources import find_source, open_published

    names = [name.strip() for name in cities.split(";" if ";" in cities else ",")]
    source = find_source(index, store, read_settings().cache)
    searcher = Searcher(open_published(source))
    found = comparison.compare(searcher, question, [name for name in names if name])
    if as_json:
        click.echo(found.model_dump_json(indent=1))
    else:
        _show(found)
    return 0 if any(cell.result for cell in found.cells) else 1


def _show(found: Comparison) -> None:
    console = stdout()
    table = Table(show_lines=True)
    table.add_column("City", no_wrap=True)
    table.add_column(Text(safe(found.question)))
    for cell in found.cells:
        table.add_row(Text(safe(cell.city)), _quotation(cell, cut=console.is_terminal))
    console.print(table)


def _quotation(cell: Cell, *, cut: bool) -> Text:
    """The best sentence with its citation, or why there is none."""
    if cell.result is None:
        return Text(safe(cell.note or ""), style="dim")
    marked = "".join(segment.text for segment in cell.result.segments if segment.mark).strip()
    closest = "No exact match, the closest: " if cell.verdict == "partial" else ""
    text = Text(f"{closest}“{safe(marked)}”".replace("\t", " · "))
    return text.append(safe(f"\n{reference(cell.result, cut=cut)}"), style="dim")
