"""`citywise cite`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from search_api.citations.formats import FORMATS, TYPES, Format
from search_api.cli.console import complain
from search_api.cli.options import INDEX, JSON, SNAPSHOT, STORE
from search_api.settings import read_settings


@click.command(epilog="Example: citywise cite 5f9a7e286c66c7e1 --format bibtex")
@click.argument("passage_id", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="apa", show_default=True,
              help="Style or format.")  # fmt: skip
@INDEX
@STORE
@SNAPSHOT
@JSON
def cite(
    passage_id: tuple[str, ...],
    form: Format,
    index: Path,
    store: str | None,
    snapshot: str | None,
    as_json: bool,
) -> int:
    """Cite passages by the ids that answers give.

    With --json, records that `citywise verify --citation` can check years later. Exit status 1 if
    a passage is not in the index; the others are cited all the same.
    """
    from search_api.citations.kept import kept_passages
    from search_api.citations.record import Reading
    from search_api.citations.selection import cite_passages, not_held
    from search_api.sources import find_source

    settings = read_settings()
    source = find_source(index, store, settings.cache)
    with kept_passages(source, snapshot) as (passages, identity):
        reading = Reading(identity, datetime.now(UTC).date(), settings.public_url)
        found, unknown = cite_passages(passage_id, passages, reading)
    write = TYPES[form].write
    if as_json:
        records = [{**each.plain(), "format": form, "text": write([each])} for each in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    elif found:
        click.echo(write(found), nl=False)
    for each in unknown:
        complain(not_held(each, identity))
    return 1 if unknown else 0
