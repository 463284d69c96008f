"""`citywise pull`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.pulling import pull
from indexer.snapshot.storage import Storage
from search_api.cli.console import stdout
from search_api.cli.options import INDEX, JSON


@click.command("pull", epilog="Example: citywise pull s3://network/index --index index")
@click.argument("source", metavar="URL")
@INDEX
@JSON
def pull_command(source: str, index: Path, as_json: bool) -> int:
    """Publish here what the index at URL (a folder, s3://..., any that fsspec knows) has published.

    Every file is compared with its checksum before anything changes; what is here already is not
    fetched, and an interrupted pull goes on where it was. Servers pick it up.
    """
    pulled = pull(Storage(source), IndexFolder(index))
    if as_json:
        click.echo(json.dumps(asdict(pulled)))
    elif pulled.changed:
        said = f"Published index {pulled.snapshot} in {index}; {pulled.fetched:,} bytes fetched."
        stdout().print(said, markup=False)
    else:
        stdout().print(f"Nothing has changed: index {pulled.snapshot} is up to date.")
    return 0
