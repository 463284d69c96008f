"""`citywise inspect`: how one file is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexer.errors import DocumentError, MissingExtraError
from indexer.passage import Passage
from indexer.place import PassagePlace
from search_api.cli.console import complain, safe, stdout
from search_api.cli.options import JSON, MODEL
from search_api.settings import read_settings

if TYPE_CHECKING:
    from indexer.inspection import Inspected

_FIELDS = ("title", "kind", "date", "publisher", "url", "language", "cities", "topics")
_DROPPED = 100
"""Characters of a dropped part that are shown."""


@click.command(
    short_help="Show how one file is read.",
    epilog="Example: citywise inspect corpus/sessions/2020-03-25-launch.md",
)
@click.argument("file", type=click.Path(path_type=Path))
@MODEL
@JSON
def inspect(file: Path, model: str | None, as_json: bool) -> int:
    """Show how FILE is read: metadata and its origin, passages, tables, places, what is dropped.

    Nothing is written. Exits with 1 if a part of the file cannot be read, with 2 if none of it can.
    """
    read = list(_inspected(file, model))
    errors = [result for result in read if isinstance(result, DocumentError)]
    documents = [result for result in read if not isinstance(result, DocumentError)]
    if as_json:
        found = {"documents": list(map(_plain, documents)), "errors": list(map(str, errors))}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for document in documents:
            _show(document, stdout())
        for error in errors:
            complain(str(error))
    return 0 if not errors else 1 if documents else 2


def _inspected(file: Path, model: str | None) -> Iterator[Inspected | DocumentError]:
    try:
        from indexer.embedding.models import DEFAULT_MODEL
        from indexer.inspection import inspect as inspect_file
    except ImportError as error:
        raise MissingExtraError("Reading documents", "indexer") from error
    settings = read_settings()
    yield from inspect_file(file, model or DEFAULT_MODEL, settings.cache, settings.smallest_place)


def _plain(inspected: Inspected) -> dict[str, Any]:
    return {
        **asdict(inspected.document),
        "passages": [
            {**asdict(p), "embedded": p.embedded, "places": list(map(asdict, places))}
            for p, places in zip(inspected.passages, inspected.places, strict=True)
        ],
    }


def _show(inspected: Inspected, console: Console) -> None:
    document = inspected.document
    console.print(Text(safe(document.origin), style="bold cyan"))
    console.print(_metadata(inspected))
    parts = zip(inspected.passages, inspected.places, strict=True)
    for number, (passage, places) in enumerate(parts, 1):
        console.print(_head(number, passage))
        if places:
            console.print(_named(places))
        console.print(Text(safe(passage.text).replace("\t", " · ")))
        console.print()
    for part in document.dropped:
        shown = part.text if len(part.text) <= _DROPPED else part.text[:_DROPPED] + " […]"
        console.print(Text(f"dropped, {part.reason}: {safe(shown)}", style="dim strike"))
    for warning in document.warnings:
        console.print(Text(f"warning: {safe(warning)}", style="yellow"))
    kept = sum(len(word) for word in document.text.split())
    console.print(
        Text(
            f"{kept:,} of {document.characters:,} characters kept, {len(document.blocks):,} "
            f"blocks, {document.tables} tables, {len(inspected.passages):,} passages\n",
            style="dim",
        )
    )


def _metadata(inspected: Inspected) -> Table:
    """A line for each field: its value and where that comes from."""
    metadata, origins = inspected.document.metadata, inspected.document.origins
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name in _FIELDS:
        value = getattr(metadata, name)
        if name == "cities":
            value = ", ".join(", ".join(filter(None, asdict(place).values())) for place in value)
        shown = (", ".join(value) if isinstance(value, tuple) else value) or "–"
        table.add_row(
            Text(name, style="bold"), Text(safe(shown)), Text(origins.get(name, ""), style="dim")
        )
    return table


def _named(places: Sequence[PassagePlace]) -> Text:
    """The places of a passage on one line, those that acted in bold."""
    line = Text("   places ", style="dim")
    for number, found in enumerate(places):
        place = found.place
        name = place.name if place.kind == "country" else f"{place.name}, {place.country}"
        style = "bold blue" if found.role == "acted" else "blue"
        line.append("; " if number else "").append(f"{name} ({found.role})", style=style)
    return line


def _head(number: int, passage: Passage) -> Text:
    """What is known of a passage, on one line."""
    head = Text(f"{number}. ", style="bold")
    head.append(f"[{passage.start}, {passage.end})", style="green")
    parts = {
        "page": passage.page,
        "section": " › ".join(passage.section),
        "city": passage.place and passage.place.name,
        "aspect": passage.aspect,
        "noise": passage.noise,
        "language": passage.language,
        "speaker": "; ".join(
            ", ".join(filter(None, (q.speaker, q.office))) for q in passage.quotes
        ),
    }
    for name, value in parts.items():
        if value:
            head.append(f"  {name} ", style="dim").append(safe(str(value)), style="magenta")
    return head
