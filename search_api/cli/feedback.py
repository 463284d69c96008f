"""`citywise feedback`."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from pathlib import Path

import click

from search_api.cli.console import complain
from search_api.cli.options import JSON
from search_api.exports.spreadsheet import inert
from search_api.feedback import Entry, entries
from search_api.settings import read_settings


@click.command(epilog="Example: citywise feedback > feedback.csv")
@click.option("--file", "path", type=click.Path(path_type=Path),
              help="Where it is kept.  [default: $CITYWISE_FEEDBACK or data folder]")  # fmt: skip
@JSON
def feedback(path: Path | None, as_json: bool) -> int:
    """Print what readers of the page found useful, as CSV; exit status 1 if nothing is kept.

    In CSV a question that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    kept_at = path or read_settings().feedback
    kept = list(entries(kept_at)) if kept_at else []
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in kept], ensure_ascii=False, indent=1))
    else:
        click.echo(_csv(kept), nl=False)
    if not kept:
        complain(f"{kept_at or 'CITYWISE_FEEDBACK is empty'}: no feedback is kept there yet")
    return 0 if kept else 1


def _csv(kept: list[Entry]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(field.name for field in fields(Entry))
    for entry in kept:
        useful = "yes" if entry.useful else "no"
        rows.writerow((entry.day, inert(entry.question), entry.passage, entry.snapshot, useful))
    return text.getvalue()
