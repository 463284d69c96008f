"""`citywise verify`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from indexer.errors import DamagedError
from indexer.snapshot.folder import IndexFolder
from indexer.snapshot.snapshot import full_check
from search_api.cli.console import complain, stdout
from search_api.cli.options import INDEX, JSON


@click.command(epilog="Example: citywise verify --index index")
@INDEX
@JSON
def verify(index: Path, as_json: bool) -> int:
    """Check every file of the index against its checksum and every passage against its source.

    Exit status 1 if anything is wrong; each thing is named.
    """
    name, passages = None, 0
    try:
        published = IndexFolder(index).published()
        name, passages = published.manifest.id, published.manifest.passages
        problems = full_check(published)
    except DamagedError as error:
        problems = [str(error)]
    if as_json:
        click.echo(json.dumps({"index": name, "problems": problems}, ensure_ascii=False, indent=1))
        return 1 if problems else 0
    for problem in problems:
        complain(problem)
    if not problems:
        stdout().print(f"Index {name} is whole: every file, and all {passages:,} passages.")
    return 1 if problems else 0
