"""`citywise push`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.pushing import push
from indexer.snapshot.storage import Storage
from search_api.cli.console import safe, stdout
from search_api.cli.options import INDEX, JSON


@click.command("push", epilog="Example: citywise push s3://network/index --index index")
@click.argument("target", metavar="URL")
@INDEX
@click.option("--again", is_flag=True, help="Write every file anew, even where it is there.")
@JSON
def push_command(target: str, index: Path, again: bool, as_json: bool) -> int:
    """Publish the index at URL too (a folder, s3://..., any that fsspec knows).

    From there `citywise pull` and `citywise serve --source` take it. Files go first and the
    pointer to them last; the last three snapshots stay.
    """
    storage = Storage(target)
    pushed = push(IndexFolder(index), storage, again=again)
    if as_json:
        click.echo(json.dumps(asdict(pushed)))
    else:
        said = f"Published index {pushed.snapshot} at {storage}; {pushed.sent:,} bytes sent."
        stdout().print(safe(said), markup=False)
    return 0
